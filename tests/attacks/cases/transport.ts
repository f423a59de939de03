// What servers and webmails do to mails on the way (reference: what twelve providers were seen to do), to honest ones.

import { type Entity, enclosed, encrypted, mangled, multipart, signed } from '../../e2e/support/mime.js';
import type { Case, Cases } from '../case.js';
import { byAlice, mail, plain, SIGNED, text } from '../forms.js';
import { SECRET, type World } from '../world.js';

/** Alice wrote to bob, encrypted and signed; a server changed the mail. */
const onTheWay =
  (change: (raw: string) => string, make: (world: World) => Entity = whole): Case =>
  async (world) => {
    const raw = mail(make(world));
    const changed = change(raw);
    if (changed === raw) throw new Error('nothing was changed');
    return (await world.mail(changed, { seen: [SECRET] })).outcome;
  };

const whole = ({ gpg, alice, bob }: World): Entity =>
  encrypted(gpg, text(SECRET), [bob.fingerprint], alice.fingerprint);

/** The same with a mail that alice only signed. */
const signedOnTheWay =
  (change: (raw: string) => string, seen = SIGNED): Case =>
  async (world) => {
    const raw = mail(byAlice(world));
    const changed = change(raw);
    if (changed === raw) throw new Error('nothing was changed');
    return (await world.mail(changed, { seen: [seen] })).outcome;
  };

const newBoundary = (raw: string): string => raw.replace(/=-part-\d+/g, '----=_Part_0_1.2');
const newFields = (raw: string): string => {
  const received = 'Received: from a.example.test by b.example.test;\r\n\tSat, 28 Nov 2026 08:00:00 +0000\r\n';
  const signature = 'DKIM-Signature: v=1; a=rsa-sha256;\r\n bh=x; b=y\r\n';
  return `${received}${signature}${raw.replace(/^Message-ID:.*\r\n/m, 'Message-ID: <other@example.test>\r\nX-Google-Original-Message-ID: <a@b>\r\n')}`;
};
const newNames = (raw: string): string =>
  raw
    .replaceAll('encrypted.asc', 'ATT00001.asc')
    .replace('Content-Disposition: inline;', 'Content-Disposition: attachment;');
const unixLines = (raw: string): string => raw.replaceAll('\r\n', '\n');

/** The body of the part with the data in another transfer encoding. */
const recoded =
  (name: 'base64' | 'quoted-printable'): ((raw: string) => string) =>
  (raw) =>
    raw.replace(
      /(Content-Disposition: [^\r]*"encrypted\.asc"\r\n)\r\n([\s\S]*?)(?=\r\n--=-part)/,
      (_, head: string, body: string) => {
        const base64 = Buffer.from(body).toString('base64').replace(/.{76}/g, '$&\r\n');
        const printable = body.replaceAll('=', '=3D').replace(/^(.{40})(.+)$/gm, '$1=\r\n$2');
        return `${head}Content-Transfer-Encoding: ${name}\r\n\r\n${name === 'base64' ? base64 : printable}`;
      },
    );

const listFooter: Case = async (world) => {
  const content = multipart('mixed', [byAlice(world), plain('You can leave this list.')]);
  return (await world.mail(mail(content), { seen: ['You can leave this list.'], parts: { '': [SIGNED] } })).outcome;
};

const forwarded: Case = async (world) => {
  const content = multipart('mixed', [plain('See below.'), enclosed(mail(whole(world)))]);
  return (await world.mail(mail(content), { seen: ['See below.'], parts: { 'forwarded.eml': [SECRET] } })).outcome;
};

const inside: Case = async (world) => {
  const { gpg, alice, bob } = world;
  const content = encrypted(gpg, signed(gpg, text(SECRET), alice.fingerprint), [bob.fingerprint]);
  return (await world.mail(newBoundary(mail(content)), { seen: [SECRET] })).outcome;
};

const takenApart: Case = async (world) => {
  const { gpg, alice, bob } = world;
  return (await world.mail(mail(mangled(gpg, text(SECRET), [bob.fingerprint], alice.fingerprint)), { seen: [SECRET] }))
    .outcome;
};

export const TRANSPORT: Cases = {
  'W1.boundary': onTheWay(newBoundary),
  'W1.boundary-signed': signedOnTheWay(newBoundary),
  'W1.boundary-inside': inside,
  'W2.fields': onTheWay(newFields),
  'W2.fields-signed': signedOnTheWay(newFields),
  'W3.taken-apart': takenApart,
  'W4.names': onTheWay(newNames),
  'W5.base64': onTheWay(recoded('base64')),
  'W5.printable': onTheWay(recoded('quoted-printable')),
  'W6.line-ends': onTheWay(unixLines),
  'W6.line-ends-signed': signedOnTheWay(unixLines),
  'W7.text-around': onTheWay(
    (raw) => `${raw.replace(/\r\n\r\n--/, '\r\n\r\nThis is a MIME message.\r\n--')}\r\nScanned by a server.\r\n`,
  ),
  'W7.footer': listFooter,
  'W8.text-changed': signedOnTheWay(
    (raw) => raw.replace(SIGNED, `${SIGNED} `.replace(' ', '  ')),
    SIGNED.replace(' ', '  '),
  ),
  'W9.forwarded': forwarded,
};
