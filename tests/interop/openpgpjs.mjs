// OpenPGP.js at the command line, for `cargo xtask interop`: one operation per call, input on standard input, result on
// standard output.
import { readFileSync, writeSync } from 'node:fs';
import * as openpgp from 'openpgp';

const PERSON = { name: 'Peer', email: 'peer@example.org' };

// Keys by the names of the matrix. Each makes nothing but what is asked for.
/** @typedef {{ type: 'rsa' | 'ecc' | 'curve25519', rsaBits?: number, curve?: openpgp.EllipticCurveName }} Kind */

/** @type {Record<string, Kind & { config?: openpgp.PartialConfig }>} */
const KINDS = {
  rsa: { type: 'rsa', rsaBits: 3072 },
  curve25519: { type: 'ecc', curve: 'curve25519Legacy' },
  p256: { type: 'ecc', curve: 'nistP256' },
  v6: { type: 'curve25519', config: { v6Keys: true, aeadProtect: true } },
};

const { eax, ocb, gcm } = openpgp.enums.aead;
const MODES = /** @type {const} */ (['eax', 'ocb', 'gcm']);

// How a message is encrypted, by the names of the matrix.
/** @type {Record<string, openpgp.PartialConfig>} */
const FORMS = {
  default: {},
  seipd1: { aeadProtect: false },
  eax: { aeadProtect: true, preferredAEADAlgorithm: eax },
  ocb: { aeadProtect: true, preferredAEADAlgorithm: ocb },
  gcm: { aeadProtect: true, preferredAEADAlgorithm: gcm },
  password: { aeadProtect: false, s2kType: openpgp.enums.s2k.iterated },
  argon2: { aeadProtect: true, preferredAEADAlgorithm: ocb, s2kType: openpgp.enums.s2k.argon2 },
};

/** @param {string} path */
const text = (path) => readFileSync(path, 'utf8');
/** @param {string} path */
const secretKey = (path) => openpgp.readPrivateKey({ armoredKey: text(path) });
/** @param {string} path */
const certificate = (path) => openpgp.readKey({ armoredKey: text(path) });

/**
 * @template T
 * @param {Record<string, T>} table
 * @param {string | undefined} name
 */
function named(table, name) {
  const found = table[name ?? ''];
  if (!found) throw new Error(`OpenPGP.js has no ${name}`);
  return found;
}

/**
 * A certificate may ask for one mode and the matrix for another: what the matrix wants is said with the session key.
 *
 * @param {string} form
 * @param {{ encryptionKeys?: openpgp.Key, passwords?: string }} given
 * @param {Uint8Array} binary
 */
async function encrypt(form, given, binary) {
  const config = named(FORMS, form);
  const message = await openpgp.createMessage({ binary });
  if (form === 'default' || given.passwords) return openpgp.encrypt({ message, config, ...given });
  const mode = MODES.find((one) => openpgp.enums.aead[one] === config.preferredAEADAlgorithm);
  /** @type {openpgp.SessionKey} */
  const sessionKey = {
    data: crypto.getRandomValues(new Uint8Array(32)),
    algorithm: 'aes256',
    ...(mode && { aeadAlgorithm: mode }),
  };
  return openpgp.encrypt({ message, sessionKey, config, ...given });
}

/**
 * @param {{ decryptionKeys?: openpgp.PrivateKey, passwords?: string }} given
 * @param {string} armoredMessage
 */
async function decrypt(given, armoredMessage) {
  const message = await openpgp.readMessage({ armoredMessage });
  return (await openpgp.decrypt({ message, format: 'binary', ...given })).data;
}

/** @param {{ verified: Promise<true> }[]} signatures */
async function checked([signature]) {
  if (!signature) throw new Error('there is no signature');
  await signature.verified;
}

/**
 * @param {openpgp.CleartextMessage} message
 * @param {string} path
 */
async function verified(message, path) {
  const result = await openpgp.verify({ message, verificationKeys: await certificate(path) });
  await checked(result.signatures);
  return result.data;
}

/** @type {Record<string, (input: Buffer, ...given: any[]) => any>} */
const OPERATIONS = {
  async generate(_, kind) {
    const { config = {}, ...how } = named(KINDS, kind);
    return (await openpgp.generateKey({ ...how, userIDs: PERSON, config })).privateKey;
  },
  encrypt: async (input, form, path) => encrypt(form, { encryptionKeys: await certificate(path) }, input),
  'encrypt-password': (input, form, password) => encrypt(form, { passwords: password }, input),
  decrypt: async (input, path) => decrypt({ decryptionKeys: await secretKey(path) }, input.toString()),
  'decrypt-password': (input, password) => decrypt({ passwords: password }, input.toString()),
  async sign(binary, path) {
    const message = await openpgp.createMessage({ binary });
    return openpgp.sign({ message, signingKeys: await secretKey(path), detached: true });
  },
  async verify(binary, path, signaturePath) {
    const signature = await openpgp.readSignature({ armoredSignature: text(signaturePath) });
    const message = await openpgp.createMessage({ binary });
    const result = await openpgp.verify({ message, signature, verificationKeys: await certificate(path) });
    await checked(result.signatures);
    return '';
  },
  async clearsign(input, path) {
    const message = await openpgp.createCleartextMessage({ text: input.toString() });
    return openpgp.sign({ message, signingKeys: await secretKey(path) });
  },
  async 'verify-clear'(input, path) {
    const message = await openpgp.readCleartextMessage({ cleartextMessage: input.toString() });
    return verified(message, path);
  },
  version: () => `${openpgp.config.versionString}\n`,
};

const [name, ...args] = process.argv.slice(2);
try {
  const input = name === 'version' || name === 'generate' ? Buffer.alloc(0) : readFileSync(0);
  const result = Buffer.from(await named(OPERATIONS, name)(input, ...args));
  for (let at = 0; at < result.length; ) at += writeSync(1, result, at);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
