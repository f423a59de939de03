// The notices that the licences of bundled work ask for: npm packages that esbuild put into a bundle, and the crates in the wasm.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Names that packages give to the files with their terms. */
const TERMS = /^(licen[cs]e|copying|notice|unlicense)([.-].*)?$/i;

/** @typedef {{ name: string, version: string, licence: string, folder: string, texts?: string[] }} Part Its terms are in its folder, or given. */

/** @param {string} root @param {string[]} bundled input paths of esbuild, relative to root @returns {Part[]} */
function packages(root, bundled) {
  const names = new Set(bundled.map((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]));
  names.delete(undefined);
  return [...names].map((name) => {
    const folder = join(root, 'node_modules', String(name));
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return { name: String(name), version, licence: license, folder };
  });
}

/** Every crate linked into the wasm: normal dependencies of waxseal-wasm for its target. @param {string} root @returns {Part[]} */
function crates(root) {
  const target = 'wasm32-unknown-unknown';
  const json = execFileSync('cargo', ['metadata', '--format-version=1', '--locked', '--filter-platform', target], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const metadata = JSON.parse(json);
  /** @type {Map<string, { dependencies: string[] }>} */
  const nodes = new Map();
  for (const node of metadata.resolve.nodes) {
    const normal = (/** @type {{ dep_kinds: { kind: string | null }[] }} */ dep) =>
      dep.dep_kinds.some((kind) => kind.kind === null);
    nodes.set(node.id, { dependencies: node.deps.filter(normal).map((/** @type {{ pkg: string }} */ dep) => dep.pkg) });
  }
  const start = metadata.packages.find((/** @type {{ name: string }} */ one) => one.name === 'waxseal-wasm');
  const reached = new Set([start.id]);
  for (const id of reached) for (const next of nodes.get(id)?.dependencies ?? []) reached.add(next);
  /** @type {Part[]} */
  const parts = [];
  for (const one of metadata.packages) {
    if (!reached.has(one.id) || one.source === null) continue;
    parts.push({
      name: one.name,
      version: one.version,
      licence: one.license ?? 'see below',
      folder: dirname(one.manifest_path),
    });
  }
  return parts;
}

/** @param {Part} part */
function terms(part) {
  if (part.texts) return part.texts.map((text) => text.replaceAll('\r\n', '\n'));
  if (!existsSync(part.folder)) return [];
  const files = readdirSync(part.folder, { withFileTypes: true }).filter(
    (entry) => entry.isFile() && TERMS.test(entry.name),
  );
  return files.map((entry) => readFileSync(join(part.folder, entry.name), 'utf8').replaceAll('\r\n', '\n').trim());
}

/**
 * One text: first who wrote what, under which terms, then each different text of terms once.
 * @param {string} root @param {string[]} bundled @param {Part[]} more what came in otherwise
 */
export function licences(root, bundled, more) {
  const parts = [...packages(root, bundled), ...crates(root), ...more];
  parts.sort((a, b) => (a.name === b.name ? (a.version < b.version ? -1 : 1) : a.name < b.name ? -1 : 1));
  /** @type {Map<string, string[]>} */
  const texts = new Map();
  for (const part of parts) {
    for (const text of terms(part)) texts.set(text, [...(texts.get(text) ?? []), `${part.name} ${part.version}`]);
  }
  const list = parts.map((part) => `${part.name} ${part.version}: ${part.licence}`);
  const blocks = [...texts].map(([text, users]) => `${'-'.repeat(80)}\n${users.join(', ')}\n\n${text}`);
  return `Waxseal contains the work of others:\n\n${list.join('\n')}\n\n${blocks.join('\n\n')}\n`;
}
