// The template of a letter (extension/letter): one HTML file with its script and style inside, and a policy that lets
// nothing else run and nothing be loaded. `desk/letter.ts` fills in message and engine.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/** What a letter has files of its own for. */
const INSTEAD = {
  'ui/i18n.ts': 'i18n.ts',
  'ui/strength.ts': 'strength.ts',
  'ui/mail/place.ts': 'place.ts',
  'desk/engine-start.ts': 'engine-start.ts',
};
const LANGUAGES = ['en', 'de', 'fr'];

/** Older browsers than the extension's: whoever gets a letter has whatever they have. */
const TARGET = ['chrome109', 'firefox115', 'safari16.4'];

/** What a browser of {@link TARGET} lacks, as far as code of ours or of libraries may call it: esbuild leaves calls as they are. */
const NEWER =
  /\b(?:URL\.(?:canParse|parse)|(?:Object|Map)\.groupBy|Promise\.(?:try|withResolvers)|Array\.fromAsync|AbortSignal\.any|RegExp\.escape|Uint8Array\.from(?:Base64|Hex)|Iterator\.from)\b|\.(?:toSorted|toReversed|toSpliced|isWellFormed|toWellFormed|isSubsetOf|isSupersetOf|isDisjointFrom|symmetricDifference|checkVisibility|showPopover|togglePopover|setHTML(?:Unsafe)?|getHTML|toBase64|toHex)\(/g;

/**
 * The template, and what went into it.
 * @param {string} root @param {import('esbuild').BuildOptions} common
 * @returns {Promise<{ html: string, inputs: string[] }>}
 */
export async function letterTemplate(root, common) {
  const source = join(root, 'extension');
  const replaced = new Map(
    Object.entries(INSTEAD).map(([name, own]) => [join(source, name), join(source, 'letter/instead', own)]),
  );
  /** @type {import('esbuild').Plugin} */
  const instead = {
    name: 'instead',
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const own = replaced.get(path);
        if (!own) return undefined;
        // Its own imports are relative to where it is.
        return { contents: `export * from ${JSON.stringify(own)};`, loader: 'ts', resolveDir: root };
      });
    },
  };
  /** @type {string[]} */
  const inputs = [];
  /** @param {string} entry @param {import('esbuild').BuildOptions} more */
  const bundle = async (entry, more) => {
    const result = await build({
      ...common,
      target: TARGET,
      minifyWhitespace: true,
      write: false,
      plugins: [instead],
      entryPoints: [join(source, entry)],
      ...more,
    });
    inputs.push(...Object.keys(result.metafile?.inputs ?? {}));
    return (result.outputFiles?.[0]?.text ?? '').trim();
  };

  const bodyStyle = await bundle('ui/css/mail-body.css', {});
  const style = await bundle('letter/letter.css', {});
  // It inherits the policy of the page; this one is narrower.
  const bodyPolicy = `default-src 'none'; style-src ${hash(bodyStyle)}; img-src blob:`;
  const body =
    `<!doctype html><html><head><meta charset="utf-8"><meta content="${bodyPolicy}" http-equiv="Content-Security-Policy">` +
    // A policy does not cover names of hosts that links lead to.
    '<meta content="off" http-equiv="x-dns-prefetch-control">' +
    `<style>${bodyStyle}</style></head><body dir="auto"></body></html>`;
  // No letter is recorded, whatever the build is for. The engine is told where its wasm is.
  const quiet = { ...common.define, __RECORD__: '""', 'import.meta.url': '""' };
  const engine = await bundle('desk/engine-worker.ts', { format: 'iife', define: quiet });
  const define = { ...quiet, __BODY__: JSON.stringify(body), __ENGINE__: JSON.stringify(engine) };
  const code = await bundle('letter/letter.ts', { format: 'esm', define });
  const newer = new Set(`${code}\n${engine}`.match(NEWER));
  if (newer.size > 0) throw new Error(`a letter calls what its browsers may lack: ${[...newer].join(' ')}`);
  const script = inScript(`const __TEXTS__=${JSON.stringify(texts(source, code))};\n${code}`);

  const policy = [
    "default-src 'none'",
    `script-src ${hash(script)} 'wasm-unsafe-eval'`,
    `style-src ${hash(style)} ${hash(bodyStyle)}`,
    'img-src blob:',
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const html = fill(readFileSync(join(source, 'letter/letter.html'), 'utf8'), {
    policy,
    title: messages(source, 'en').letter_title?.message ?? '',
    style,
    lines: LANGUAGES.map(
      (tag) => `<p lang="${tag}">${escaped(messages(source, tag).letter_lines?.message ?? '')}</p>`,
    ).join('\n'),
    script,
  });
  return { html, inputs };
}

/** A source of a content security policy. @param {string} text */
function hash(text) {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/**
 * Each place once. @param {string} template @param {Record<string, string>} values
 */
function fill(template, values) {
  let text = template;
  for (const [name, value] of Object.entries(values)) {
    const [before, after, ...more] = text.split(`{{${name}}}`);
    if (before === undefined || after === undefined || more.length > 0)
      throw new Error(`letter.html has not one ${name}`);
    text = before + value + after;
  }
  return text;
}

/** @param {string} text */
function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

/**
 * What would end the element that the script stands in, or make the parser wait for another end, is written otherwise.
 * @param {string} code
 */
function inScript(code) {
  // Both can stand in strings only: esbuild keeps them apart where they would be operators.
  return code.replace(/<(?=\/script|!--)/gi, '\\x3C');
}

/** @param {string} source @param {string} tag @returns {Record<string, { message: string }>} */
function messages(source, tag) {
  return JSON.parse(readFileSync(join(source, `_locales/${tag}/messages.json`), 'utf8'));
}

/**
 * The texts that a script may show: those it names, and those whose name begins as one that it puts together.
 * @param {string} source @param {string} code
 */
function texts(source, code) {
  const named = new Set([...code.matchAll(/["'`]([a-z][a-z0-9_]*)["'`]/g)].map((match) => match[1]));
  const begun = [...code.matchAll(/`([a-z]+_(?:[a-z]+_)*)\$\{/g)].map((match) => String(match[1]));
  const wanted = Object.keys(messages(source, 'en')).filter(
    (key) => named.has(key) || begun.some((start) => key.startsWith(start)),
  );
  return Object.fromEntries(
    LANGUAGES.map((tag) => {
      const all = messages(source, tag);
      return [tag, Object.fromEntries(wanted.map((key) => [key, all[key]?.message ?? '']))];
    }),
  );
}
