import * as openpgp from 'openpgp';
import { Reader, Writer } from 'waxseal-wasm';
import { Agent, now } from './agent.js';

/** The same work, done by both. `prepare` of a round is not measured. */
export interface Case {
  name: string;
  rounds: number;
  ours: () => Promise<unknown> | unknown;
  theirs: () => Promise<unknown> | unknown;
}

const PASSPHRASE = 'correct horse battery staple';
/** As `Protection::DEFAULT` of the agent: 64 MiB, three passes, one lane. */
const ARGON2 = { passes: 3, parallelism: 1, memoryExponent: 16 };
const config = {
  s2kType: openpgp.enums.s2k.argon2,
  s2kArgon2Params: ARGON2,
  aeadProtect: true,
} satisfies openpgp.PartialConfig;

const encoder = new TextEncoder();

/** All cases with one key that both sides hold, made by us. */
export async function cases(): Promise<Case[]> {
  const agent = new Agent();
  const own = agent.generate('a@example.test', PASSPHRASE);
  const { own_certificate } = agent.call({ kind: 'recipients', addresses: [] }, 'recipients');
  if (own_certificate === undefined) throw new Error('no certificate');
  const certificate = own_certificate;

  const { armored } = agent.call(
    { kind: 'export_secret', key: own.fingerprint, passphrase: PASSPHRASE, form: 'argon2' },
    'armored',
  );
  const locked = await openpgp.readPrivateKey({ armoredKey: armored });
  const privateKey = await openpgp.decryptKey({ privateKey: locked, passphrase: PASSPHRASE });
  const publicKey = privateKey.toPublic();

  const text2k = sample(2_000);
  const text10m = sample(10_000_000);

  const encryptOurs = (text: string, signed: boolean): string => {
    const signer = signed ? certificate : undefined;
    const writer = Writer.begin({ text, recipients: [certificate], passwords: [], signer, now: now() });
    let step = writer.step();
    if (step.kind === 'sign')
      step = writer.finish(agent.call({ kind: 'sign', request: step.request }, 'signature').signature);
    if (step.kind !== 'done') throw new Error(JSON.stringify(step));
    return step.armored;
  };
  const decryptOurs = (message: string, summary: string, length: number): void => {
    const reader = Reader.open(encoder.encode(message), 'message');
    const opened = reader.opened();
    if (opened.kind !== 'encrypted') throw new Error(JSON.stringify(opened));
    const { algorithm, key, opened_by } = agent.call({ kind: 'decipher', pkesks: opened.pkesks }, 'session_key');
    const readable = reader.decrypt(algorithm, key, opened_by);
    if (readable.kind !== 'readable') throw new Error(JSON.stringify(readable));
    const outcome = reader.finish(readable.issuers.length > 0 ? [certificate] : [], 'a@example.test', now());
    if (outcome.kind !== 'read' || outcome.message.verdict.summary !== summary)
      throw new Error(JSON.stringify(outcome).slice(0, 300));
    if (outcome.message.text.length !== length) throw new Error('text differs');
  };
  const encryptTheirs = async (text: string, signed: boolean): Promise<string> => {
    const message = await openpgp.createMessage({ text });
    const options = { message, encryptionKeys: publicKey, config };
    return (await openpgp.encrypt(signed ? { ...options, signingKeys: privateKey } : options)) as string;
  };
  const decryptTheirs = async (armoredMessage: string, signed: boolean, length: number): Promise<void> => {
    const message = await openpgp.readMessage({ armoredMessage });
    const result = await openpgp.decrypt({ message, decryptionKeys: privateKey, verificationKeys: publicKey });
    if (signed) await result.signatures[0]?.verified;
    if (String(result.data).length !== length) throw new Error('text differs');
  };

  // Both read the same message, made by us; its format (SEIPD version, mode) is the key's default on both sides.
  const small = encryptOurs(text2k, true);
  const large = encryptOurs(text10m, false);
  let number = 0;

  return [
    {
      name: 'generate Curve25519 v4, protected by Argon2',
      rounds: 5,
      ours: () => agent.generate(`k${number++}@example.test`, PASSPHRASE),
      theirs: () =>
        openpgp.generateKey({
          userIDs: [{ name: 'Bench', email: 'k@example.test' }],
          passphrase: PASSPHRASE,
          format: 'object',
          config,
        }),
    },
    {
      name: 'unlock a key protected by Argon2',
      rounds: 5,
      ours: () => {
        agent.call({ kind: 'lock' }, 'done');
        agent.call({ kind: 'unlock', key: own.fingerprint, passphrase: PASSPHRASE }, 'done');
      },
      theirs: () => openpgp.decryptKey({ privateKey: locked, passphrase: PASSPHRASE }),
    },
    {
      name: 'encrypt and sign 2 KB',
      rounds: 60,
      ours: () => encryptOurs(text2k, true),
      theirs: () => encryptTheirs(text2k, true),
    },
    {
      name: 'decrypt and verify 2 KB',
      rounds: 60,
      ours: () => decryptOurs(small, 'signed_by_sender', text2k.length),
      theirs: () => decryptTheirs(small, true, text2k.length),
    },
    {
      name: 'encrypt 10 MB',
      rounds: 3,
      ours: () => encryptOurs(text10m, false),
      theirs: () => encryptTheirs(text10m, false),
    },
    {
      name: 'decrypt 10 MB',
      rounds: 3,
      ours: () => decryptOurs(large, 'not_signed', text10m.length),
      theirs: () => decryptTheirs(large, false, text10m.length),
    },
  ];
}

/** Text that looks like mail, of so many characters. */
function sample(length: number): string {
  const line = 'The quick brown fox jumps over the lazy dog, and nobody but us two will ever know why.\n';
  return line.repeat(Math.ceil(length / line.length)).slice(0, length);
}
