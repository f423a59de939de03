// Giving files to a site by its own means, and watching what becomes of them.

import { Stopwatch } from '../../desk/stopwatch.js';
import type { PutProblem } from '../../desk/write-channel.js';
import type { AttachedFile, FileField } from '../sites/index.js';
import { chosen } from './chosen.js';
import { pause } from './wait.js';

/** How long a site may take until it shows that a file came, or that it goes on, in ms. */
const SILENCE = 20_000;
/** How long the upload of one file may take, in ms: 25 MB through a slow line. */
const UPLOAD = 20 * 60_000;
/** How often the list is looked at, in ms. */
const TURN = 100;
/** How far a size that a page shows may be from the real one: sites round, and count 1000 or 1024 to the KB. */
const ROUNDING = 0.15;
const SMALL = 2_000;

/** Chooses files in the site's own field for it. */
export function giveFiles(input: HTMLInputElement, files: readonly File[]): void {
  input.files = transfer(files).files;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  input.dispatchEvent(new Event('change', { bubbles: true }));
}

/** Drops files on a place that takes them. */
export function dropFiles(zone: Element, files: readonly File[]): void {
  const dataTransfer = transfer(files);
  for (const name of ['dragenter', 'dragover', 'drop']) {
    zone.dispatchEvent(new DragEvent(name, { bubbles: true, cancelable: true, composed: true, dataTransfer }));
  }
}

function transfer(files: readonly File[]): DataTransfer {
  const data = new DataTransfer();
  for (const file of files) data.items.add(file);
  return data;
}

/** Attaches one file and waits until the site shows it whole. Gives the reason why not, or nothing. */
export async function attach(field: FileField, file: File, alive: () => boolean): Promise<PutProblem | undefined> {
  if (field.max !== null && file.size > field.max) return 'too_large';
  // What the site complained about before is not about this file.
  const old = field.trouble();
  const before = new Set(field.list([file.name]).map(({ element }) => element));
  try {
    await field.add(file);
  } catch {
    return field.trouble() ?? 'attach';
  }
  const watch = new Stopwatch();
  for (let now = 0, heard = 0; now < UPLOAD; now = watch.ms) {
    if (!alive()) return 'no_form';
    const fresh = field.list([file.name]).filter(({ element }) => !before.has(element));
    const mine = fresh.find(({ name, state }) => state !== 'busy' && isSameName(name, file.name));
    if (mine?.state === 'done') return isSameSize(mine, file.size) ? undefined : 'attach';
    if (mine || fresh.some(({ state }) => state === 'failed')) return field.trouble() ?? 'attach';
    if (fresh.some(({ state }) => state === 'busy')) heard = now;
    else {
      const trouble = field.trouble();
      if (trouble && trouble !== old) return trouble;
    }
    if (now - heard > SILENCE) return old ?? 'attach';
    await pause(TURN);
  }
  return 'attach';
}

/** Names of files that are told: the user is warned of them, and that needs no endless list. */
const MAX_NAMES = 100;
const MAX_NAME = 255;

/** Names of the files that the form sends along besides `ours`. */
export function besides(field: FileField | null, ours: ReadonlySet<string>): string[] {
  if (!field) return [];
  const namesOf = (files: readonly AttachedFile[]) =>
    files.filter(({ state }) => state !== 'failed').map(({ name }) => name);
  const names = namesOf(field.list([]));
  // One for one: the user may have attached another file of the same name.
  for (const name of ours) {
    const at = names.findIndex((one) => isSameName(one, name));
    if (at >= 0) names.splice(at, 1);
  }
  const others = [...chosen].filter((name) => !ours.has(name) && !names.includes(name));
  const found = others.length > 0 ? namesOf(field.list(others)).filter((name) => others.includes(name)) : [];
  return [...new Set([...names, ...found])].slice(0, MAX_NAMES).map((name) => name.slice(0, MAX_NAME));
}

/** Whether all of these files are shown as attached. */
export function holdsFiles(
  field: FileField,
  files: readonly { readonly name: string; readonly size: number }[],
): boolean {
  const there = field.list(files.map(({ name }) => name)).filter(({ state }) => state === 'done');
  return files.every(({ name, size }) => there.some((one) => isSameName(one.name, name) && isSameSize(one, size)));
}

export function isSameName(one: string, other: string): boolean {
  return one.normalize().trim() === other.normalize().trim();
}

function isSameSize({ size }: AttachedFile, real: number): boolean {
  return size === null || Math.abs(size - real) <= Math.max(SMALL, real * ROUNDING);
}

const UNITS = ['b', 'kb', 'mb', 'gb'];

/** Octets of a size that a page shows: `12 KB`, `(~1,4 MB)`; `null` when it cannot be told. */
export function sizeIn(text: string): number | null {
  const found = /(\d+(?:[.,]\d+)?)\s*(?:([kmg])i?)?(?:b|o|octets?|bytes?)\b/i.exec(text);
  // `1,234 KB` is either.
  if (!found || /[.,]\d{3}$/.test(found[1] ?? '')) return null;
  const power = UNITS.indexOf(`${found[2]?.toLowerCase() ?? ''}b`);
  return Number((found[1] ?? '').replace(',', '.')) * 1024 ** power;
}
