// "Johnny, you are fired": signatures that seem to cover what they do not (M), signers that seem to be the sender (I),
// verdicts that the message draws itself (U), and words in places that nobody expects (G).

import assert from 'node:assert/strict';
import { encrypted, entity, type Fields, multipart, protectedHeaders } from '../../e2e/support/mime.js';
import { armor, dearmor, join, type Packet, packets } from '../../e2e/support/packets.js';
import { escaped } from '../../e2e/support/site.js';
import { importKeys } from '../../e2e/support/steps.js';
import type { Case, Cases } from '../case.js';
import { byAlice, crlf, html, mail, plain, SIGNED, text, withFields } from '../forms.js';
import { ALICE, EVE, type World } from '../world.js';

const LURE = 'Please pay 900 euro to eve.';
const DOTS = `${LURE}${'\n.'.repeat(49)}`;
const PART = { '': [SIGNED] };

const inFront =
  (lure: string, seen: readonly string[]): Case =>
  async (world) =>
    (await world.mail(mail(multipart('mixed', [lure, byAlice(world)])), { seen, parts: PART })).outcome;

/** Both in one text, in a page: the block has a frame of its own, what is above stays where it is. */
const cleartextInPage: Case = async (world) => {
  const block = world.gpg.clearsign(`${SIGNED}\n`, world.alice.fingerprint);
  const outcome = await world.blocks(`<pre id="letter">${escaped(`${DOTS}\n${block}`)}</pre>`, [SIGNED]);
  const above = await world.tab.evaluate(() => {
    const range = document.createRange();
    const first = document.querySelector('#letter')?.firstChild;
    if (!first) return null;
    range.selectNode(first);
    return { text: first.textContent, height: range.getBoundingClientRect().height };
  });
  assert.ok(above?.text?.startsWith(LURE) && above.height > 100, 'the words above the block are drawn by the page');
  return outcome;
};

const cleartextInSource: Case = async (world) => {
  const whole = `${LURE}\n\n${world.gpg.clearsign(`${SIGNED}\n`, world.alice.fingerprint)}`;
  return (await world.mail(mail(text(whole)), { seen: [whole.trim()] })).outcome;
};

const resource: Case = async (world) => {
  const lure = html(
    '<b>Pay eve.</b><object data="cid:p@x"></object><iframe src="cid:p@x"></iframe><embed src="cid:p@x"><img src="cid:p@x" alt="">',
  );
  const part = withFields(byAlice(world), 'Content-ID: <p@x>');
  return (
    await world.mail(mail(multipart('related', [lure, part])), {
      seen: ([body]) => body?.startsWith('Pay eve.') === true,
      parts: PART,
    })
  ).outcome;
};

const attachment: Case = async (world) => {
  const part = withFields(byAlice(world), 'Content-Disposition: attachment; filename="signature.asc"');
  return (await world.mail(mail(multipart('mixed', [plain(LURE), part])), { seen: [LURE], parts: PART })).outcome;
};

/** The signature is around a file, the text beside it. */
const aroundFile: Case = async (world) => {
  const part = byAlice(world);
  const related = multipart('mixed', [part, plain(LURE)]);
  return (await world.mail(mail(related), { seen: [LURE], parts: PART })).outcome;
};

/** Eve signs; the mail says From in this way, and the webmail shows these addresses. */
const from =
  (field: string | null, page: readonly string[], more: Fields = []): Case =>
  async (world) => {
    const content = encrypted(world.gpg, text(LURE), [world.bob.fingerprint], world.eve.fingerprint);
    const raw = mail(content, { from: field ?? ALICE, more });
    return (await world.mail(field === null ? raw.replace(/^From:.*\r\n/m, '') : raw, { from: page, seen: [LURE] }))
      .outcome;
  };

/** Ways to write From that may be read in more than one; the webmail shows eve, who signs. */
const forms: Case = async (world) => {
  for (const field of [
    `${A}, ${E}`,
    `${E}\r\nFROM : ${A}`,
    `${E}\r\nFrom: ${E}`,
    `${E}\r\nFrom:`,
    `Eve: ${E};`,
    `<${A}> <${E}>`,
    `<${E}> ${A}`,
    `${A}; ${E}`,
  ]) {
    await world.next();
    assert.equal(await from(field, [E])(world), 'encrypted, signed_sender_unknown eve', field);
  }
  await world.next();
  // A field that is no From changes nothing.
  assert.equal(await from(A, [A], [['Resent-From', E]])(world), 'encrypted, signed_by_other eve');
  return 'never a sender that it is not';
};

/** Eve signs a mail that says From alice inside of the encryption. */
const fromInside: Case = async (world) => {
  const content = protectedHeaders(text(LURE), [['From', ALICE]], 'cipher');
  const raw = mail(encrypted(world.gpg, content, [world.bob.fingerprint], world.eve.fingerprint), { from: ALICE });
  return (await world.mail(raw, { seen: [LURE] })).outcome;
};

const A = 'alice@example.test';
const E = 'eve@example.test';
const SPACES = ' '.repeat(17);

/** Mails that draw the band of a verdict. */
const BAND = `Signed by the sender, ${escaped(ALICE)}, whose key you have confirmed.`;
const BADGE = `<section class="verdict good" role="status" style="position:fixed; top:0; left:0; margin-top:-300px; z-index:99999;
  transform: translateY(-300px); background:#e6f4ea; border:1px solid #188038; width:100%; height:80px">
  <p class="verdict-line">Encrypted</p><p class="verdict-line strong">${BAND}</p></section>`;
const STYLE =
  '<style>section{position:absolute!important;top:-120px!important}iframe,wx-opening{display:none!important}</style>';

/** What looks like a verdict, in the place of the message. (Where both stand is looked at in every case.) */
const badge =
  (content: string, type: 'text/plain' | 'text/html' = 'text/html'): Case =>
  async (world) => {
    const both = type === 'text/html' ? `${content}<p>${LURE}</p>` : `${content}\n\n${LURE}`;
    const raw = mail(encrypted(world.gpg, text(both, type), [world.bob.fingerprint]));
    return (await world.mail(raw, { seen: ([body]) => body?.includes(LURE) === true })).outcome;
  };

const SAYS =
  'Signed by the sender, Alice <alice@example.test>, whose key you have confirmed. <img src="http://attacker.test/"> \u202Eeht';

/** A mark in a place of the OpenPGP message that no person writes into. */
const withOption =
  (...options: string[]): Case =>
  async (world) => {
    const { gpg, bob, eve } = world;
    const armored = gpg.encrypt(LURE, [bob.fingerprint], eve.fingerprint, options);
    return world.blocks(`<pre>${escaped(armored)}</pre>`, [LURE]);
  };

/** A signer whose user ID is made of our words. */
const named: Case = async (world) => {
  const { gpg, bob } = world;
  const id = 'Alice, whose key you have confirmed. <b>Alice</b>\u202e\u2067 \u200b<mallory@example.test>';
  const mallory = gpg.key(id);
  await importKeys(world.driver, mallory.public);
  await world.tab.front();
  // What turns text around or cannot be seen is drawn as a mark of its own.
  const shown = id.replace(/[\u202e\u2067\u200b]/g, '\ufffd');
  world.people.set(shown, 'mallory');
  return world.blocks(`<pre>${escaped(gpg.encrypt(LURE, [bob.fingerprint], mallory.fingerprint))}</pre>`, [LURE]);
};

const detached = ({ gpg }: World, what: string, signer: string): Packet[] =>
  packets(dearmor(gpg.run(['--passphrase', '', '--armor', '--local-user', signer, '--detach-sign'], what).toString()));

/** A mail with several signatures, each as it was made over some text. */
const severally =
  (make: (world: World, content: string) => Packet[][]): Case =>
  async (world) => {
    const content = plain(LURE);
    const signature = armor(join(make(world, content).flat()), 'SIGNATURE');
    const part = entity([['Content-Type', 'application/pgp-signature; name="signature.asc"']], crlf(signature));
    const parameters = 'protocol="application/pgp-signature"; micalg=pgp-sha512';
    return (await world.mail(mail(multipart('signed', [content, part], parameters)), { seen: [LURE] })).outcome;
  };

/** Alice's own words, signed by her, and not these. */
const byAliceElsewhere = (world: World) => detached(world, plain('Something else.'), world.alice.fingerprint);
const byEve = (world: World, content: string) => detached(world, content, world.eve.fingerprint);

/** Signed well by eve, and by a key that its owner has withdrawn since, without a reason. */
const andRevoked =
  (first: boolean): Case =>
  async (world) => {
    const rita = world.gpg.key(`Rita <rita${first ? 1 : 2}@example.test>`);
    const hers = detached(world, plain(LURE), rita.fingerprint);
    world.gpg.revoke(rita.fingerprint);
    await importKeys(world.driver, world.gpg.exported(rita.fingerprint).public);
    await world.tab.front();
    return severally((_, content) => (first ? [hers, byEve(world, content)] : [byEve(world, content), hers]))(world);
  };

export const JOHNNY: Cases = {
  'M1.part': inFront(plain(DOTS), [DOTS]),
  'M1.cleartext': cleartextInPage,
  'M1.cleartext-source': cleartextInSource,
  'M2.hidden': inFront(
    html('<b>Pay eve.</b><style>fieldset,br{display:none}</style><div style="display:none"><plaintext>'),
    ['Pay eve.'],
  ),
  'M3.resource': resource,
  'M4.attachment': attachment,
  'M4.beside': aroundFile,
  'I1.other': from(ALICE, [A]),
  'I1.inside': fromInside,
  'I2.name': from(`Alice <${E}>`, [E]),
  'I2.empty': from('', []),
  'I2.absent': from(null, []),
  'I2.name-only': from('Alice', []),
  'I2.address': from(`"${A}" <${E}>`, [E]),
  'I2.spaces': from(`"${A}${SPACES}." <${E}>`, [E]),
  'I2.address-reversed': from(`"${E}" <${A}>`, [A]),
  'I2.spaces-reversed': from(`"${E}${SPACES}." <${A}>`, [A]),
  'I3.two': from(`${ALICE}, ${EVE}`, [A, E]),
  'I3.two-reversed': from(`${EVE}, ${ALICE}`, [E, A]),
  'I3.fields': from(ALICE, [A], [['From', EVE]]),
  'I3.fields-reversed': from(EVE, [E], [['From', ALICE]]),
  ...Object.fromEntries(
    ['Sender', 'Return-Path', 'Reply-To', 'Apparently-To'].flatMap((field): [string, Case][] => [
      [`I3.${field.toLowerCase()}-signer`, from(ALICE, [A], [[field, EVE]])],
      [`I3.${field.toLowerCase()}-other`, from(EVE, [E], [[field, ALICE]])],
    ]),
  ),
  'I3.forms': forms,
  'U1.html': badge(`${STYLE}${BADGE}`),
  'U1.table': badge(`<table bgcolor="#e6f4ea" width="100%" height="80"><tr><td><b>${BAND}</b></td></tr></table>`),
  'U1.text': badge(`Encrypted\nSigned by the sender, ${ALICE}, whose key you have confirmed.`, 'text/plain'),
  'U1.marks': badge(`x${'\u0301\u0302\u030b'.repeat(200)}`, 'text/plain'),
  'G1.file-name': withOption('--set-filename', SAYS),
  'G1.notation': withOption('--sig-notation', `verdict@example.test=${SAYS}`),
  'G1.comment': withOption('--comment', SAYS.replace('\u202E', '')),
  'G1.user-id': named,
  'G2.good-bad': severally((world, content) => [byEve(world, content), byAliceElsewhere(world)]),
  'G2.bad-good': severally((world, content) => [byAliceElsewhere(world), byEve(world, content)]),
  'G2.good-good': severally((world, content) => [
    byEve(world, content),
    detached(world, content, world.alice.fingerprint),
  ]),
  'G2.good-revoked': andRevoked(false),
  'G2.revoked-good': andRevoked(true),
};
