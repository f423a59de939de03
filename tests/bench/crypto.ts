import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { build } from 'esbuild';
import puppeteer, { type Page } from 'puppeteer-core';
import type { Times } from './stats.js';

const OUT = path.resolve('target/bench');
const STARTS = 15;

/** Our engine and OpenPGP.js in the Workers of one page, in turn. */
export async function crypto(): Promise<Times[]> {
  await bundle();
  const server = await serve();
  const browser = await puppeteer.launch({
    executablePath: '/usr/bin/chromium',
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-quic',
      '--disable-component-update',
      '--disable-sync',
      '--disable-gpu',
      '--disable-background-networking',
    ],
    protocolTimeout: 600_000,
  });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return [await starts(page), ...(await operations(page))];
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}

async function bundle(): Promise<void> {
  fs.rmSync(OUT, { recursive: true, force: true });
  await build({
    entryPoints: ['crypto', 'start-ours', 'start-theirs'].map((name) => `tests/bench/page/${name}.ts`),
    outdir: OUT,
    bundle: true,
    format: 'esm',
    target: 'es2023',
    alias: { 'waxseal-wasm': path.resolve('target/wasm-pkg/waxseal.js') },
    logLevel: 'warning',
  });
  // The optimised module, as it is shipped.
  fs.copyFileSync('dist/chromium/waxseal_bg.wasm', path.join(OUT, 'waxseal_bg.wasm'));
}

async function serve(): Promise<http.Server> {
  const types: Record<string, string> = { '.js': 'text/javascript', '.wasm': 'application/wasm' };
  const server = http.createServer((request, response) => {
    const name = path.basename(new URL(request.url ?? '/', 'http://localhost').pathname);
    const file = path.join(OUT, name);
    if (!name)
      return void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><title>bench</title>');
    if (!fs.existsSync(file)) return void response.writeHead(404).end();
    response.writeHead(200, {
      'Content-Type': types[path.extname(name)] ?? 'text/plain',
      'Cache-Control': 'max-age=3600',
    });
    response.end(fs.readFileSync(file));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return server;
}

/** From `new Worker` to the first sign of life, by turns. */
async function starts(page: Page): Promise<Times> {
  const times = await page.evaluate(async (rounds) => {
    const start = (name: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const begin = performance.now();
        const worker = new Worker(`${name}.js`, { type: 'module' });
        worker.onerror = () => reject(new Error(`${name} does not start`));
        worker.onmessage = () => {
          resolve(performance.now() - begin);
          worker.terminate();
        };
      });
    await start('start-ours');
    await start('start-theirs');
    const times = { ours: [] as number[], theirs: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      times.ours.push(await start('start-ours'));
      times.theirs.push(await start('start-theirs'));
    }
    return times;
  }, STARTS);
  return { name: 'start a Worker until ready', ...times };
}

async function operations(page: Page): Promise<Times[]> {
  const results = await page.evaluate(
    () =>
      new Promise<unknown[]>((resolve) => {
        const results: unknown[] = [];
        const worker = new Worker('crypto.js', { type: 'module' });
        worker.onerror = (event) => resolve([{ error: event.message }]);
        worker.onmessage = ({ data }) => {
          results.push(data);
          if (data === 'done' || data.error) resolve(results);
        };
      }),
  );
  const last = results.pop();
  if (last !== 'done') throw new Error(`the bench failed: ${JSON.stringify(last)}`);
  return results as Times[];
}
