// Bundles the extension into one folder that a browser can load:
//
//   node extension/build.mjs --out DIR --browser chromium|firefox [--record URL]
//
// `cargo xtask build` calls it after the wasm package exists. What ships can be read beside its source: only what runs in web pages and in a
// letter goes without spaces and comments.
// --record builds for end-to-end tests: every message that crosses a wall is also posted to URL.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { letterTemplate } from './letter.mjs';
import { licences } from './licences.mjs';
import { limits } from './limits.mjs';
import { changedPdf, copyPdfData, partsOfPdf } from './pdf.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(root, 'extension');
const wasm = join(root, 'target/wasm-pkg');
const pages = ['popup', 'welcome', 'unlock', 'password', 'settings', 'compose', 'write', 'keys', 'files', 'lookup'];
// In web pages, several at once, while somebody waits for a message: each has few files and shares none with a window, for
// what many entries share is split into many.
const frames = ['reader'];
// Documents of frames, without script: the HTML of a mail is put into them.
const bodies = ['mail-body', 'mail-body-remote'];

const { values: options } = parseArgs({
  options: {
    out: { type: 'string' },
    browser: { type: 'string' },
    record: { type: 'string', default: '' },
  },
});
if (!options.out || !options.browser || !['chromium', 'firefox'].includes(options.browser)) {
  console.error('usage: node extension/build.mjs --out DIR --browser chromium|firefox [--record URL]');
  process.exit(2);
}
const out = resolve(options.out);

/** The version has one home: `[workspace.package]` in Cargo.toml. */
function version() {
  const found = /^\[workspace\.package\]\s*\nversion = "([^"]+)"/m.exec(readFileSync(join(root, 'Cargo.toml'), 'utf8'));
  if (!found?.[1]) throw new Error('no version in [workspace.package] of Cargo.toml');
  return found[1];
}

/** @param {...string} args */
function git(...args) {
  return execFileSync('git', ['--no-optional-locks', ...args], { cwd: root, encoding: 'utf8', stdio: 'pipe' }).trim();
}

/** The commit that is built, so that a user can say exactly what runs, and whether something was changed since. A source archive has no git: it says so, or is told. */
function commit() {
  if (process.env.WAXSEAL_COMMIT) return process.env.WAXSEAL_COMMIT;
  try {
    const commit = git('rev-parse', '--short=12', 'HEAD');
    return git('status', '--porcelain') === '' ? commit : `${commit}-changed`;
  } catch {
    return 'unknown';
  }
}

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  charset: 'utf8',
  metafile: true,
  logLevel: 'warning',
  target: ['chrome130', 'firefox140'],
  platform: 'browser',
  conditions: ['production'],
  alias: { 'waxseal-wasm': join(wasm, 'waxseal.js') },
  define: {
    __RECORD__: JSON.stringify(options.record),
    __VERSION__: JSON.stringify(version()),
    ...limits(),
  },
  // Removes what `if (__RECORD__)` guards; names and layout of the code stay.
  minifySyntax: false,
  treeShaking: true,
};

/** @param {string} file @param {string} name @param {'esm' | 'iife'} format @param {import('esbuild').BuildOptions} [more] */
function single(file, name, format, more) {
  return build({ ...common, entryPoints: [join(source, file)], outfile: join(out, name), format, ...more });
}

/** Documents of the extension; what several of them need is in files of its own. @param {string[]} names */
function split(names) {
  return build({
    ...common,
    entryPoints: names.map((name) => ({ in: join(source, `pages/${name}/${name}.ts`), out: name })),
    outdir: out,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    splitting: true,
  });
}

/**
 * A document that names all files which its script needs at once: none waits until another was read. So is the wasm where
 * that helps: Firefox is slower with it, as it compiles while it fetches.
 * @param {string} name
 */
function withPreloads(name) {
  const outputs = new Map(results.flatMap((result) => Object.entries(result.metafile?.outputs ?? {})));
  /** @param {string} file @returns {string[]} */
  const needs = (file) =>
    (outputs.get(file)?.imports ?? [])
      .filter(({ kind }) => kind === 'import-statement')
      .flatMap(({ path }) => [path, ...needs(path)]);
  const scripts = [...new Set(needs(relative(root, join(out, `${name}.js`))))].map(
    (file) => `<link rel="modulepreload" href="${relative(out, join(root, file))}" />\n    `,
  );
  const wasm = '<link rel="preload" href="waxseal_bg.wasm" as="fetch" crossorigin />\n    ';
  const links = options.browser === 'chromium' ? [wasm, ...scripts] : scripts;
  const html = opened(readFileSync(join(source, `pages/${name}/${name}.html`), 'utf8'));
  return html.replace('<link ', `${links.join('')}<link `);
}

// The browser parses the content script again in every frame of a page: it goes without comments and spaces. All names
// stay, so that any formatter makes it readable. What a page with nothing to do does not need is in parts of their own.
const compact = { minifyWhitespace: true, minifySyntax: true };

/**
 * A policy, for a recording build with its collector in it.
 * @param {string} policy
 */
function opened(policy) {
  if (!options.record) return policy;
  return policy.replace("connect-src 'self'", `connect-src 'self' ${new URL(options.record).origin}`);
}

/**
 * The page of settings says which commit runs. It stands in the page's document and nowhere else: two commits with the same
 * source have the same scripts, and a test run knows that (`cargo xtask test`).
 * @param {string} page
 */
function withCommit(page) {
  const place = '<meta name="commit" content="unknown" />';
  if (!page.includes(place)) throw new Error('settings.html has no place for the commit');
  const built = commit();
  if (!/^[\w.-]+$/.test(built)) throw new Error(`"${built}" is no name of a commit`);
  return page.replace(place, `<meta name="commit" content="${built}" />`);
}

/** The one manifest, with the version stamped; a recording build may also reach its collector. */
function manifest() {
  const value = JSON.parse(readFileSync(join(root, 'manifest.json'), 'utf8'));
  value.version = version();
  const policy = value.content_security_policy.extension_pages;
  if (!policy.includes("connect-src 'self'")) throw new Error("the manifest's policy has no connect-src 'self'");
  value.content_security_policy.extension_pages = opened(policy);
  return value;
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'manifest.json'), `${JSON.stringify(manifest(), null, 2)}\n`);

const jobs = [
  single('background/main.ts', 'background.js', 'esm'),
  single('content/main.ts', 'content.js', 'iife', compact),
  single('content/read.ts', 'content-read.js', 'iife', compact),
  single('content/open.ts', 'content-links.js', 'iife', compact),
  single('content/write.ts', 'content-write.js', 'iife', compact),
  single('desk/engine-worker.ts', 'engine-worker.js', 'esm'),
  single('pages/asking/asking.ts', 'asking.js', 'iife'),
  single('pdf/worker.ts', 'pdf-worker.js', 'esm', { plugins: [changedPdf] }),
  single('ui/ui.css', 'ui.css', 'esm'),
  single('ui/css/mail-body.css', 'mail-body.css', 'esm'),
  split(pages),
  ...frames.map((frame) => split([frame])),
];

const results = await Promise.all(jobs);
for (const page of pages) {
  const text = readFileSync(join(source, `pages/${page}/${page}.html`), 'utf8');
  writeFileSync(join(out, `${page}.html`), opened(page === 'settings' ? withCommit(text) : text));
}
cpSync(join(source, 'pages/asking/asking.html'), join(out, 'asking.html'));
for (const frame of frames) writeFileSync(join(out, `${frame}.html`), withPreloads(frame));
for (const body of bodies) cpSync(join(source, `pages/mail-body/${body}.html`), join(out, `${body}.html`));
cpSync(join(source, '_locales'), join(out, '_locales'), { recursive: true });
mkdirSync(join(out, 'icons'));
for (const icon of readdirSync(join(source, 'icons')).filter((name) => name.endsWith('.png'))) {
  cpSync(join(source, 'icons', icon), join(out, 'icons', icon));
}
cpSync(join(wasm, 'waxseal_bg.wasm'), join(out, 'waxseal_bg.wasm'));
copyPdfData(root, out);

const letter = await letterTemplate(root, common);
writeFileSync(join(out, 'letter.html'), letter.html);

const bundled = [...results.flatMap((result) => Object.keys(result.metafile?.inputs ?? {})), ...letter.inputs];
writeFileSync(join(out, 'LICENSES.txt'), licences(root, bundled, partsOfPdf(root)));
