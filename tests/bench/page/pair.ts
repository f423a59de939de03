import * as openpgp from 'openpgp';
import type { Bytes, KeyKind } from 'waxseal-wasm';
import { Agent } from './agent.js';
import { ADDRESS, Ours } from './ours.js';
import { PASSPHRASE } from './sample.js';

/** As `Protection::DEFAULT` of the agent: 64 MiB, three passes, one lane. */
const ARGON2 = { passes: 3, parallelism: 1, memoryExponent: 16 };
export const config = {
  s2kType: openpgp.enums.s2k.argon2,
  s2kArgon2Params: ARGON2,
  aeadProtect: true,
} satisfies openpgp.PartialConfig;

type Options = Pick<openpgp.KeyOptions, 'type' | 'curve' | 'rsaBits'>;

/**
 * One key that both sides hold, unlocked. Certificates are read and checked anew for each message, as by a Worker that
 * is made for one message; OpenPGP.js could keep the objects, and would save that.
 */
export class Pair {
  readonly #bytes: Uint8Array;

  private constructor(
    readonly ours: Ours,
    readonly locked: openpgp.PrivateKey,
    readonly privateKey: openpgp.PrivateKey,
    readonly publicKey: openpgp.PublicKey,
  ) {
    this.#bytes = publicKey.write();
  }

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
    const privateKey = await openpgp.decryptKey({ privateKey: locked, passphrase: PASSPHRASE });
    return new Pair(new Ours(agent), locked, privateKey, privateKey.toPublic());
  }

  async encryptTheirs(text: string, signed: boolean, recipients = [this.#bytes]): Promise<string> {
    const message = await openpgp.createMessage({ text });
    const encryptionKeys = await Promise.all(recipients.map((binaryKey) => openpgp.readKey({ binaryKey })));
    const options = { message, encryptionKeys, config };
    return (await openpgp.encrypt(signed ? { ...options, signingKeys: this.privateKey } : options)) as string;
  }

  async decryptTheirs(armoredMessage: string, signed: boolean, length: number): Promise<void> {
    const message = await openpgp.readMessage({ armoredMessage });
    const result = await openpgp.decrypt({
      message,
      decryptionKeys: this.privateKey,
      verificationKeys: await openpgp.readKey({ binaryKey: this.#bytes }),
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
    const verificationKeys = await openpgp.readKey({ binaryKey: this.#bytes });
    const result = await openpgp.verify({ message, verificationKeys });
    await result.signatures[0]?.verified;
    if (String(result.data).length !== length) throw new Error('text differs');
  }
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
