// Attaching on a page that is not known: by the one file field near the editor.

import { giveFiles, isSameName, sizeIn } from '../compose/files.js';
import {
  attribute,
  closest,
  contains,
  isDrawn,
  isHtml,
  parentElement,
  queryAll,
  rootNode,
  textContent,
} from '../dom.js';
import { frameOf } from './editors.js';
import type { AttachedFile, FileField } from './index.js';

/** Elements around the editor, level by level, in which the file field is looked for: beyond is another form. */
const MAX_LEVELS = 12;
/** Levels above the one with the field, in which the list of files is looked for. */
const LIST_LEVELS = 4;
/**
 * How long a site may take to show that it has begun, in ms: until then a file that only stands in the field may be on
 * its way.
 */
const BEGIN = 2_000;
/** When a file was given to a field. */
const GIVEN = new WeakMap<Element, number>();
/** Elements that are searched for the name of a file. */
const MAX_ELEMENTS = 5_000;
/** UTF-16 units around a name that may say how the upload goes. */
const MAX_ROW = 300;

/** The one file field near an editor; `null` when there is none, or nobody knows which one is meant. */
export function filesNear(editor: Element): FileField | null {
  const start = frameOf(editor) ?? editor;
  let around: Element | null = start;
  for (let level = 0; around && level < MAX_LEVELS; level++, around = parentElement(around)) {
    const inputs = [...queryAll(around, 'input[type="file"]')].filter(isUsable);
    if (inputs.length > 1) return null;
    const [input] = inputs;
    if (input && isHtml(input, 'input')) return fileField(input as HTMLInputElement, outwards(around));
  }
  return null;
}

function outwards(el: Element): Element {
  let around = el;
  for (let level = 0; level < LIST_LEVELS; level++) around = parentElement(around) ?? around;
  return around;
}

/** Fields for pictures only, or for folders, are for something else. */
function isUsable(input: Element): boolean {
  const accept = attribute(input, 'accept') ?? '';
  const open = accept === '' || /\*\/\*|application\/|\.(?:asc|pgp)\b/.test(accept);
  return open && attribute(input, 'webkitdirectory') === null && !(input as HTMLInputElement).disabled;
}

function fileField(input: HTMLInputElement, around: Element): FileField {
  return {
    max: null,

    list(names) {
      const drawn = names.flatMap((name) => rowsWith(around, name, input));
      const known = new Set(drawn.map(({ name }) => name));
      // A plain form keeps its files in the field until it is sent.
      const state = performance.now() - (GIVEN.get(input) ?? 0) < BEGIN ? 'busy' : 'done';
      const kept = [...(input.files ?? [])]
        .filter(({ name }) => (names.length === 0 || names.includes(name)) && !known.has(name))
        .map(({ name, size }): AttachedFile => ({ name, size, state, element: input }));
      return [...drawn, ...kept];
    },

    add(file) {
      const kept = [...(input.files ?? [])].filter(({ name }) => rowsWith(around, name, input).length === 0);
      // What the user chose would be lost.
      if (kept.length > 0 && !input.multiple) throw new Error('the field holds one file');
      GIVEN.set(input, performance.now());
      giveFiles(input, [...kept, file]);
    },

    remove: () => false,
    trouble: () => null,
  };
}

const BUSY = 'progress, [role="progressbar"], [aria-busy="true"]';

/** The smallest drawn elements that show the name of a file which `input` was given. */
export function rowsWith(around: Element, name: string, input: Element): AttachedFile[] {
  const scope = queryAll(around, '*');
  const found: AttachedFile[] = [];
  for (let at = 0; at < scope.length && at < MAX_ELEMENTS; at++) {
    const el = scope[at];
    if (!el || el === input || closest(el, '[contenteditable], textarea, script, style')) continue;
    const titled =
      isSameName(attribute(el, 'title') ?? '', name) || isSameName(attribute(el, 'aria-label') ?? '', name);
    const text = textContent(el) ?? '';
    if (!titled && (text.length > MAX_ROW || !text.includes(name))) continue;
    if ([...queryAll(el, '*')].some((inner) => textContent(inner)?.includes(name)) || !isDrawn(el)) continue;
    if (found.some(({ element }) => contains(element, el))) continue;
    const row = rowOf(el);
    const busy = queryAll(row, BUSY).length > 0 || closest(el, '[aria-busy="true"]') !== null;
    const size = sizeIn((textContent(row) ?? '').replace(name, ''));
    found.push({ name, size, state: busy ? 'busy' : 'done', element: el });
  }
  return found;
}

/** What belongs to one entry of a list of files: as long as its text is short. */
function rowOf(el: Element): Element {
  let row = el;
  for (let up = parentElement(el); up && (textContent(up) ?? '').length <= MAX_ROW; up = parentElement(up)) {
    if (queryAll(up, 'input, textarea, [contenteditable]').length > 0 || rootNode(up) === up) break;
    row = up;
  }
  return row;
}
