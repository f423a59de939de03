// What the extension does with a message, its Worker and its background in one.
import { type Bytes, Reader, type SignRequest, type Summary, Writer } from 'waxseal-wasm';
import { type Agent, now } from './agent.js';

/** Of the keys here, and who is said to have sent each message. */
export const ADDRESS = 'a@example.test';

const encoder = new TextEncoder();

/** An agent with one key of its own, unlocked. */
export class Ours {
  readonly certificate: Bytes;

  constructor(readonly agent: Agent) {
    const { own_certificate } = agent.call({ kind: 'recipients', addresses: [] }, 'recipients');
    if (own_certificate === undefined) throw new Error('no certificate');
    this.certificate = own_certificate;
  }

  async encrypt(text: string, signed: boolean, recipients: Bytes[] = [this.certificate]): Promise<string> {
    const signer = signed ? this.certificate : undefined;
    const writer = await Writer.begin({ text, recipients, hidden: [], passwords: [], signer, now: now() });
    let step = writer.step();
    if (step.kind === 'sign')
      step = await writer.finish(this.agent.call({ kind: 'sign', request: step.request }, 'signature').signature);
    if (step.kind !== 'done') throw new Error(JSON.stringify(step));
    return step.armored;
  }

  async decrypt(message: string, summary: Summary, length: number): Promise<void> {
    const reader = Reader.open(encoder.encode(message), 'message');
    const opened = reader.opened();
    if (opened.kind !== 'encrypted') throw new Error(JSON.stringify(opened));
    const { algorithm, key, opened_by } = this.agent.call({ kind: 'decipher', pkesks: opened.pkesks }, 'session_key');
    const readable = await reader.decrypt(algorithm, key, opened_by);
    if (readable.kind !== 'readable') throw new Error(JSON.stringify(readable));
    this.#finish(reader, readable.issuers.length > 0, summary, length);
  }

  /** A message that is not encrypted. */
  verify(message: string, length: number, signed = true): void {
    const reader = Reader.open(encoder.encode(message), 'message');
    if (reader.opened().kind !== 'readable') throw new Error(JSON.stringify(reader.opened()));
    this.#finish(reader, signed, signed ? 'signed_by_sender' : 'not_signed', length);
  }

  /** Decodes the armor and looks at the packets; the key is never asked for. */
  dearmor(message: string): void {
    const reader = Reader.open(encoder.encode(message), 'message');
    if (reader.opened().kind !== 'encrypted') throw new Error(JSON.stringify(reader.opened()));
    reader.free();
  }

  /** A message with a password. */
  async decryptWithPassword(message: string, password: string, length: number): Promise<void> {
    const reader = Reader.open(encoder.encode(message), 'message');
    const readable = await reader.decryptWithPassword(password);
    if (readable.kind !== 'readable') throw new Error(JSON.stringify(readable));
    this.#finish(reader, false, 'not_signed', length);
  }

  #finish(reader: Reader, signed: boolean, summary: Summary, length: number): void {
    const outcome = reader.finish(signed ? [this.certificate] : [], [], ADDRESS, now());
    // A text that is too long to be shown is a file, with the line ends that it was encrypted with.
    const text =
      outcome.kind === 'read'
        ? outcome.message.text
        : new TextDecoder().decode(reader.file(0) ?? new Uint8Array()).replaceAll('\r\n', '\n');
    reader.free();
    const verdict =
      outcome.kind === 'read' ? outcome.message.verdict : outcome.kind === 'mail' ? outcome.mail.verdict : undefined;
    if (verdict?.summary !== summary) throw new Error(JSON.stringify(outcome).slice(0, 300));
    if (text.length !== length) throw new Error('text differs');
  }

  /** What our engine asks the vault to sign for this text. */
  async signRequest(text: string): Promise<SignRequest> {
    const recipients = [this.certificate];
    const writer = await Writer.begin({
      text,
      recipients,
      hidden: [],
      passwords: [],
      signer: this.certificate,
      now: now(),
    });
    const step = writer.step();
    if (step.kind !== 'sign') throw new Error(JSON.stringify(step));
    return step.request;
  }
}
