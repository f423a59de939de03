// Works on any page: recipients are guessed from fields that are called so. The sender of a message is never guessed.

import {
  attribute,
  contains,
  isDrawn,
  isHtml,
  parentElement,
  queryAll,
  queryIn,
  tagName,
  textContent,
} from '../dom.js';
import { addressesIn, fieldText } from './address.js';
import type { ReadingProfile, WritingProfile } from './index.js';

/** What people call the fields, in the languages of common webmails. Bcc belongs to it: they must be able to read too. */
const WORDS =
  'to|cc|bcc|recipients?|an|kopie|blindkopie|empfänger|empfaenger|à|a|cci|copie(?: cachée)?|destinataires?|para|destinatarios?|destinatari|aan|ontvangers?|do|komu|til|till|кому|копия|宛先|收件人';
// Pure: parts of the content script that do not ask for it do not carry it.
const LABEL = /* @__PURE__ */ new RegExp(`^(?:${WORDS})[\\s:：*]*$`, 'iu');
const NAME = /(?:^|[_\-[.])(?:to|cc|bcc|recipients?|rcpt|empfaenger|destinataires?)(?:$|[_\-\].\d])/i;

/** Where chips that show a name keep the address. */
const CHIP = ['title', 'data-email', 'data-address', 'email'];

/** Fields of a page that are asked for their label. */
const MAX_FIELDS = 300;
/** Elements around a recipient field that are searched for chips, level by level. */
const MAX_LEVELS = 3;
/** UTF-16 units of what stands around a field: more than that is no row of a form. */
const MAX_ROW = 4_000;

export const GENERIC_READING: ReadingProfile = {
  matches: () => true,
  sender: () => null,
};

export const GENERIC_WRITING: WritingProfile = {
  matches: () => true,
  self: () => null,

  recipients(doc, el) {
    const fields = [...queryIn(doc, 'input, textarea, [contenteditable="true"], [role="combobox"]')]
      .slice(0, MAX_FIELDS)
      .filter((field) => !contains(field, el) && isRecipientField(doc, field));
    const near = nearest(fields, el);
    return addressesIn(...near.flatMap((field) => [fieldText(field), chipsAround(field)]));
  },
};

function isRecipientField(doc: Document, field: Element): boolean {
  const type = attribute(field, 'type')?.toLowerCase() ?? 'text';
  if (isHtml(field, 'input') && !['text', 'email', 'search', ''].includes(type)) return false;
  const names = [attribute(field, 'name'), attribute(field, 'id')];
  if (names.some((name) => name !== null && NAME.test(name))) return true;
  return labelsOf(doc, field).some((label) => LABEL.test(label.trim()));
}

function labelsOf(doc: Document, field: Element): string[] {
  const labels = [attribute(field, 'aria-label'), attribute(field, 'placeholder'), attribute(field, 'title')];
  const ids = (attribute(field, 'aria-labelledby') ?? '').split(/\s+/).filter((id) => id !== '');
  const id = attribute(field, 'id');
  const outer = [...queryIn(doc, 'label')].slice(0, MAX_FIELDS);
  for (const label of outer) {
    const mine = (id !== null && attribute(label, 'for') === id) || contains(label, field);
    if (mine || ids.includes(attribute(label, 'id') ?? ' ')) labels.push(ownText(label));
  }
  for (const named of ids.slice(0, 4)) {
    for (const label of queryIn(doc, `#${CSS.escape(named)}`)) labels.push(ownText(label));
  }
  return labels.filter((label) => label !== null);
}

function ownText(label: Element): string {
  return (textContent(label) ?? '').slice(0, 100);
}

/** With several compose forms open, only the fields in the form of the selection. */
function nearest(fields: Element[], el: Element): Element[] {
  for (let up: Element | null = el; up; up = parentElement(up)) {
    const inside = fields.filter((field) => contains(up, field));
    if (inside.length > 0) return inside;
  }
  // The editor is in a frame: all that are drawn.
  return fields.filter((field) => isDrawn(field));
}

/** Chips stand beside their field; their address is in the text, or in an attribute when they show a name. */
function chipsAround(field: Element): string {
  let row = field;
  for (let level = 0; level < MAX_LEVELS; level++) {
    const up = parentElement(row);
    if (!up || (textContent(up)?.length ?? 0) > MAX_ROW || fieldsIn(up) > 1) break;
    row = up;
  }
  if (row === field) return '';
  const attributes = [...queryAll(row, CHIP.map((name) => `[${name}]`).join())]
    .slice(0, MAX_FIELDS)
    .filter((chip) => tagName(chip) !== 'a')
    .flatMap((chip) => CHIP.map((name) => attribute(chip, name)));
  return [textContent(row), ...attributes].filter((text) => text !== null).join(' ');
}

function fieldsIn(row: Element): number {
  return queryAll(row, 'input:not([type="hidden"]), textarea, [contenteditable="true"]').length;
}
