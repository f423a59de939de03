// What is left in the memory of the vault's module after the keys are locked: nothing of the passphrase, nothing of the
// secret keys. The module is the one that is shipped; it runs here without a browser, because its memory can be read here.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';
import {
  type Effect,
  initSync,
  MailWriter,
  Reader,
  renew,
  type Sender,
  Source,
  type Step,
  type UiCall,
  type UiReply,
  Vault,
  versions,
} from 'waxseal-wasm';
import { linesRoom, writeLines } from '../../extension/desk/lines.js';
import { Gpg } from './support/gpg.js';
import { encryptedParts, file, mail, multipart, plain } from './support/mime.js';
import { dearmor, rsaSecrets, secretScalars } from './support/packets.js';
import { extension } from './support/session.js';

const PASSPHRASE = 'ochre-lantern 53 Tramline';
const PASSWORD = 'velvet-quarry 72 Spoonbill';
const EXTENSION = 'chrome-extension://memory';
const from = (url: string, tab: number, frame: number): Sender => ({
  url,
  origin: new URL(url).protocol === 'https:' ? new URL(url).origin : EXTENSION,
  tab,
  frame,
  document: `${tab}/${frame}`,
});
const KEYS = from(`${EXTENSION}/keys.html`, 1, 0);
const now = () => Math.floor(Date.now() / 1000);

const module = fs.readFileSync(`${extension}/waxseal_bg.wasm`);
/** Of the instance that there is now. */
const memory = (): WebAssembly.Memory => initSync({ module }).memory;
memory();
/** What it has taken from the system; it gives nothing back. */
const grown = (): number => memory().buffer.byteLength;
/** Whether these bytes are in the memory, in their order or in that of the machine's large numbers. */
const holds = (bytes: Buffer): boolean => {
  const all = Buffer.from(memory().buffer);
  return all.includes(bytes) || all.includes(Buffer.from(bytes).reverse());
};

function replied<K extends UiReply['kind']>(step: Step<UiReply>, kind: K) {
  if (step.kind !== 'reply' || step.reply.kind !== kind) throw new Error(JSON.stringify(step).slice(0, 200));
  return { reply: step.reply as Extract<UiReply, { kind: K }>, effects: step.effects as Effect[] };
}
const call = <K extends UiReply['kind']>(vault: Vault, asked: UiCall, kind: K, sender = KEYS) =>
  replied(vault.ui(sender, asked, now()), kind);

/** Octets that go in at once. */
const PIECE = 512 << 10;

/** A vault that holds nothing. */
const empty = (): Vault =>
  Vault.boot({ extension_origin: EXTENSION, local: [], session: [], remembered: undefined }, now());

/** Neither these, nor the words, nor half of the words. */
function gone(secrets: Buffer[], words: string): void {
  for (const secret of secrets) assert.ok(!holds(secret), `a secret of ${secret.length} octets`);
  assert.ok(!holds(Buffer.from(words)), 'the words');
  assert.ok(!holds(Buffer.from(words.slice(0, words.length / 2))), 'half of the words');
}

/** To an import of what is not stored yet. */
const NEW = { replace: false, stored: undefined, apart: false, added: undefined } as const;

let gpg: Gpg;
before(() => {
  gpg = new Gpg();
});
after(() => gpg?.close());

test('after locking, neither passphrase nor secret keys are in the memory', () => {
  const made = gpg.key('Mem <mem@example.test>');
  const secrets = secretScalars(made.secret);
  assert.ok(secrets.length >= 2);
  const data = dearmor(made.secret).toString('base64');
  const vault = empty();
  const key = made.fingerprint;
  call(vault, { kind: 'import', data, accept: [key], passphrase: PASSPHRASE, ...NEW }, 'imported');
  call(vault, { kind: 'lock' }, 'done');
  call(vault, { kind: 'unlock', key, passphrase: PASSPHRASE }, 'done');
  // It would be found if it were there.
  assert.ok(secrets.some(holds), 'an open key is in the memory');
  const change = { kind: 'expiry', component: undefined, days: 300 } as const;
  call(vault, { kind: 'edit', key, passphrase: PASSPHRASE, change }, 'edited');
  call(vault, { kind: 'export_secret', key, passphrase: PASSPHRASE, form: 'compatible' }, 'armored');
  call(vault, { kind: 'lock' }, 'done');
  gone(secrets, PASSPHRASE);
  vault.free();
});

test('after signing with RSA and locking, none of its secret numbers is in the memory', () => {
  const made = gpg.key('Mem <rsa@example.test>', { algorithm: 'rsa3072' });
  const numbers = rsaSecrets(made.secret);
  assert.equal(numbers.length, 4);
  const data = dearmor(made.secret).toString('base64');
  const vault = empty();
  const key = made.fingerprint;
  call(vault, { kind: 'import', data, accept: [key], passphrase: PASSPHRASE, ...NEW }, 'imported');
  call(vault, { kind: 'unlock', key, passphrase: PASSPHRASE }, 'done');
  assert.ok(numbers.some(holds), 'an open key is in the memory');
  const digest = Buffer.alloc(32, 7).toString('base64');
  call(vault, { kind: 'sign', request: { certificate: key, component: key, hash: 8, digest } }, 'signature');
  call(vault, { kind: 'lock' }, 'done');
  gone(numbers, PASSPHRASE);
  vault.free();
});

test('nothing that a post-quantum key was made of is in the memory after locking', (t) => {
  // What the browser gave as random numbers while the key was made: its secrets are among them.
  const drawn: Buffer[] = [];
  const random = crypto.getRandomValues.bind(crypto);
  t.mock.method(crypto, 'getRandomValues', <T extends ArrayBufferView>(into: T): T => {
    random(into as never);
    drawn.push(Buffer.from(Buffer.from(into.buffer, into.byteOffset, into.byteLength)));
    return into;
  });
  const vault = empty();
  const who = { name: 'Mem', email: 'pq@example.test', passphrase: PASSPHRASE, expires_days: undefined } as const;
  const { reply } = call(vault, { kind: 'generate', key_kind: 'post_quantum_v4', ...who }, 'generated');
  t.mock.restoreAll();
  call(vault, { kind: 'lock' }, 'done');
  call(vault, { kind: 'unlock', key: reply.key.fingerprint, passphrase: PASSPHRASE }, 'done');
  // Salts are shorter. Curve25519 keys have some bits of their first and last octets set by rule (RFC 7748, 5).
  const secrets = drawn.filter((bytes) => bytes.length >= 32).map((bytes) => bytes.subarray(1, -1));
  const open = secrets.filter(holds);
  // Ed25519, X25519 alone and beside ML-KEM: 32 octets each. The seed of ML-KEM has 64, in one piece or in two.
  const octets = open.reduce((sum, bytes) => sum + bytes.length, 0);
  assert.ok(
    octets >= 3 * 30 + 2 * 30,
    `${octets} octets in ${open.length} of ${secrets.length} are secrets of the key`,
  );
  call(vault, { kind: 'lock' }, 'done');
  gone(secrets, PASSPHRASE);
  vault.free();
});

test('the password of a message is in the memory neither after it was taken nor after it was used', async () => {
  const vault = empty();
  call(vault, { kind: 'set_site', origin: 'https://mail.example.test', enabled: true }, 'done');
  const opened = vault.page(from('https://mail.example.test/', 5, 0), { kind: 'open_view', form: 'message' }, now());
  if (opened.kind !== 'reply' || opened.reply.kind !== 'ticket') throw new Error(JSON.stringify(opened));
  const frame = from(`${EXTENSION}/reader.html`, 5, 1);
  call(vault, { kind: 'claim_view', ticket: opened.reply.ticket }, 'view', frame);
  const { effects } = call(vault, { kind: 'request_password' }, 'done', frame);
  const window = effects.find((effect) => effect.kind === 'open_window');
  assert.ok(window, 'it is asked for in a window');
  const id = window.hash;
  const typed = from(`${EXTENSION}/password.html`, 6, 0);
  call(vault, { kind: 'give_password', id, password: PASSWORD }, 'done', typed);
  assert.ok(holds(Buffer.from(PASSWORD)), 'it waits there');
  call(vault, { kind: 'take_password' }, 'password', frame);
  gone([], PASSWORD);
  vault.free();

  const message = gpg.run(['--passphrase', PASSWORD, '--armor', '--symmetric'], 'for those who know the word');
  const reader = Reader.open(message, 'message');
  assert.equal((await reader.decryptWithPassword(PASSWORD)).kind, 'readable');
  const read = reader.finish([], [], undefined, now());
  assert.equal(read.kind === 'read' && read.message.text, 'for those who know the word');
  reader.free();
  gone([], PASSWORD);
});

test('a mail with 25 MB of files needs less than twice that, is exact, and leaves nothing behind', async () => {
  const words = 'gravel-otter 19 Marzipan';
  const data = new Uint8Array(25 << 20);
  for (let at = 0; at < data.length; at += 65_536) crypto.getRandomValues(data.subarray(at, at + 65_536));
  const before = grown();
  const writer = MailWriter.begin({
    form: 'entity',
    headers: { from: undefined, to: [], cc: [], subject: 'mail', outer_subject: undefined },
    text: words,
    html: `<p>${words}</p>`,
    recipients: [],
    hidden: [],
    own: undefined,
    signer: undefined,
    passwords: [PASSWORD],
    for_waxseal: false,
    gossip: false,
    enclosed_key: undefined,
    now: now(),
    utc_offset: 0,
  });
  assert.deepEqual(writer.step(), { kind: 'ready' });
  const file = { name: 'large.bin', media_type: 'application/zip', content_id: undefined };
  for (let at = 0; at < data.length; at += PIECE) writer.filePiece(data.subarray(at, at + PIECE));
  assert.equal(writer.addFile(file).kind, 'ready');
  const made = await writer.make();
  assert.ok(made.kind === 'done' && made.outputs.length === 1, JSON.stringify(made));
  const armored = new Uint8Array(made.outputs[0]?.size ?? 0);
  let size = 0;
  for (let part = 0; ; part++) {
    const into = new Uint8Array(128 << 10);
    const more = writer.outputPart(0, part, into);
    if (more === undefined) break;
    const came = into.subarray(0, more);
    const octets = writer.isLines(0, part) ? writeLines(came, linesRoom(more)) : came;
    armored.set(octets, size);
    size += octets.length;
  }
  const needed = grown() - before;
  assert.ok(needed < 2 * data.length, `${(needed / data.length).toFixed(2)} times its files`);
  assert.equal(size, armored.length);
  assert.equal(writer.outputPart(1, 0, new Uint8Array(128 << 10)), undefined);
  writer.free();
  gone([Buffer.from(data.subarray(0, 64)), Buffer.from(data.subarray(-64))], words);

  const reader = opened(armored);
  // A wrong one takes nothing away.
  const wrong = await reader.decryptWithPassword('not the word');
  assert.ok(wrong.kind === 'failed' && wrong.error === 'wrong_password', JSON.stringify(wrong));
  assert.equal((await reader.decryptWithPassword(PASSWORD)).kind, 'readable');
  reads(reader, data, words);
});

/** A mail whose source comes in pieces, as from a page. */
function opened(mail: Uint8Array): Reader {
  const source = new Source(mail.length);
  for (let at = 0; at < mail.length; at += PIECE) source.add(mail.subarray(at, at + PIECE));
  return Reader.openMail(source, undefined);
}

/** Reads a mail with one file, whole and exact; and leaves nothing behind. */
function reads(reader: Reader, data: Uint8Array, words: string): void {
  const read = reader.finish([], [], undefined, now());
  assert.ok(read.kind === 'mail', JSON.stringify(read).slice(0, 200));
  assert.deepEqual(
    read.mail.files.map(({ name, size }) => [name, size]),
    [['large.bin', data.length]],
  );
  assert.equal(Buffer.compare(reader.file(0) ?? Buffer.of(), data), 0);
  assert.equal(reader.file(1), undefined);
  assert.ok((reader.source()?.length ?? 0) > data.length);
  reader.free();
  gone([Buffer.from(data.subarray(0, 64)), Buffer.from(data.subarray(-64))], words);
}

/** A mail of PGP/MIME with a file, made by gpg; with its session key, as the vault would tell it. */
function largeMail(data: Uint8Array, words: string, extra: string[]) {
  const { fingerprint } = gpg.key('Large <large@example.test>');
  const entity = multipart('mixed', [plain(words), file('large.bin', 'application/zip', Buffer.from(data))]);
  const armored = gpg.encrypt(entity, [fingerprint], undefined, extra);
  const told = gpg.run(['--status-fd', '1', '--show-session-key', '--output', '/dev/null', '--decrypt'], armored);
  const [, algorithm, key] = /SESSION_KEY (\d+):([0-9A-F]+)/.exec(told.toString()) ?? [];
  assert.ok(algorithm && key, told.toString());
  const whole = multipart('encrypted', encryptedParts(armored), 'protocol="application/pgp-encrypted"');
  const outer = { from: 'a@example.test', to: 'b@example.test', subject: 'large' };
  return {
    source: Buffer.from(mail(outer, whole), 'latin1'),
    algorithm: Number(algorithm),
    key: Buffer.from(key, 'hex').toString('base64'),
  };
}

for (const [form, extra, most] of [
  ['AEAD, not compressed', ['-z', '0'], 2],
  ['CFB, not compressed', ['--rfc4880', '-z', '0'], 2],
  ['CFB, compressed', ['--rfc4880', '-z', '6'], 3],
] as [string, string[], number][]) {
  test(`a mail with a file of 25 MB is read in less than ${most} times that: ${form}`, async () => {
    const words = 'copper-thrush 84 Lagoon';
    const data = new Uint8Array(25 << 20);
    for (let at = 0; at < data.length; at += 65_536) crypto.getRandomValues(data.subarray(at, at + 65_536));
    const { source, algorithm, key } = largeMail(data, words, extra);
    // What earlier tests needed would be there again, and hide what this one needs.
    renew();
    versions();
    const before = grown();
    const reader = opened(source);
    const opener = { certificate: '0'.repeat(40), weak: false, packet: 0, name: '' };
    assert.equal((await reader.decrypt(algorithm, key, opener)).kind, 'readable');
    reads(reader, data, words);
    const needed = grown() - before;
    assert.ok(needed < most * data.length, `${(needed / data.length).toFixed(2)} times its file`);
  });
}
