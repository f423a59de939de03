// Mails as other programs make them: MIME by hand, OpenPGP by real gpg. Lines end with CRLF, as they travel and as they
// are signed.

import type { Gpg } from './gpg.js';

/** A MIME entity: its own header fields, an empty line, its body. */
export type Entity = string;

/** Header fields in their order. */
export type Fields = readonly (readonly [name: string, value: string])[];

const crlf = (text: string): string => text.replace(/\r?\n/g, '\r\n');

/** 76 characters in each line. */
const base64 = (data: Buffer): string => data.toString('base64').replace(/.{76}/g, '$&\r\n').replace(/\r\n$/, '');

const lines = (fields: Fields): string => fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');

/** An entity of these fields and this body. */
export const entity = (fields: Fields, body: string): Entity => `${lines(fields)}\r\n${body}`;

/** Text in UTF-8, in base64: it comes through every server as it is. */
export function text(content: string, type = 'text/plain'): Entity {
  const fields: Fields = [
    ['Content-Type', `${type}; charset=utf-8`],
    ['Content-Transfer-Encoding', 'base64'],
  ];
  return entity(fields, `${base64(Buffer.from(crlf(content)))}\r\n`);
}

/** ASCII text as it is: a person who looks at the source can read it. */
export const plain = (content: string): Entity =>
  entity([['Content-Type', 'text/plain; charset=us-ascii']], `${crlf(content)}\r\n`);

/** How a file is enclosed. */
export interface FileOptions {
  /** Content-ID without angle brackets; the file is then shown within the text. */
  id?: string;
}

/** A file. */
export function file(name: string, type: string, data: Buffer, { id }: FileOptions = {}): Entity {
  const fields: Fields = [
    ['Content-Type', `${type}; name="${name}"`],
    ['Content-Disposition', `${id ? 'inline' : 'attachment'}; filename="${name}"`],
    ...(id ? [['Content-ID', `<${id}>`] as const] : []),
    ['Content-Transfer-Encoding', 'base64'],
  ];
  return entity(fields, `${base64(data)}\r\n`);
}

/** A mail as a file of its own. */
export const enclosed = (mail: string): Entity =>
  entity(
    [
      ['Content-Type', 'message/rfc822'],
      ['Content-Disposition', 'attachment; filename="forwarded.eml"'],
    ],
    mail,
  );

let boundaries = 0;

/** Several entities in one: `multipart('mixed', [text, file])`. Parameters come before the boundary. */
export function multipart(subtype: string, parts: readonly Entity[], parameters = ''): Entity {
  const boundary = `=-part-${++boundaries}`;
  const type = [`multipart/${subtype}`, ...(parameters ? [parameters] : []), `boundary="${boundary}"`].join('; ');
  const body = parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('');
  return entity([['Content-Type', type]], `${body}--${boundary}--\r\n`);
}

/** A PGP/MIME signature over an entity (RFC 3156, 5): gpg signs exactly the octets that travel. */
export function signed(gpg: Gpg, what: Entity, signer: string, extra: string[] = []): Entity {
  // The line end before the boundary does not belong to the part.
  const signature = gpg
    .run(['--passphrase', '', ...extra, '--armor', '--local-user', signer, '--detach-sign'], what)
    .toString();
  const part = entity(
    [
      ['Content-Type', 'application/pgp-signature; name="signature.asc"'],
      ['Content-Disposition', 'attachment; filename="signature.asc"'],
    ],
    crlf(signature),
  );
  return multipart('signed', [what, part], 'protocol="application/pgp-signature"; micalg=pgp-sha512');
}

/** PGP/MIME encryption of an entity (RFC 3156, 4), signed inside of the OpenPGP message when a signer is named. */
export function encrypted(gpg: Gpg, what: Entity, to: readonly string[], signer?: string): Entity {
  const parts = encryptedParts(gpg.encrypt(what, [...to], signer));
  return multipart('encrypted', parts, 'protocol="application/pgp-encrypted"');
}

/** The two parts of an encrypted mail. */
export function encryptedParts(armored: string): [Entity, Entity] {
  const version = entity(
    [
      ['Content-Type', 'application/pgp-encrypted'],
      ['Content-Description', 'PGP/MIME version identification'],
    ],
    'Version: 1\r\n',
  );
  const data = entity(
    [
      ['Content-Type', 'application/octet-stream; name="encrypted.asc"'],
      ['Content-Disposition', 'inline; filename="encrypted.asc"'],
    ],
    crlf(armored),
  );
  return [version, data];
}

/** What some Exchange servers make of an encrypted mail: the same parts, in a multipart/mixed behind an empty text. */
export function mangled(gpg: Gpg, what: Entity, to: readonly string[], signer?: string): Entity {
  const empty = entity([['Content-Type', 'text/plain; charset=us-ascii']], '\r\n');
  const [version, data] = encryptedParts(gpg.encrypt(what, [...to], signer));
  const recoded = data.replace('Content-Disposition: inline', 'Content-Disposition: attachment');
  return multipart('mixed', [empty, version, recoded]);
}

/** Header fields on the inside of an entity, as RFC 9788 wants them. `outer` are those that were left outside. */
export function protectedHeaders(what: Entity, inner: Fields, kind: 'clear' | 'cipher', outer: Fields = []): Entity {
  const confidential: Fields = kind === 'cipher' ? outer.map(([name, value]) => ['HP-Outer', `${name}: ${value}`]) : [];
  return lines([...inner, ...confidential]) + withParameter(what, `hp="${kind}"`);
}

/** The same as it was done before that RFC. */
export const protectedHeadersV1 = (what: Entity, inner: Fields): Entity =>
  lines(inner) + withParameter(what, 'protected-headers="v1"');

function withParameter(what: Entity, parameter: string): Entity {
  const changed = what.replace(/^(Content-Type: [^;\r]+)/im, `$1; ${parameter}`);
  if (changed === what) throw new Error('no Content-Type');
  return changed;
}

/** The outer header fields of a mail. */
export interface Outer {
  from: string;
  to: string;
  subject: string;
  /** More fields, or the same again. */
  more?: Fields;
}

let mails = 0;

/** A whole mail. */
export function mail({ from, to, subject, more = [] }: Outer, content: Entity): string {
  const fields: Fields = [
    ['From', from],
    ['To', to],
    ['Subject', subject],
    ['Date', new Date().toUTCString().replace('GMT', '+0000')],
    ['Message-ID', `<${process.pid}.${++mails}@example.test>`],
    ...more,
    ['MIME-Version', '1.0'],
  ];
  return lines(fields) + content;
}
