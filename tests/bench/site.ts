// What the bench shows a browser: one empty page, and scripts for Workers.
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'esbuild';

const OUT = path.resolve('target/bench');
const SCRIPTS = [
  'crypto',
  'start-ours',
  'start-theirs',
  'first-ours',
  'first-theirs',
  'memory-ours',
  'memory-theirs',
  'frame-theirs',
  'worker-theirs',
];
const POST_QUANTUM = 'v6-mldsa-65-sk.asc';

/** A page that runs. */
export interface Site {
  readonly url: string;
  close(): void;
}

/** Bundles the scripts and serves them on loopback. */
export async function site(): Promise<Site> {
  await bundle();
  return started({ isolated: true });
}

/** The same files, after `site`, in pages that may hold frames of anybody: a site of its own. */
export const openSite = (): Promise<Site> => started({ isolated: false });

async function started(how: { isolated: boolean }): Promise<Site> {
  const server = await serve(how);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function bundle(): Promise<void> {
  fs.rmSync(OUT, { recursive: true, force: true });
  await build({
    entryPoints: SCRIPTS.map((name) => `tests/bench/page/${name}.ts`),
    outdir: OUT,
    bundle: true,
    format: 'esm',
    target: 'es2023',
    alias: { 'waxseal-wasm': path.resolve('target/wasm-pkg/waxseal.js') },
    logLevel: 'warning',
  });
  const frame =
    '<!doctype html><meta charset="utf-8"><title>frame</title><body><script type="module" src="frame-theirs.js"></script>';
  fs.writeFileSync(path.join(OUT, 'frame-theirs.html'), frame);
  // The optimised module, as it is shipped.
  fs.copyFileSync('dist/chromium/waxseal_bg.wasm', path.join(OUT, 'waxseal_bg.wasm'));
  fs.copyFileSync(`crate/core/testdata/rfc9980/${POST_QUANTUM}`, path.join(OUT, POST_QUANTUM));
}

async function serve({ isolated: alone }: { isolated: boolean }): Promise<http.Server> {
  const types: Record<string, string> = { '.js': 'text/javascript', '.wasm': 'application/wasm', '.html': 'text/html' };
  // A page that is isolated from all others is given clocks that tell microseconds.
  const isolated: Record<string, string> = alone
    ? { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }
    : {};
  const server = http.createServer((request, response) => {
    const name = path.basename(new URL(request.url ?? '/', 'http://localhost').pathname);
    const file = path.join(OUT, name);
    if (!name) {
      response.writeHead(200, { 'Content-Type': 'text/html', ...isolated });
      return void response.end('<!doctype html><title>bench</title>');
    }
    if (!fs.existsSync(file)) return void response.writeHead(404).end();
    response.writeHead(200, {
      'Content-Type': types[path.extname(name)] ?? 'text/plain',
      'Cache-Control': 'max-age=3600',
      ...isolated,
    });
    response.end(fs.readFileSync(file));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return server;
}
