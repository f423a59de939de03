// What is said of the headers of a mail: where they come from, and what of them was protected.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { View } from '../harness/index.js';
import { Answering, TEXT } from './support/answering.js';
import { glance, shows } from './support/desk.js';
import { pressAtFile } from './support/mail-files.js';
import {
  type Entity,
  encrypted,
  type Fields,
  mail,
  multipart,
  plain,
  protectedHeaders,
  protectedHeadersV1,
  signed,
  text,
} from './support/mime.js';
import { say } from './support/session.js';

let at: Answering;

before(async () => {
  at = await Answering.start();
});
after(() => at?.close());

const OUTER = { from: 'Alice <alice@example.test>', to: 'Bob <bob@example.test>', subject: '...' };
const INNER: Fields = [
  ['From', OUTER.from],
  ['To', OUTER.to],
  ['Subject', 'The real subject'],
];

const sealed = (what: Entity): Entity => encrypted(at.gpg, what, [at.keys.bob.fingerprint], at.keys.alice.fingerprint);

/** Shows a mail; returns what is said below its headers, and its reader. */
async function note(content: Entity): Promise<[string, View]> {
  const frame = await at.read(mail(OUTER, content));
  return [(await frame.text('.head-note')).trim(), frame];
}

test('a subject that was protected alone is said to be that', async () => {
  const [said, frame] = await note(sealed(protectedHeadersV1(text(TEXT), [['Subject', 'The real subject']])));
  assert.equal(said, say('headers_subject'));
  await shows(frame, 'The real subject');
});

test('a date that stands outside only is shown, and said to be from there', async () => {
  const inner = protectedHeadersV1(text(TEXT), INNER);
  for (const [content, sentence] of [
    [sealed(inner), say('headers_encrypted_undated')],
    [signed(at.gpg, inner, at.keys.alice.fingerprint), say('headers_signed_undated')],
  ] as const) {
    const [said, frame] = await note(content);
    assert.equal(said, sentence);
    const facts = await frame.text('.mail-head .facts');
    const year = String(new Date().getUTCFullYear());
    assert.ok(facts.includes(say('header_date')) && facts.includes(year) && facts.includes(say('from_outside')), facts);
    assert.ok(!(await frame.text('.mail-head .outside')).includes(year), 'it is not told twice');
  }
  const [said, frame] = await note(
    sealed(protectedHeadersV1(text(TEXT), [...INNER, ['Date', 'Sat, 28 Nov 2026 04:16:17 +0000']])),
  );
  assert.equal(said, say('headers_encrypted'));
  assert.ok(!(await frame.text('.mail-head .facts')).includes(say('from_outside')));
});

test('a protected part that is opened by itself names nobody else than its sender', async () => {
  const part = sealed(protectedHeaders(text(TEXT), INNER, 'cipher'));
  const frame = await at.read(mail(OUTER, multipart('mixed', [plain('See below.'), part])), 'See below.');
  await pressAtFile(frame, 'encrypted', say('open_part'));
  await shows(frame, 'Bring the ledger.');
  assert.ok(!(await glance(frame)).includes(say('note_from_differs')));
});

test('a Japanese subject in several words is read as it was written', async () => {
  const words = '=?ISO-2022-JP?B?GyRCMnE1RCROGyhC?=\r\n =?ISO-2022-JP?B?GyRCJCpDTiRpJDsbKEI=?=';
  const inner: Fields = INNER.map(([name, value]) => [name, name === 'Subject' ? words : value]);
  const frame = await at.read(mail(OUTER, sealed(protectedHeadersV1(text(TEXT), inner))));
  assert.equal((await frame.text('.mail-head h2')).trim(), '会議のお知らせ');
});
