import fs from 'node:fs';
import path from 'node:path';
import { after, afterEach } from 'node:test';
import type messages from '../../../extension/_locales/en/messages.json';
import { type Driver, KINDS, type Kind, type LaunchOptions, launch, PATIENCE } from '../../harness/index.js';

const wanted = process.env.WAXSEAL_BROWSER ?? '';
if (!KINDS.includes(wanted as Kind)) throw new Error('set WAXSEAL_BROWSER to chromium or firefox');

/** The browser of this run. */
export const kind = wanted as Kind;

/** The built extension under test: `dist/<browser>`, or another folder of builds (the recorded one). */
export const extension = path.resolve(process.env.WAXSEAL_DIST ?? 'dist', kind);

/** The zip beside it. */
export function archive(): string {
  const dist = path.dirname(extension);
  const names = fs.readdirSync(dist).filter((name) => name.endsWith(`-${kind}.zip`));
  if (names.length !== 1) throw new Error(`one zip for ${kind} is wanted in dist, not ${names.length}`);
  return path.join(dist, names[0] ?? '');
}

const drivers: Driver[] = [];
let failed = false;
afterEach(async (context) => {
  failed ||= (context as unknown as { passed: boolean }).passed === false;
  // One test's windows are no other's.
  await Promise.all(drivers.map((driver) => driver.closeWindows()));
});

/** How long a spec may take to close what it has opened, in milliseconds. */
const CLOSING = 3 * PATIENCE;

// Node waits for whatever is still open: a server or a browser of a test that failed half-way. (Its own `--test-force-exit`
// does not wait for the output.) Nothing waits for this timer.
after(() => {
  setTimeout(() => {
    console.log(`not all was closed in ${CLOSING} ms`);
    process.exit(1);
  }, CLOSING).unref();
});

/** Whether a test of this spec has failed so far. */
export const hasFailed = (): boolean => failed;

/** Starts the browser of this run with the extension in it. */
export async function browser(options: Partial<LaunchOptions> = {}): Promise<Driver> {
  const driver = await launch(kind, { extension, ...options });
  drivers.push(driver);
  return driver;
}

const texts: Record<string, { message: string }> = JSON.parse(
  fs.readFileSync(path.join(extension, '_locales/en/messages.json'), 'utf8'),
);

/** The English text that the extension shows for a key, its `$1`, `$2` ... filled in; fails if there is none. */
export function say(key: keyof typeof messages, ...parts: (string | number)[]): string {
  const text = texts[key]?.message;
  if (!text) throw new Error(`no text ${key}`);
  return text.replace(/\$(\d)/g, (_, n: string) => String(parts[Number(n) - 1] ?? '')).replace(/\$\$/g, '$');
}

/** What a text says before its first filled-in part. */
export function start(key: keyof typeof messages): string {
  const text = (texts[key]?.message ?? '').split(/\$\d/)[0] ?? '';
  if (!text.trim()) throw new Error(`the text ${key} does not begin with words`);
  return text.trim();
}
