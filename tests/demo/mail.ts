import fs from 'node:fs';
import path from 'node:path';

/** The two people of the demo. */
export const PEOPLE = {
  alice: { name: 'Alice Demo', address: 'alice@example.test' },
  bob: { name: 'Bob Demo', address: 'bob@example.test' },
} as const;
export type Person = keyof typeof PEOPLE;

/** A file of a message. */
export interface DemoFile {
  name: string;
  type: string;
  /** In base64. */
  data: string;
}

/** One message as the webmail shows it. Text and files only: this webmail has no HTML mail. */
export interface Mail {
  id: number;
  /** `Bob Demo <bob@example.test>` */
  from: string;
  to: string;
  subject: string;
  text: string;
  files: DemoFile[];
  /** Milliseconds since 1970. */
  date: number;
  unread: boolean;
}

/** What is being written. */
export interface Draft {
  to: string;
  subject: string;
  text: string;
  files?: DemoFile[];
}

/** A mailbox cannot grow beyond this, so that a demo left running stays small. */
const MAX_MESSAGES = 200;
/** Longest text of a message, in UTF-16 units. */
export const MAX_TEXT = 2_000_000;
/** Octets of one file, as the form says. */
export const MAX_FILE = 5_000_000;
/** Files of one message. */
export const MAX_FILES = 10;

/** All mail of the demo, in memory only: gone when it ends. */
export class Post {
  #next = 1;
  readonly inbox: Record<Person, Mail[]> = { alice: [], bob: [] };
  readonly sent: Record<Person, Mail[]> = { alice: [], bob: [] };
  readonly drafts: Record<Person, Draft | null> = { alice: null, bob: null };

  /** Delivers a message to everybody it names; false if it names nobody who lives here. */
  send(from: Person, draft: Draft, date = Date.now()): boolean {
    const people = Object.keys(PEOPLE) as Person[];
    const to = people.filter((person) => draft.to.toLowerCase().includes(PEOPLE[person].address));
    if (to.length === 0 || draft.text.length > MAX_TEXT) return false;
    const { name, address } = PEOPLE[from];
    const mail = { ...draft, files: draft.files ?? [], from: `${name} <${address}>`, date };
    for (const person of to) this.#keep(this.inbox[person], { ...mail, id: this.#next++, unread: true });
    this.#keep(this.sent[from], { ...mail, id: this.#next++, unread: false });
    this.drafts[from] = null;
    return true;
  }

  #keep(box: Mail[], mail: Mail): void {
    box.unshift(mail);
    box.length = Math.min(box.length, MAX_MESSAGES);
  }
}

/** A message as mail servers store it. */
export function sourceOf({ id, from, to, subject, text, files, date }: Mail): string {
  const boundary = `demo-${id}`;
  const word = `=?utf-8?B?${Buffer.from(subject).toString('base64')}?=`;
  const base64 = (data: Buffer | string): string =>
    (typeof data === 'string' ? data : data.toString('base64')).replace(/(.{76})/g, '$1\r\n');
  const head = [
    `From: ${from}`,
    `To: ${to.replace(/[\r\n]+/g, ' ')}`,
    `Subject: ${word}`,
    `Date: ${new Date(date).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${id}@example.test>`,
    'MIME-Version: 1.0',
  ];
  const body = [
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    base64(Buffer.from(text)),
  ];
  if (files.length === 0) return [...head, ...body, ''].join('\r\n');
  const parts = files.flatMap(({ name, type, data }) => {
    const safe = name.replace(/["\\\r\n]/g, '_');
    const media = /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream';
    return [
      `--${boundary}`,
      `Content-Type: ${media}; name="${safe}"`,
      `Content-Disposition: attachment; filename="${safe}"`,
      'Content-Transfer-Encoding: base64',
      '',
      base64(data),
    ];
  });
  const type = `Content-Type: multipart/mixed; boundary="${boundary}"`;
  return [...head, type, '', `--${boundary}`, ...body, ...parts, `--${boundary}--`, ''].join('\r\n');
}

/** The mail that waits for Alice: the first minute with Waxseal, told by a friend. The last is the newest. */
export function waiting(keys: string, post: Post, now = Date.now()): void {
  const file = (name: string): string => fs.readFileSync(path.join(keys, name), 'utf8').trim();
  const to = `${PEOPLE.alice.name} <${PEOPLE.alice.address}>`;
  const minutes = (n: number): number => now - n * 60_000;
  const mails: [number, string, string][] = [
    [
      9,
      'Something secret (for the demo key)',
      `Dear Alice,

what follows is for you alone. It was encrypted to the demo key: import that
first (link "Demo key" at the bottom left, passphrase "demo"), and you can
read this.

${file('secret.asc')}
`,
    ],
    [6, 'Welcome, with my signature', file('welcome.asc')],
    [
      3,
      'My public key',
      `Dear Alice,

here is my public key. Import it, and you can write to me so that only I can read it.

${file('bob-public.asc')}

Bob
`,
    ],
  ];
  for (const [age, subject, text] of mails) post.send('bob', { to, subject, text }, minutes(age));
  post.sent.bob.length = 0;
}
