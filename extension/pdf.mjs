// What a preview of PDF files takes from pdf.js, and what is changed in it.
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE = 'node_modules/pdfjs-dist';
/** Where pdf.js keeps the files that extension/pdf/protocol.ts names. */
const DATA = [
  'wasm/jbig2.wasm',
  'wasm/openjpeg.wasm',
  'standard_fonts/FoxitSymbol.pfb',
  'standard_fonts/FoxitDingbats.pfb',
];
/** The terms of those, which are others than its own. */
const TERMS = ['LICENSE_JBIG2', 'LICENSE_PDFJS_JBIG2', 'LICENSE_OPENJPEG', 'LICENSE_PDFJS_OPENJPEG'].map(
  (name) => `wasm/${name}`,
);

/** @typedef {{ files: RegExp, from: string, to: string }} Change Stands once in each of these files. */

/** @type {Change[]} */
const CHANGES = [
  {
    // A polyfill makes code from a string where `globalThis` is not known, which is nowhere: who reviews the extension need
    // not believe that.
    files: /pdf(\.worker)?\.mjs$/,
    from: "Function('return this')()",
    to: 'globalThis',
  },
  {
    // Code is loaded by an address. The Worker has all that it needs, and no address of a script.
    files: /pdf(\.worker)?\.mjs$/,
    from: 'await import(\n',
    to: 'await Promise.reject(\n',
  },
  {
    // The same, in a script that it would make for a Worker of another host.
    files: /pdf\.mjs$/,
    from: 'await import("${',
    to: '("${',
  },
  {
    // pdf.js has no limit of what one page may consist of: each word of it is counted (memory.ts).
    files: /pdf\.worker\.mjs$/,
    from: '  getObj() {\n    let comment = false;\n',
    to: '  getObj() {\n    globalThis.waxsealCount();\n    let comment = false;\n',
  },
  // A word can be as long as all of the file, and each of its characters is an entry of a list: these are counted as well. In
  // order: a text, a name, octets in hex, a word of a font.
  ...[
    '    while (true) {\n      let charBuffered = false;\n',
    '    while ((ch = this.nextChar()) >= 0 && !specialChars[ch]) {\n      if (ch === 0x23) {\n',
    '        } else {\n          strBuf.push(String.fromCharCode(firstDigit << 4 | digit));\n',
    '    do {\n      token += String.fromCharCode(ch);\n',
  ].map((from) => ({
    files: /pdf\.worker\.mjs$/,
    from,
    to: from.replace('{\n', '{\n globalThis.waxsealCharacter();\n'),
  })),
  {
    // A file whose table of contents is damaged is searched line by line: a long one in pieces.
    files: /pdf\.worker\.mjs$/,
    from: '      while (ch !== LF && ch !== CR && ch !== LT) {\n',
    to: '      while (ch !== LF && ch !== CR && ch !== LT && token.length < 1_000_000) {\n',
  },
];

/** @type {import('esbuild').Plugin} */
export const changedPdf = {
  name: 'pdf.js',
  setup({ onLoad }) {
    onLoad({ filter: /pdfjs-dist\/legacy\/build\/pdf(\.worker)?\.mjs$/ }, ({ path }) => {
      let contents = readFileSync(path, 'utf8');
      for (const { files, from, to } of CHANGES) {
        if (!files.test(path)) continue;
        const [before, after, ...more] = contents.split(from);
        if (before === undefined || after === undefined || more.length > 0)
          throw new Error(`${path} has not one ${from}`);
        contents = before + to + after;
      }
      return {
        contents: `/*! pdf.js, changed for Waxseal: extension/pdf.mjs of its source says how. */\n${contents}`,
        loader: 'js',
      };
    });
  },
};

/** @param {string} root @param {string} out */
export function copyPdfData(root, out) {
  mkdirSync(join(out, 'pdf'));
  for (const path of DATA) cpSync(join(root, PACKAGE, path), join(out, 'pdf', path.replace(/^.*\//, '')));
}

/**
 * What is in pdf.js of others, for LICENSES.txt: the terms of its data, and of the polyfills in its build, which come
 * without theirs.
 * @param {string} root @returns {import('./licences.mjs').Part[]}
 */
export function partsOfPdf(root) {
  const folder = join(root, PACKAGE);
  const text = (/** @type {string} */ path) => readFileSync(join(folder, path), 'utf8').trim();
  const polyfills = /version: '([\d.]+)',\n\s+mode: [^\n]+\n\s+copyright: '([^']+)'/.exec(text('legacy/build/pdf.mjs'));
  if (!polyfills) throw new Error('pdf.js does not say which core-js it has');
  const { version } = JSON.parse(text('package.json'));
  const mit = readFileSync(join(root, 'extension/pdf/mit.txt'), 'utf8').trim();
  const own = { version, folder: '', licence: 'BSD-3-Clause' };
  return [
    { ...own, name: 'Foxit fonts in pdfjs-dist', texts: [text('standard_fonts/LICENSE_FOXIT')] },
    {
      ...own,
      name: 'JBIG2 and JPEG 2000 in pdfjs-dist',
      licence: 'BSD-3-Clause AND BSD-2-Clause AND Apache-2.0',
      texts: TERMS.map(text),
    },
    {
      ...own,
      name: 'core-js in pdfjs-dist',
      version: String(polyfills[1]),
      licence: 'MIT',
      texts: [`${polyfills[2]}\n\n${mit}`],
    },
  ];
}
