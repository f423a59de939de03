// Bundles the TypeScript that runs in Node: tests/e2e/*.spec.ts, tests/demo/run.ts and tests/bench/bench.ts become
// target/e2e/<name>.mjs, npm packages stay outside, in node_modules; and tests/pages/editors/*.ts, which run in pages,
// target/e2e/pages/<name>.js. `cargo xtask test` calls it.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { limits } from '../extension/limits.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '..');
const out = join(root, 'target/e2e');

const specs = existsSync(join(here, 'e2e'))
  ? readdirSync(join(here, 'e2e')).filter((name) => name.endsWith('.spec.ts'))
  : [];
const entryPoints = [...specs.map((name) => join('e2e', name)), 'demo/run.ts', 'bench/bench.ts']
  .map((name) => join(here, name))
  .filter((name) => existsSync(name));

rmSync(out, { recursive: true, force: true });
if (entryPoints.length > 0) {
  await build({
    absWorkingDir: root,
    entryPoints,
    outdir: out,
    entryNames: '[name]',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    packages: 'external',
    alias: { 'waxseal-wasm': join(root, 'target/wasm-pkg/waxseal.js') },
    platform: 'node',
    format: 'esm',
    target: 'node20',
    define: limits(),
    sourcemap: 'inline',
    logLevel: 'warning',
  });
}

// The real editors that structure pages show.
const editors = join(here, 'pages/editors');
const pages = existsSync(editors) ? readdirSync(editors).filter((name) => name.endsWith('.ts')) : [];
if (pages.length > 0) {
  await build({
    absWorkingDir: root,
    entryPoints: pages.map((name) => join(editors, name)),
    outdir: join(out, 'pages'),
    bundle: true,
    platform: 'browser',
    format: 'iife',
    target: ['chrome130', 'firefox140'],
    logLevel: 'warning',
  });
}
