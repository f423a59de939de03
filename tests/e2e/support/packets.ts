// Just enough of RFC 9580's outer layers to make what no honest program makes.

/** One packet: its type and its body, headers removed. */
export interface Packet {
  tag: number;
  body: Buffer;
}

/** The bytes of the first armored block in a text. */
export function dearmor(text: string): Buffer {
  const block = /-----BEGIN PGP [A-Z ]+-----\r?\n(?:[^\r\n]+\r?\n)*\r?\n([\s\S]*?)-----END/.exec(text)?.[1];
  if (!block) throw new Error('no armor');
  return Buffer.from(block.replace(/\r?\n=[^\r\n]{4}\s*$/, ''), 'base64');
}

// RFC 9580, 6.1.1
function crc24(bytes: Buffer): Buffer {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let i = 0; i < 8; i++) {
      crc <<= 1;
      if (crc & 0x1000000) crc ^= 0x1864cfb;
    }
  }
  return Buffer.from([(crc >> 16) & 255, (crc >> 8) & 255, crc & 255]);
}

/** Armor: `MESSAGE`, `PUBLIC KEY BLOCK`, ... */
export function armor(bytes: Buffer, kind = 'MESSAGE'): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  const sum = crc24(bytes).toString('base64');
  return [`-----BEGIN PGP ${kind}-----`, '', ...lines, `=${sum}`, `-----END PGP ${kind}-----`, ''].join('\n');
}

/** A packet in the new format with a length of five octets. */
export function packet(tag: number, body: Buffer): Buffer {
  const head = Buffer.alloc(6);
  head[0] = 0xc0 | tag;
  head[1] = 255;
  head.writeUInt32BE(body.length, 2);
  return Buffer.concat([head, body]);
}

/** Takes a sequence of packets apart (both header formats, partial lengths joined). */
export function packets(bytes: Buffer): Packet[] {
  const found: Packet[] = [];
  let at = 0;
  const octet = (): number => {
    const value = bytes[at++];
    if (value === undefined) throw new Error('packets end too early');
    return value;
  };
  const number = (size: number): number => {
    let value = 0;
    for (let i = 0; i < size; i++) value = value * 256 + octet();
    return value;
  };
  while (at < bytes.length) {
    const head = octet();
    const parts: Buffer[] = [];
    const take = (length: number): void => {
      parts.push(bytes.subarray(at, at + length));
      at += length;
    };
    if (head & 0x40) {
      for (let partial = true; partial; ) {
        const first = octet();
        partial = first >= 224 && first < 255;
        if (partial) take(1 << (first & 31));
        else if (first < 192) take(first);
        else if (first < 224) take((first - 192) * 256 + octet() + 192);
        else take(number(4));
      }
      found.push({ tag: head & 63, body: Buffer.concat(parts) });
    } else {
      const kind = head & 3;
      take(kind === 3 ? bytes.length - at : number(1 << kind));
      found.push({ tag: (head >> 2) & 15, body: Buffer.concat(parts) });
    }
  }
  return found;
}

/** Puts packets together again. */
export const join = (all: Packet[]): Buffer => Buffer.concat(all.map(({ tag, body }) => packet(tag, body)));

/** Packet types used here (RFC 9580, 5). */
export const Tag = {
  pkesk: 1,
  signature: 2,
  skesk: 3,
  secretKey: 5,
  publicKey: 6,
  secretSubkey: 7,
  compressed: 8,
  literal: 11,
  userId: 13,
  seipd: 18,
  ocb: 20,
};

/** A literal data packet with a text (RFC 9580, 5.9). */
export function literal(text: string | Buffer): Buffer {
  return packet(Tag.literal, Buffer.concat([Buffer.from('b\0\0\0\0\0', 'latin1'), Buffer.from(text)]));
}

/**
 * A message whose password is dear to guess and whose text is authenticated: a session key packet of version 6 with Argon2
 * (RFC 9580, 5.3.2: three octets before the S2K, 3.7.1.4), and SEIPD version 2.
 */
export function isArgon2(armored: string): boolean {
  const all = packets(dearmor(armored));
  const skesk = all.find(({ tag }) => tag === Tag.skesk)?.body;
  return skesk?.[0] === 6 && skesk[5] === 4 && all.at(-1)?.tag === Tag.seipd && all.at(-1)?.body[0] === 2;
}

/**
 * The bare secret of each part of an unprotected Ed25519/X25519 key: 32 octets or less. The body ends with one MPI and a
 * checksum of two octets (RFC 9580, 5.5.3).
 */
export function secretScalars(armored: string): Buffer[] {
  return packets(dearmor(armored))
    .filter(({ tag }) => tag === Tag.secretKey || tag === Tag.secretSubkey)
    .map(({ body }) => Buffer.from(body.subarray(-2 - 31, -2)));
}

/** The secret numbers d, p, q and u of the primary key of an unprotected RSA key (RFC 9580, 5.5.5.1). */
export function rsaSecrets(armored: string): Buffer[] {
  const body = packets(dearmor(armored)).find(({ tag }) => tag === Tag.secretKey)?.body;
  if (!body) throw new Error('no secret key');
  // Version, time and algorithm; then n and e, and the octet that says that nothing is protected.
  let at = 6;
  const number = (): Buffer => {
    const length = Math.ceil(body.readUInt16BE(at) / 8);
    at += 2 + length;
    return body.subarray(at - length, at);
  };
  number();
  number();
  if (body[at++] !== 0) throw new Error('it is protected');
  return [number(), number(), number(), number()];
}
