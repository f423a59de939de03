// Limits of the core that pages look at as well (`ui/limits.ts`), as constants of a bundle: their home is
// `crate/core/src/limits.rs`. The extension's build and that of the tests both take them from here.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const names = [
  'MAX_IMPORT',
  'MAX_NAME',
  'MIN_PASSPHRASE',
  'MAX_EXPIRES_DAYS',
  'MAX_WRITTEN_FILES',
  'MAX_WRITTEN_SIZE',
  'MAX_WRITTEN_TEXT',
  'MAX_HIDDEN',
  'MAX_SIGNATURE_FILE',
];

/** What esbuild's `define` puts in the place of `__MAX_IMPORT__` and the others. */
export function limits() {
  const source = readFileSync(`${root}/crate/core/src/limits.rs`, 'utf8');
  return Object.fromEntries(names.map((name) => [`__${name}__`, String(limitOf(source, name))]));
}

/**
 * A product or quotient of numbers and other limits.
 * @param {string} source
 * @param {string} name
 * @returns {number}
 */
function limitOf(source, name) {
  const found = new RegExp(`^pub const ${name}: (?:usize|u32) = ([\\w */]+);$`, 'm').exec(source);
  if (!found?.[1]) throw new Error(`no ${name} in crate/core/src/limits.rs`);
  const [first = '', ...rest] = found[1].split(' ');
  const term = (/** @type {string} */ text) =>
    /^\d[\d_]*$/.test(text) ? Number(text.replaceAll('_', '')) : limitOf(source, text);
  let value = term(first);
  for (let at = 0; at < rest.length; at += 2) {
    const next = term(rest[at + 1] ?? '');
    value = rest[at] === '/' ? Math.floor(value / next) : value * next;
  }
  return value;
}
