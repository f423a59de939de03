import * as openpgp from 'openpgp';
import { type Bytes, type KeyKind, Reader, type SignRequest, Writer } from 'waxseal-wasm';
import { Agent, now } from './agent.js';

export const PASSPHRASE = 'correct horse battery staple';
const ADDRESS = 'a@example.test';

/** As `Protection::DEFAULT` of the agent: 64 MiB, three passes, one lane. */
const ARGON2 = { passes: 3, parallelism: 1, memoryExponent: 16 };
export const config = {
  s2kType: openpgp.enums.s2k.argon2,
  s2kArgon2Params: ARGON2,
  aeadProtect: true,
} satisfies openpgp.PartialConfig;

type Options = Pick<openpgp.KeyOptions, 'type' | 'curve' | 'rsaBits'>;

const encoder = new TextEncoder();

/** One key that both sides hold, unlocked. */
export class Pair {
  private constructor(
    readonly agent: Agent,
    readonly certificate: Bytes,
    readonly locked: openpgp.PrivateKey,
    readonly privateKey: openpgp.PrivateKey,
    readonly publicKey: openpgp.PublicKey,
  ) {}

  /** A Curve25519 key, made by us. Version 4 gets messages with SEIPD version 1 (CFB), version 6 with 2 (OCB). */
  static async ours(kind: KeyKind = 'curve25519_v4'): Promise<Pair> {
    const agent = new Agent();
    const { fingerprint: key } = agent.generate(ADDRESS, PASSPHRASE, kind);
    const { armored } = agent.call({ kind: 'export_secret', key, passphrase: PASSPHRASE, form: 'argon2' }, 'armored');
    return Pair.#of(agent, await openpgp.readPrivateKey({ armoredKey: armored }));
  }

  /** A key of a kind that we do not make, or not so quickly. */
  static async theirs(options: Options): Promise<Pair> {
    const { privateKey } = await openpgp.generateKey({
      ...options,
      userIDs: [{ name: 'Bench', email: ADDRESS }],
      passphrase: PASSPHRASE,
      format: 'object',
      config,
    });
    const agent = new Agent();
    agent.import(privateKey.armor(), privateKey.getFingerprint());
    agent.unlock(privateKey.getFingerprint(), PASSPHRASE);
    return Pair.#of(agent, privateKey);
  }

  static async #of(agent: Agent, locked: openpgp.PrivateKey): Promise<Pair> {
    const { own_certificate } = agent.call({ kind: 'recipients', addresses: [] }, 'recipients');
    if (own_certificate === undefined) throw new Error('no certificate');
    const privateKey = await openpgp.decryptKey({ privateKey: locked, passphrase: PASSPHRASE });
    return new Pair(agent, own_certificate, locked, privateKey, privateKey.toPublic());
  }

  async encryptOurs(text: string, signed: boolean, recipients: Bytes[] = [this.certificate]): Promise<string> {
    const signer = signed ? this.certificate : undefined;
    const writer = await Writer.begin({ text, recipients, passwords: [], signer, now: now() });
    let step = writer.step();
    if (step.kind === 'sign')
      step = await writer.finish(this.agent.call({ kind: 'sign', request: step.request }, 'signature').signature);
    if (step.kind !== 'done') throw new Error(JSON.stringify(step));
    return step.armored;
  }

  async decryptOurs(message: string, summary: string, length: number): Promise<void> {
    const reader = Reader.open(encoder.encode(message), 'message');
    const opened = reader.opened();
    if (opened.kind !== 'encrypted') throw new Error(JSON.stringify(opened));
    const { algorithm, key, opened_by } = this.agent.call({ kind: 'decipher', pkesks: opened.pkesks }, 'session_key');
    const readable = await reader.decrypt(algorithm, key, opened_by);
    if (readable.kind !== 'readable') throw new Error(JSON.stringify(readable));
    this.#finish(reader, readable.issuers.length > 0, summary, length);
  }

  /** A message that is not encrypted. */
  verifyOurs(message: string, length: number, signed = true): void {
    const reader = Reader.open(encoder.encode(message), 'message');
    if (reader.opened().kind !== 'readable') throw new Error(JSON.stringify(reader.opened()));
    this.#finish(reader, signed, signed ? 'signed_by_sender' : 'not_signed', length);
  }

  #finish(reader: Reader, signed: boolean, summary: string, length: number): void {
    const outcome = reader.finish(signed ? [this.certificate] : [], ADDRESS, now());
    if (outcome.kind !== 'read' || outcome.message.verdict.summary !== summary)
      throw new Error(JSON.stringify(outcome).slice(0, 300));
    if (outcome.message.text.length !== length) throw new Error('text differs');
  }

  /** What our engine asks the vault to sign for this text. */
  async signRequest(text: string): Promise<SignRequest> {
    const writer = await Writer.begin({
      text,
      recipients: [this.certificate],
      passwords: [],
      signer: this.certificate,
      now: now(),
    });
    const step = writer.step();
    if (step.kind !== 'sign') throw new Error(JSON.stringify(step));
    return step.request;
  }

  async encryptTheirs(text: string, signed: boolean, recipients = [this.publicKey]): Promise<string> {
    const message = await openpgp.createMessage({ text });
    const options = { message, encryptionKeys: recipients, config };
    return (await openpgp.encrypt(signed ? { ...options, signingKeys: this.privateKey } : options)) as string;
  }

  async decryptTheirs(armoredMessage: string, signed: boolean, length: number): Promise<void> {
    const message = await openpgp.readMessage({ armoredMessage });
    const result = await openpgp.decrypt({
      message,
      decryptionKeys: this.privateKey,
      verificationKeys: this.publicKey,
    });
    if (signed) await result.signatures[0]?.verified;
    if (String(result.data).length !== length) throw new Error('text differs');
  }

  /** Signed and not encrypted. */
  async signTheirs(text: string): Promise<string> {
    const message = await openpgp.createMessage({ text });
    return (await openpgp.sign({ message, signingKeys: this.privateKey, config })) as string;
  }

  async verifyTheirs(armoredMessage: string, length: number): Promise<void> {
    const message = await openpgp.readMessage({ armoredMessage });
    const result = await openpgp.verify({ message, verificationKeys: this.publicKey });
    await result.signatures[0]?.verified;
    if (String(result.data).length !== length) throw new Error('text differs');
  }
}

/** Text that looks like mail (also to a compressor), of so many characters; the same each time. */
export function sample(length: number): string {
  const words = 'the quick brown fox jumps over a lazy dog and nobody but us two will ever know why\n'.split(' ');
  const text: string[] = [];
  let [size, state] = [0, 1];
  while (size <= length) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    const word = words[(state >>> 16) % words.length] ?? '';
    text.push(word);
    size += word.length + 1;
  }
  return text.join(' ').slice(0, length);
}

/** Somebody else's Curve25519 certificate. */
export async function certificate(email: string): Promise<openpgp.PublicKey> {
  const { publicKey } = await openpgp.generateKey({ userIDs: [{ email }], format: 'object' });
  return publicKey;
}

/** Bytes as the wire has them. */
export function base64(bytes: Uint8Array): Bytes {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
