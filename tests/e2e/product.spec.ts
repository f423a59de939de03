// What `dist/` holds. The zips are what the stores get: nothing is in them but the folder beside them. (That they run is
// seen in the tour, which is made with them.)

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { archive, extension } from './support/session.js';
import { unzip } from './support/zip.js';

test('the zip holds the folder, byte for byte', () => {
  const files = unzip(fs.readFileSync(archive()));
  const folder = fs.readdirSync(extension, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = folder.map((entry) => path.relative(extension, path.join(entry.parentPath, entry.name)));
  assert.deepEqual([...files.keys()].sort(), names.sort());
  for (const [name, bytes] of files) {
    assert.ok(bytes.equals(fs.readFileSync(path.join(extension, name))), `${name} differs`);
  }
});

test('a document that shows what a message says looks up no names of the hosts that its links lead to', () => {
  const quiet = /<head>(?:(?!<\/head>).)*<meta (?=[^>]*http-equiv="x-dns-prefetch-control")[^>]*content="off"/s;
  for (const file of ['reader', 'files', 'write', 'mail-body', 'mail-body-remote', 'letter'].map(
    (name) => `${name}.html`,
  ))
    assert.match(fs.readFileSync(path.join(extension, file), 'utf8'), quiet, file);
  // In a letter HTML is drawn in a document within the document, which has no say of the one around.
  const letter = fs.readFileSync(path.join(extension, 'letter.html'), 'utf8');
  const within = [...letter.matchAll(/<!doctype html><html><head>(?:(?!<\/head>).)*<\/head>/g)];
  assert.equal(within.length, 1);
  assert.match(String(within[0]).replaceAll('\\"', '"'), quiet);
});

test('what runs in pages is small and brings no wasm', () => {
  for (const [file, limit] of [
    ['content.js', 50_000],
    ['content-read.js', 42_000],
    ['content-links.js', 34_000],
    ['content-write.js', 94_000],
  ] as const) {
    const script = fs.readFileSync(path.join(extension, file), 'utf8');
    assert.ok(script.length < limit, `${file}: ${script.length} bytes`);
    assert.doesNotMatch(script, /WebAssembly|\.wasm/);
  }
});
