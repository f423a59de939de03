// What is read of a mail's head where the page shows the first of several senders only: exactly one address in exactly one
// From, as all programs must read it. Needs no browser; what the head is asked for and what becomes of it is in
// zimbra.spec.ts and, with the real one, in sogo.spec.ts.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldsIn, senderIn } from '../../extension/content/frames/header.js';
import { soleAddress } from '../../extension/content/sites/address.js';

const ALICE = 'alice@example.test';
/** The head of a mail, as it came over two servers. */
const head = (from: string): string =>
  ['Return-Path: <eve@example.test>', 'Received: from a', '\tby b; x', from, 'Subject: From: eve', 'To: bob'].join(
    '\n',
  );

const SENDERS = [
  `From: ${ALICE}`,
  `From:${ALICE}`,
  `from : <${ALICE}>`,
  `From: Alice <${ALICE}>`,
  `From: < ${ALICE} >`,
  `From: "Alice @ work" <${ALICE}>`,
  `From: "Bee, Alice" <${ALICE}>`,
  `From: "Alice <eve@example.test>" <${ALICE}>`,
  `From: "\\"Alice\\", \\\\" <${ALICE}>`,
  `From: "Alice (" <${ALICE}>`,
  `From: Alice Q. Bee [work] <${ALICE}>`,
  `From: =?utf-8?Q?Alice_=40_work=2C_=3Ceve=40example=2Etest=3E?= <${ALICE}>`,
  `From: =?utf-8?B?QWxpY2U=?=\n =?utf-8?B?IEI=?= <${ALICE}>`,
  `From: Älice <${ALICE}>`,
  `From: Alice\r\n\t<${ALICE}>`,
  `From:\n  ${ALICE}`,
  `From: ${ALICE} (Alice Bee)`,
  `From: ${ALICE} (Alice (of "Bee) \\) Street, eve@example.test)`,
  `From: Alice (at work) <${ALICE}> (again)`,
  // These are no From.
  `From: ${ALICE}\nSender: eve@example.test`,
  `From: ${ALICE}\nResent-From: eve@example.test`,
  `From: ${ALICE}\nX-Note: a\n From: eve@example.test`,
];
for (const from of SENDERS) {
  test(`one sender: ${JSON.stringify(from)}`, () => {
    assert.equal(senderIn(head(from)), ALICE);
    assert.equal(senderIn(head(from).replace(/\r?\n/g, '\r\n')), ALICE);
  });
}

const NOBODY = [
  'From:',
  'From: <>',
  'From: Alice',
  'From: @example.test',
  `From: ${ALICE}, eve@example.test`,
  `From: eve@example.test, ${ALICE}`,
  `From: Alice <${ALICE}>, Eve <eve@example.test>`,
  `From: Alice <${ALICE}>\n ,\n\tEve <eve@example.test>`,
  `From: Alice <${ALICE}> Eve <eve@example.test>`,
  `From: <${ALICE}> <eve@example.test>`,
  `From: <${ALICE}> eve@example.test`,
  `From: <<${ALICE}>>`,
  `From: ${ALICE}; eve@example.test`,
  `From: ${ALICE} eve@example.test`,
  `From: ${ALICE},`,
  `From: Bee, Alice <${ALICE}>`,
  // The same name, and none, twice; a space before the colon and capitals are the same field.
  `From: ${ALICE}\nFrom: eve@example.test`,
  `From: ${ALICE}\nFrom: ${ALICE}`,
  `From: ${ALICE}\nFROM \t: eve@example.test`,
  `From: ${ALICE}\nFrom:`,
  `From: ${ALICE}\n \nFrom: eve@example.test`,
  // Groups, and ways that an address once had.
  `From: Team: ${ALICE};`,
  `From: Team: ${ALICE}, eve@example.test;`,
  'From: Team:;',
  `From: Team: eve@example.test; <${ALICE}>`,
  `From: <@eve.test:${ALICE}>`,
  // Names that another program may take for an address.
  `From: eve@example.test <${ALICE}>`,
  `From: ${ALICE} <${ALICE}>`,
  `From: eve@ <${ALICE}>`,
  // What begins and does not end, or ends and has not begun.
  `From: "Alice <${ALICE}>`,
  `From: "Alice\\" <${ALICE}>`,
  `From: Alice" <${ALICE}>`,
  `From: (Alice <${ALICE}>`,
  `From: (Alice\\) <${ALICE}>`,
  `From: Alice) <${ALICE}>`,
  `From: Alice <${ALICE}`,
  `From: Alice ${ALICE}>`,
  `From: Alice \\<${ALICE}>`,
  `From: ${'('.repeat(9)}a${')'.repeat(9)} <${ALICE}>`,
  `From: ${'('.repeat(50_000)}`,
  // What is quoted, or a comment, within an address.
  'From: "alice"@example.test',
  'From: <"alice"@example.test>',
  'From: alice(c)@example.test',
  `From: "eve@example.test,"${ALICE}`,
  'From: alice@[127.0.0.1]',
  'From: alice@example.test@eve.test',
  'From: alice @example.test',
  `From: <${ALICE} eve>`,
  `From: ${'a'.repeat(250)}@example.test`,
  // Signs that end a line for some, or the text.
  `From: ${ALICE}\rFrom: eve@example.test`,
  `X-Note: a\rFrom: eve@example.test\nFrom: ${ALICE}`,
  `From: ${ALICE}\0, eve@example.test`,
  `X-Note: \0\nFrom: ${ALICE}`,
  `From: Alice\u000b<${ALICE}>`,
  `From: Alice\u007f<${ALICE}>`,
];
for (const from of NOBODY) {
  test(`no sender: ${JSON.stringify(from.slice(0, 100))}`, () => {
    assert.equal(senderIn(head(from)), null);
  });
}

test('what is no head of a mail that somebody has sent', () => {
  for (const text of [
    '',
    'Subject: x',
    'X-From: alice@example.test\nReply-To: alice@example.test',
    `\nFrom: ${ALICE}`,
    ` From: ${ALICE}`,
    `<!doctype html>\nFrom: ${ALICE}`,
    `<pre>From: ${ALICE}\nFrom: ${ALICE}`,
    `{"error":1}\nFrom: ${ALICE}`,
    `From ${ALICE} Sun Nov 29 06:00:00 2026`,
  ]) {
    assert.equal(senderIn(text), undefined, text);
  }
});

test('fields of a name, in one line each', () => {
  const text = 'A: 1\r\nB : 2\r\n\t3\r\na:\r\n  4\r\nC 5\r\n: 6\r\nAB: 7';
  assert.deepEqual(fieldsIn(text, 'a'), [' 1', ' 4']);
  assert.deepEqual(fieldsIn(text, 'b'), [' 2 3']);
  assert.deepEqual(fieldsIn(text, ''), []);
});

test('heads that are made to take long are read in one go', () => {
  const begun = performance.now();
  for (const piece of ['\n ', '\n', ' ', '<', '"', '(', ')', '\\', '@', 'a@', ',', 'a:\n', 'From:\n', '\r', '"(\\']) {
    const long = piece.repeat(131_072 / piece.length);
    for (const text of [`From: ${long}`, `From: ${long}${ALICE}`, `From: "${long}`, `From: <${long}`, `A: ${long}`])
      senderIn(text);
  }
  assert.ok(performance.now() - begun < 10_000, `it takes ${Math.round(performance.now() - begun)} ms`);
});

const LONG = `${'a'.repeat(300)}@example.test`;
const SHOWN: readonly (readonly [texts: readonly (string | null | undefined)[], sender: string | null])[] = [
  [[ALICE], ALICE],
  [[` <${ALICE}>\n`], ALICE],
  [[ALICE, ALICE], ALICE],
  [[], null],
  [[null], null],
  [[''], null],
  [[ALICE, 'eve@example.test'], null],
  [[ALICE, ''], null],
  [[ALICE, LONG], null],
  [[LONG], null],
  // What is quoted or doubled is another address, or none.
  [[`"${ALICE}"@eve.test`], null],
  [[`<"${ALICE}"@eve.test>`], null],
  [[`${ALICE}@eve.test`], null],
  [[`${ALICE} (eve@example.test)`], null],
  [[`Alice <${ALICE}>`], null],
  [[`<${ALICE}`], null],
  [[`${ALICE},`], null],
];
for (const [texts, sender] of SHOWN) {
  test(`where a page shows ${JSON.stringify(texts).slice(0, 80)}, the sender is ${sender}`, () => {
    assert.equal(soleAddress(...texts), sender);
  });
}
