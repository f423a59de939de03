import crypto from 'node:crypto';
import zlib from 'node:zlib';
import type { Gpg } from './gpg.js';
import { armor, dearmor, join, literal, packet, packets, Tag } from './packets.js';

// A compressed data packet of the old format without a length: it reaches to the end of what holds it.
const OPEN_COMPRESSED = 0xa3;
const OPEN_LITERAL = 0xaf;
const STORED = 0;
const ZIP = 1;

/** A message of `depth` "uncompressed" compressed-data packets inside each other, two octets each. */
export function nested(depth: number): Buffer {
  return Buffer.concat([...new Array<Buffer>(depth).fill(Buffer.from([OPEN_COMPRESSED, STORED])), literal('deep')]);
}

// The same piece over and over: raw deflate can be cut and joined at a full flush.
function repeat(head: Buffer, piece: Buffer, times: number): Buffer {
  const flush = { level: 9, finishFlush: zlib.constants.Z_FULL_FLUSH };
  const start = zlib.deflateRawSync(head, flush);
  const part = zlib.deflateRawSync(piece, flush);
  const end = zlib.deflateRawSync(Buffer.alloc(0));
  return Buffer.concat([start, ...new Array<Buffer>(times).fill(part), end]);
}

/** A message under 4 kB that becomes 4 GiB of zeros when it is decompressed: three layers of deflate. */
export function bomb(): Buffer {
  const head = Buffer.from([OPEN_LITERAL, 0x62, 0, 0, 0, 0, 0]);
  let message = repeat(head, Buffer.alloc(1 << 20), 4096);
  for (let layer = 0; layer < 2; layer++) {
    message = zlib.deflateRawSync(Buffer.concat([Buffer.from([OPEN_COMPRESSED, ZIP]), message]), { level: 9 });
  }
  message = Buffer.concat([Buffer.from([OPEN_COMPRESSED, ZIP]), message]);
  if (message.length > 4096) throw new Error(`the bomb has ${message.length} bytes`);
  return message;
}

/** Flips one bit of the encrypted data, `back` octets before its end. */
export function flipped(message: string, back = 30): string {
  const all = packets(dearmor(message));
  const last = all.at(-1);
  if (!last) throw new Error('no packets');
  const body = Buffer.from(last.body);
  const at = body.length - back;
  body[at] = (body[at] ?? 0) ^ 1;
  return armor(join([...all.slice(0, -1), { tag: last.tag, body }]));
}

/** The message with the last octets of its encrypted data missing, lengths set right again. */
export function cut(message: string, octets: number): string {
  const all = packets(dearmor(message));
  const last = all.at(-1);
  if (!last) throw new Error('no packets');
  return armor(join([...all.slice(0, -1), { tag: last.tag, body: last.body.subarray(0, -octets) }]));
}

/** The message as a damaged transfer leaves it: only the first part of its bytes, in sound armor. */
export function truncated(message: string, keep = 0.6): string {
  const bytes = dearmor(message);
  return armor(bytes.subarray(0, Math.floor(bytes.length * keep)));
}

/** SEIPDv1 named as the old packet without integrity protection (EFAIL's downgrade): tag 18 to 9, MDC left in. */
export function unprotected(message: string): string {
  const all = packets(dearmor(message));
  return armor(
    join(all.map(({ tag, body }) => (tag === Tag.seipd ? { tag: 9, body: body.subarray(1) } : { tag, body }))),
  );
}

/** The armor with characters in the middle that are none of base64. */
export function brokenArmor(message: string): string {
  const lines = message.split('\n');
  const middle = Math.floor(lines.length / 2);
  lines[middle] = `${(lines[middle] ?? '').slice(0, 20)}!!$$${(lines[middle] ?? '').slice(24)}`;
  return lines.join('\n');
}

/** A certificate (or secret key) with its user IDs and their signatures removed. */
export function withoutUserId(key: string): string {
  let inUserId = false;
  const kept = packets(dearmor(key)).filter(({ tag }) => {
    if (tag !== Tag.signature) inUserId = tag === Tag.userId;
    return !inUserId;
  });
  const secret = kept[0]?.tag === Tag.secretKey;
  return armor(join(kept), secret ? 'PRIVATE KEY BLOCK' : 'PUBLIC KEY BLOCK');
}

/**
 * What GnuPG 2.4 writes to keys that it made itself: AES-256-OCB in the packet of type 20 (LibrePGP). GnuPG 2.2 cannot
 * make it, so its message is taken apart and encrypted anew with the same session key.
 */
export function gnupgOcb(gpg: Gpg, text: string, to: string): string {
  const original = gpg.encryptPackets(literal(text), to);
  const { cipher, key } = gpg.sessionKey(original);
  const chunkBits = 10; // chunks of 64 KiB
  const iv = crypto.randomBytes(15);
  const plain = literal(text);
  const seal = (index: number, data: Buffer, total?: number): Buffer => {
    const nonce = Buffer.from(iv);
    const place = nonce.length - 8;
    nonce.writeBigUInt64BE(nonce.readBigUInt64BE(place) ^ BigInt(index), place);
    const ad = Buffer.alloc(total === undefined ? 13 : 21);
    ad.set([0xc0 | Tag.ocb, 1, cipher, 2, chunkBits]);
    ad.writeBigUInt64BE(BigInt(index), 5);
    if (total !== undefined) ad.writeBigUInt64BE(BigInt(total), 13);
    const ocb = crypto.createCipheriv('aes-256-ocb', key, nonce, { authTagLength: 16 });
    ocb.setAAD(ad);
    return Buffer.concat([ocb.update(data), ocb.final(), ocb.getAuthTag()]);
  };
  const head = Buffer.from([1, cipher, 2, chunkBits]);
  const body = Buffer.concat([head, iv, seal(0, plain), seal(1, Buffer.alloc(0), plain.length)]);
  const pkesk = packets(original).filter(({ tag }) => tag === Tag.pkesk);
  return armor(Buffer.concat([join(pkesk), packet(Tag.ocb, body)]));
}
