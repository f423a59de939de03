// Mails of shapes that nobody writes: more parts than are looked at, blocks where no person sees them, words that belong to no
// part, and what only resembles a layer of protection (E2, E8, M5 and R7 as whole mails).

import assert from 'node:assert/strict';
import { entity, signed } from '../../e2e/support/mime.js';
import type { Case, Cases } from '../case.js';
import { byAlice, crlf, html, mail, multipart, plain, SIGNED, text } from '../forms.js';
import type { Seen } from '../look.js';
import { SECRET, type World } from '../world.js';

const LURE = 'Please pay 900 euro to eve.';
/** How many parts of a mail are read (crate/core/src/mime/limits.rs). */
const MOST_PARTS = 1_000;

const block = ({ gpg, alice, bob }: World): string =>
  crlf(gpg.encrypt(text(SECRET), [bob.fingerprint], alice.fingerprint));

/** Shows this; it ends so. */
async function ends(world: World, raw: string, seen: Seen, outcome: string): Promise<void> {
  await world.next();
  assert.equal((await world.mail(raw, { seen })).outcome, outcome, raw.slice(0, 2_000));
}

/** The places of E2, in one mail: the last of them swallows what follows. */
const hiddenInSource: Case = async (world) => {
  const armored = block(world);
  const places = [
    `<img alt="${armored}">`,
    `<!-- ${armored} -->`,
    `<style>${armored}</style>`,
    `<div style="display:none">${armored}</div>`,
    `<plaintext>${armored}`,
  ];
  const first: Seen = ([body]) => body?.startsWith('Hello') === true;
  await ends(world, mail(html(`<p>Hello</p>${places.join('\r\n')}`)), first, 'open, not_signed [part_encrypted]');
  return 'never opened, never shown as encrypted';
};

const LIMITED = 'shown as far as the limit goes, and said';

const manyParts: Case = async (world) => {
  const many = multipart('mixed', new Array<string>(10_000).fill(plain('x')));
  const all: Seen = (bodies) => bodies.length >= MOST_PARTS - 2 && bodies.length <= MOST_PARTS;
  const raw = mail(signed(world.gpg, many, world.alice.fingerprint));
  await ends(world, raw, all, 'open, signed_by_sender alice [too_many_parts]');
  return LIMITED;
};

const manyLevels: Case = async (world) => {
  let deep = plain('the innermost');
  for (let level = 0; level < 1_000; level++) deep = multipart('mixed', [deep]);
  const raw = mail(signed(world.gpg, deep, world.alice.fingerprint));
  await ends(world, raw, [''], 'open, signed_by_sender alice [too_many_parts]');
  return LIMITED;
};

/** Eve writes in front of what alice signed, between its parts and behind them. */
const between: Case = async (world) => {
  const raw = mail(byAlice(world));
  const added = `${raw.replace(/\r\n\r\n--/, `\r\n\r\n${LURE}\r\n--`)}${LURE}\r\n`;
  await ends(world, added, [SIGNED], 'open, signed_by_sender alice');
  const two = multipart('mixed', [plain(SIGNED), plain(SIGNED)]);
  const parts = mail(signed(world.gpg, two.replace(/\r\n--/, `\r\n${LURE}\r\n--`), world.alice.fingerprint));
  await ends(world, parts, [SIGNED, SIGNED], 'open, signed_by_sender alice');
  return 'not shown';
};

const layers: Case = async (world) => {
  const part = plain(LURE);
  const sealed = entity([['Content-Type', 'application/octet-stream']], block(world));
  const control = entity([['Content-Type', 'application/pgp-encrypted']], 'Version: 1\r\n');
  const armored = world.gpg.run(
    ['--passphrase', '', '--armor', '--local-user', world.alice.fingerprint, '--detach-sign'],
    part,
  );
  const signature = entity([['Content-Type', 'application/pgp-signature']], crlf(armored.toString()));
  const [bySignature, byEncryption] = ['signature', 'encrypted'].map((one) => `protocol="application/pgp-${one}"`);
  for (const content of [
    multipart('signed', [part, signature], 'protocol="application/pkcs7-signature"'),
    multipart('signed', [part, signature]),
    multipart('signed', [part, signature, part], bySignature),
    multipart('signed', [signature, part], bySignature),
    multipart('mixed', [part, signature]),
    multipart('encrypted', [control, sealed, control], byEncryption),
    multipart('encrypted', [sealed, control], byEncryption),
    multipart('encrypted', [control], byEncryption),
    multipart('encrypted', [control, sealed]),
  ]) {
    await world.next();
    const { outcome } = await world.mail(mail(content), { seen: () => true });
    assert.match(outcome, /^open, not_signed\b/, content);
  }
  return 'none';
};

const blocksInText: Case = async (world) => {
  const armored = block(world);
  for (const around of [
    `What is up?\r\n${'.\r\n'.repeat(50)}${armored}`,
    `${armored}\r\n${armored}`,
    `${armored}\r\nand?`,
  ]) {
    const asItIs: Seen = ([body]) => body?.includes('BEGIN PGP MESSAGE') === true;
    await ends(world, mail(text(around)), asItIs, 'open, not_signed [part_encrypted]');
  }
  return 'left to who reads the text, and said';
};

export const SHAPES: Cases = {
  'E2.source': hiddenInSource,
  'E8.parts': manyParts,
  'E8.levels': manyLevels,
  'M5.between': between,
  'M5.layers': layers,
  'R7.source': blocksInText,
};
