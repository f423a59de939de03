// Every bad input of tests/hostile, and what others made (tests/vectors), through the real Worker and the real vault of
// the built extension: it ends as the manifest says, as natively, within five seconds and 512 MB, and nothing traps.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { EncryptJob, Fingerprint, Form, UiCall } from 'waxseal-wasm';
import type { Driver, View } from '../../harness/index.js';
import { type Answer, outcome } from './outcome.js';
import { measure } from './processes.js';
import { browser, kind } from './session.js';

/** A key of one's own, and how it comes to be open. */
interface Own {
  calls: UiCall[];
  key: Fingerprint;
}

/** One input, as tests/hostile/src/lib.rs writes it; bytes are base64. */
type Input =
  | {
      kind: 'read';
      form: Form;
      armored: string;
      session_key: [number | null, string] | null;
      password: string | null;
      own: Own | null;
      certificates: string[];
      text: string | null;
    }
  | { kind: 'preview'; data: string }
  | { kind: 'encrypt'; job: EncryptJob }
  | { kind: 'vault'; calls: UiCall[]; keys: Fingerprint[] };

interface Case {
  name: string;
  outcome: string;
  now: number;
  inputs: Input[];
}

/** What one input may take. */
const SECONDS = 5;
const MEGABYTES = 512;

/**
 * Milliseconds of the loop below on a processor that nobody else uses, and how many times slower another may be. Processors
 * that are shared with others do less in a second of theirs than they did before.
 */
const LOOP = 450;
const SLOWEST = 2;

/** How many times slower this machine is now, 1 at least. */
async function slower(page: View): Promise<number> {
  const ms = await page.evaluate(() => {
    const start = performance.now();
    let value = 1;
    for (let turn = 0; turn < 400_000_000; turn++) value = (Math.imul(value, 1_664_525) + 1_013_904_223) | 0;
    // What is never used would not be computed.
    return performance.now() - start + (value === 7 ? 1 : 0);
  });
  console.log(`a loop took ${Math.round(ms)} ms`);
  return Math.min(SLOWEST, Math.max(1, ms / LOOP));
}

// `cargo xtask test` has made them, once for all runs.
const made = process.env.WAXSEAL_CASES;

/** Where the cases are for a spec: by itself each makes its own, beside others and beside one in the other browser. */
export const casesFolder = (spec: string): string => path.resolve(made ?? `target/${spec}/${kind}`);

const folder = casesFolder('hostile');

/**
 * Runs the inputs of one case in the extension's page, one after the other; gives the last answer for each and the
 * milliseconds that it took. Engine cases share a Worker that has loaded the engine before.
 */
async function run(file: string): Promise<{ answer: Answer; ms: number }[]> {
  const files = [...(document.querySelector<HTMLInputElement>('#cases')?.files ?? [])];
  const { inputs, now }: Case = JSON.parse((await files.find(({ name }) => name === file)?.text()) ?? '');
  const bytes = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const trap: Answer = { kind: 'TRAP' };
  // The own key that stands open from an earlier case: many have the same, and to import and unlock it takes a second.
  const standing = window as { own?: Own | undefined; wasm?: Promise<WebAssembly.Module> };
  // Compiled once in a document, as the extension's pages do it.
  standing.wasm ??= WebAssembly.compileStreaming(fetch(chrome.runtime.getURL('waxseal_bg.wasm')));
  const forget = async (): Promise<void> => {
    if (standing.own) await vault({ kind: 'delete', key: standing.own.key, secret: true });
    standing.own = undefined;
  };
  let trapped = false;
  const worker = new Worker(chrome.runtime.getURL('engine-worker.js'), { type: 'module' });
  worker.postMessage(await standing.wasm);
  const engine = (request: object): Promise<Answer> =>
    new Promise((resolve) => {
      const fail = (): void => {
        trapped = true;
        resolve(trap);
      };
      worker.onmessage = ({ data }) => (data.ok ? resolve(data.answer) : fail());
      worker.onerror = fail;
      // After a trap the Worker is gone: nobody would answer.
      if (trapped) fail();
      else worker.postMessage(request);
    });
  const vault = async (ui: object): Promise<Answer> => (await chrome.runtime.sendMessage({ to: 'vault', ui })) ?? trap;
  const one = async (input: Input): Promise<Answer> => {
    switch (input.kind) {
      case 'read': {
        let opened = await engine({ op: 'open', armored: bytes(input.armored), form: input.form });
        if (opened.kind === 'encrypted' && input.session_key) {
          const [algorithm, key] = input.session_key;
          const opened_by = { certificate: '0'.repeat(40), weak: false, packet: 0, name: '' };
          opened = await engine({ op: 'decrypt', algorithm: algorithm ?? undefined, key, opened_by });
        }
        if (opened.kind === 'encrypted' && input.own) {
          if (JSON.stringify(standing.own) !== JSON.stringify(input.own)) {
            await forget();
            standing.own = input.own;
            for (const call of input.own.calls) {
              const answer = await vault(call);
              if (answer.kind !== 'refused') continue;
              await forget();
              return answer;
            }
          }
          const found = await vault({ kind: 'decipher', pkesks: opened.pkesks });
          if (found.kind !== 'session_key') return found;
          const { algorithm, key, opened_by } = found;
          opened = await engine({ op: 'decrypt', algorithm, key, opened_by });
        }
        if (opened.kind === 'encrypted' && input.password !== null) {
          opened = await engine({ op: 'password', password: input.password });
        }
        if (opened.kind !== 'readable') return opened;
        return engine({ op: 'finish', certificates: input.certificates, vouched: [], sender: null, now });
      }
      case 'preview':
        return engine({ op: 'preview', data: bytes(input.data), now });
      case 'encrypt':
        return engine({ op: 'begin', job: input.job });
      case 'vault': {
        await forget();
        let answer = trap;
        for (const call of input.calls) answer = await vault(call);
        return answer;
      }
    }
  };
  await engine({ op: 'preview', data: new Uint8Array(), now });
  const done: { answer: Answer; ms: number }[] = [];
  for (const input of inputs) {
    const begun = performance.now();
    const answer = await one(input);
    done.push({ answer, ms: performance.now() - begun });
    // The text is only looked at here; a megabyte of it need not travel.
    const message = answer.message as { text: string } | undefined;
    if (message && input.kind === 'read' && message.text === input.text) message.text = 'AS EXPECTED';
    const keys = input.kind === 'vault' ? input.keys : [];
    for (const key of keys) await vault({ kind: 'delete', key, secret: true });
  }
  worker.terminate();
  return done;
}

/** The classes of bad input whose cases are about cost: at their limits they take seconds. */
export const COSTLY = ['passwords', 'secrets'];

/** All classes, as the names in the manifest begin. */
export const CLASSES = [
  ...new Set(
    [...fs.readFileSync('tests/hostile/manifest.txt', 'utf8').matchAll(/^([a-z-]+)\//gm)].map(([, name = '']) => name),
  ),
];

/** What others made: the standards' examples, and one class for each folder of tests/vectors. */
export const VECTORS = [
  'rfc9580',
  'rfc9980',
  ...fs
    .readdirSync(path.resolve('tests/vectors'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name),
];

/** Makes all cases in a folder of {@link casesFolder}, one file each, unless they have been made for all. */
export function makeCases(into: string): void {
  if (made) return;
  fs.rmSync(into, { recursive: true, force: true });
  const cargo = ['run', '--quiet', '--locked', '--package', 'waxseal-hostile', '--', 'cases', into];
  execFileSync('cargo', cargo, { stdio: ['ignore', 'inherit', 'inherit'] });
}

/** A page of the extension in which cases are run. */
export async function casesPage(driver: Driver): Promise<View> {
  const page = await driver.page('keys.html');
  await page.evaluate(() => {
    const input = document.createElement('input');
    Object.assign(input, { type: 'file', id: 'cases', multiple: true });
    document.body.append(input);
  });
  return page;
}

/** Gives the page these files. As files, because 20 MB take minutes through the protocols that drive a browser. */
export const giveCases = (page: View, files: readonly string[]): Promise<void> =>
  page.upload("document.querySelector('#cases')", [...files]);

/** How a case ended, beside what is stated; and the milliseconds of its slowest input. */
export interface Ended {
  name: string;
  expected: string;
  ended: string;
  inputs: number;
  ms: number;
}

/** Runs a case that the page has been given. */
export async function runCase(page: View, file: string): Promise<Ended> {
  const { name, outcome: expected, inputs }: Case = JSON.parse(fs.readFileSync(file, 'utf8'));
  const done = await page.evaluate(run, path.basename(file));
  const ends = done.map(({ answer }, number) => {
    const input = inputs[number];
    const text = input?.kind === 'read' ? 'AS EXPECTED' : null;
    return outcome(answer, text);
  });
  const ended = [...new Set(ends)].sort().join(' | ');
  return { name, expected, ended, inputs: inputs.length, ms: Math.max(...done.map(({ ms }) => ms)) };
}

/** A test for each of these classes. */
export function badInput(classes: readonly string[]): void {
  let driver: Driver;
  let page: View;

  before(async () => {
    makeCases(folder);
    driver = await browser();
    page = await casesPage(driver);
  });
  after(() => driver?.close());

  for (const one of classes) {
    test(`input ends as it must: ${one}`, async () => {
      const files = fs.readdirSync(folder).filter((name) => name.startsWith(`${one}--`));
      assert.ok(files.length > 0, 'there are cases');
      const paths = files.map((name) => path.join(folder, name));
      await giveCases(page, paths);
      const wrong: string[] = [];
      let slowest = { name: '', ms: 0 };
      let largest = { name: '', grown: 0 };
      let count = 0;
      for (const file of paths) {
        const used = measure();
        const { name, expected, ended, inputs, ms: waited } = await runCase(page, file);
        const { computed, grown } = used();
        // A busy machine makes us wait; what counts is what was computed.
        const ms = Math.round(Math.min(waited, computed));
        if (ended !== expected) wrong.push(`${name} = ${ended}, and not ${expected}`);
        if (ms > SECONDS * 1000 && ms > SECONDS * 1000 * (await slower(page))) wrong.push(`${name} took ${ms} ms`);
        if (grown > MEGABYTES) wrong.push(`${name} took ${grown} MB`);
        if (ms > slowest.ms) slowest = { name, ms };
        if (grown > largest.grown) largest = { name, grown };
        count += inputs;
      }
      const figures = [`${files.length} cases`, `${count} inputs`, `slowest ${slowest.ms} ms: ${slowest.name}`];
      console.log(`${one}: ${[...figures, `largest ${largest.grown} MB: ${largest.name}`].join(', ')}`);
      assert.deepEqual(wrong, []);
      const status = await page.evaluate(() => chrome.runtime.sendMessage({ to: 'vault', ui: { kind: 'status' } }));
      assert.equal(status.kind, 'status', 'the vault answers');
    });
  }
}
