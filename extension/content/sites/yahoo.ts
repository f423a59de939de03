// Yahoo Mail: the form, as tests and extensions of others describe it (docs/SITES.md). Its own names for its parts
// (`data-test-id`) have outlived several looks. Where its pages of today keep a sender's address is not known: verdicts
// name who signed, and leave open who sent.

import { bare } from '../compose/fields.js';
import { attribute, closest, isDrawn, matches, queryAll, queryIn, textContent } from '../dom.js';
import { peopleIn } from './address.js';
import { editorOf } from './editors.js';
import { GENERIC_WRITING } from './generic.js';
import { filesNear } from './generic-files.js';
import type { RecipientField, WritingProfile } from './index.js';
import { chipRow } from './rows.js';

const FORM = '[data-test-id="compose"]';
/** Not in the text of a mail, which may bring such names along. */
const EDITOR = `${FORM} [data-test-id="rte"][contenteditable]:not([data-test-id="message-view-body-content"] *)`;
/** Of the look until 2025, and of the one since. */
const CHIP = '[data-test-id="pill"], [data-test-id="y-pill"]';

export const YAHOO_WRITING: WritingProfile = {
  name: 'yahoo',
  matches: (doc) => queryIn(doc, EDITOR).length > 0,
  self: () => null,
  // Its buttons are told differently from source to source.
  answer: () => false,

  recipients(doc, el) {
    const editor = editorFor(doc, el);
    const form = editor && closest(editor, FORM);
    if (!form) return GENERIC_WRITING.recipients(doc, el);
    return peopleIn(
      (name) => recipients(form, name),
      (entries) => entries.map(bare),
    );
  },

  form(doc, el) {
    const editor = editorFor(doc, el);
    const form = editor && closest(editor, FORM);
    const body = editor && editorOf(editor);
    // A mail that brings such names along must not hide the form that is there.
    if (!form || !body) return GENERIC_WRITING.form(doc, el);
    return {
      body,
      subject: queryAll(form, 'input[data-test-id="compose-subject"]')[0] ?? null,
      to: recipients(form, 'to'),
      cc: recipients(form, 'cc'),
      bcc: recipients(form, 'bcc'),
      files: filesNear(body),
    };
  },
};

/** The editor of the form around an element; else of the one that was opened last. */
function editorFor(doc: Document, el: Element | undefined): Element | undefined {
  const editors = [...queryIn(doc, EDITOR)];
  const form = el && closest(el, FORM);
  if (el) return editors.find((editor) => closest(editor, FORM) === form);
  return editors.filter(isDrawn).at(-1);
}

function recipients(form: Element, kind: 'to' | 'cc' | 'bcc'): RecipientField | null {
  const row = `[data-test-id="compose-header-field-${kind}"]`;
  const input = `input#message-${kind}-field, ${row} input[role="combobox"]`;
  return chipRow({ input: () => queryAll(form, input)[0], row, chip: CHIP, text: addressOn });
}

/** A chip of a contact shows the name, and has the address in a title; any other shows the address, behind a bar. */
function addressOn(chip: Element): string {
  const titled = [...queryAll(chip, '[title]')];
  if (matches(chip, '[title]')) titled.unshift(chip);
  const titles = titled.map((el) => attribute(el, 'title') ?? '');
  return (
    titles.find((title) => /<[^<>]+@[^<>]+>/.test(title)) ?? (textContent(chip) ?? '').trim().replace(/^\|\s*/, '')
  );
}
