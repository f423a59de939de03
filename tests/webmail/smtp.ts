import net from 'node:net';
import { createInterface } from 'node:readline';

/** How long the server may think about a line, in ms. */
const SILENCE = 20_000;

/** Hands one mail to an SMTP server on loopback, and returns when the server has taken it. Lines of `mail` end with CRLF. */
export async function submit(port: number, from: string, to: string, mail: string): Promise<void> {
  const socket = net.connect(port, '127.0.0.1');
  socket.setTimeout(SILENCE, () => socket.destroy(new Error('the mail server says nothing')));
  const answers = createInterface({ input: socket })[Symbol.asyncIterator]();
  const expect = async (wanted: string): Promise<void> => {
    let line = '';
    // All lines of an answer but the last have a dash behind the number.
    do {
      const next = await answers.next();
      if (next.done) throw new Error('the mail server has hung up');
      line = next.value;
    } while (line[3] === '-');
    if (!line.startsWith(wanted)) throw new Error(`the mail server says: ${line}`);
  };
  const say = async (line: string, wanted: string): Promise<void> => {
    socket.write(`${line}\r\n`);
    await expect(wanted);
  };
  try {
    await expect('220');
    await say('EHLO localhost', '250');
    await say(`MAIL FROM:<${from}>`, '250');
    await say(`RCPT TO:<${to}>`, '250');
    await say('DATA', '354');
    // RFC 5321, 4.5.2: a dot at the start of a line is written twice.
    await say(`${mail.replace(/^\./gm, '..').replace(/\r\n$/, '')}\r\n.`, '250');
    await say('QUIT', '221');
  } finally {
    socket.destroy();
  }
}
