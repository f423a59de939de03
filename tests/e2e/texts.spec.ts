// Texts that are made of what a message brings, and how long it may take with those that are made to take long; needs no
// browser.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { split } from '../../extension/pages/write/armored.js';
import { linked } from '../../extension/ui/links.js';
import { plainText } from '../../extension/ui/mail/plain-text.js';

/** Milliseconds: a hundred times what it takes, and a hundredth of what it took when each sign looked at all before it. */
const LONG = 10_000;

function quickly<T>(job: () => T): T {
  const begun = performance.now();
  const made = job();
  assert.ok(performance.now() - begun < LONG, `it takes ${Math.round(performance.now() - begun)} ms`);
  return made;
}

/** As much of a node as is looked at here. */
interface Fake {
  readonly nodeType: number;
  readonly nodeValue?: string;
  readonly localName?: string;
  readonly childNodes: readonly Fake[];
}
Object.assign(globalThis, { Node: { ELEMENT_NODE: 1, TEXT_NODE: 3 } });
const words = (nodeValue: string): Fake => ({ nodeType: 3, nodeValue, childNodes: [] });
const element = (localName: string, ...childNodes: Fake[]): Fake => ({ nodeType: 1, localName, childNodes });
const textOf = (childNodes: Fake[]): string =>
  plainText({ content: { nodeType: 11, childNodes } as unknown as DocumentFragment, styles: new Map() });

test('punctuation after an address is no part of it', () => {
  const text = 'See (https://one.example/a_(b)), https://two.example/?q=1! and “https://three.example”.';
  const pieces = linked(text);
  assert.equal(pieces.map((piece) => piece.text).join(''), text);
  assert.deepEqual(
    pieces.flatMap((piece) => ('href' in piece ? [piece.text] : [])),
    ['https://one.example/a_(b', 'https://two.example/?q=1', 'https://three.example'],
  );
  assert.deepEqual(linked('https://...'), [{ text: 'https://...' }]);
});

test('addresses full of punctuation are looked through in one go', () => {
  for (const text of [
    `https://${')'.repeat(900_000)}x`,
    `https://${')'.repeat(900_000)}`,
    `https://a.example/${'_'.repeat(1_900)}x `.repeat(500),
  ]) {
    const pieces = quickly(() => linked(text));
    assert.ok(pieces.map((piece) => piece.text).join('') === text, 'the text is unchanged');
  }
});

test('text of HTML: spaces and line ends as they are drawn', () => {
  assert.equal(textOf([words('a '), element('b', words('b')), words(' c')]), 'a b c');
  assert.equal(textOf([words('a'), element('b', words('b')), words('  '), words(' c ')]), 'ab c');
  assert.equal(
    textOf([words(' '), element('p', words(' one ')), words(' '), element('p', words('two'))]),
    'one\n\ntwo',
  );
  assert.equal(textOf([element('pre', words('a\n  b ')), words(' c')]), 'a\n  b \n\nc');
  assert.equal(textOf([words('a'), element('br'), element('br'), words('b')]), 'a\n\nb');
});

test('text of HTML: many short words after a long text', () => {
  const short = Array.from({ length: 60_000 }, () => [element('b', words('x')), words(' ')]).flat();
  const text = quickly(() => textOf([words('a'.repeat(1_600_000)), ...short]));
  assert.equal(text.length, 1_600_000 + 2 * 60_000 - 1);
});

test('what a form holds is told from the messages in armor that it quotes, and no text takes long for that', () => {
  const block = '-----BEGIN PGP MESSAGE-----\n\naGVsbG8=\n-----END PGP MESSAGE-----';
  const quoted = block.replaceAll(/^/gm, '> ');
  assert.deepEqual(split('Mine.'), { armored: undefined, rest: 'Mine.' });
  assert.deepEqual(split(`Mine.\n${quoted} \nYours.`), { armored: `${quoted} `, rest: 'Mine.\n\nYours.' });
  assert.deepEqual(split(`${block}\r\n${quoted}`), { armored: block, rest: '\r\n' });
  // Words in a line are none, and neither is what has no end.
  for (const text of [`See ${block}`, `${block} they say`, block.slice(0, -1)]) {
    assert.deepEqual(split(text), { armored: undefined, rest: text });
  }
  const begins = `${'-----BEGIN PGP MESSAGE-----\n'.repeat(100_000)}End.`;
  const ends = `${begins}${' -----END PGP MESSAGE-----.\n'.repeat(100_000)}`;
  for (const text of [begins, ends]) assert.equal(split(text).rest, text);
});
