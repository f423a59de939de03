// Zoho Mail of 2026: the form, as tests and extensions of others describe it (docs/SITES.md). The same editor is in other
// products of Zoho, which are left to the generic profile. Where an open mail has its sender's address is known from one
// source only: verdicts name who signed, and leave open who sent.

import { attribute, contains, isDrawn, queryAll, queryIn, textContent } from '../dom.js';
import { inFrame } from './editors.js';
import { formProfile, formWith } from './forms.js';
import { inPage, type RecipientField } from './index.js';
import { chipRow } from './rows.js';

const EDITOR = 'iframe.ze_area';
/** Its name for tests, or its label in English. */
const field = (kind: 'To' | 'Cc' | 'Bcc') =>
  `input[data-testid="com_${kind}_field"], input[role="combobox"][aria-label="${kind} Recipients" i]`;
const TO = /* @__PURE__ */ field('To');

export const ZOHO_WRITING = /* @__PURE__ */ formProfile({
  name: 'zoho',
  matches: (doc) => queryIn(doc, EDITOR).length > 0 && queryIn(doc, TO).length > 0,
  find(doc, el) {
    const frame = editorFor(doc, el);
    return { form: frame && formWith(TO, frame), body: frame && inFrame(frame) };
  },
  subject: '[data-testid="com_subject_field"] input, input[placeholder="Subject"]',
  recipients,
  // It has no field for files: its button makes one when it is pressed.
  files: () => null,
});

const KINDS = { to: 'To', cc: 'Cc', bcc: 'Bcc' } as const;

/** The frame of the editor in the form around an element, which may be in that frame; else the one opened last. */
function editorFor(doc: Document, el: Element | undefined): Element | undefined {
  const frames = [...queryIn(doc, EDITOR)].filter((frame) => isDrawn(frame));
  if (!el) return frames.at(-1);
  const here = inPage(doc, el);
  return frames.find((frame) => {
    const form = formWith(TO, frame);
    return form !== undefined && contains(form, here);
  });
}

function recipients(form: Element, kind: keyof typeof KINDS): RecipientField | null {
  return chipRow({
    input: () => queryAll(form, field(KINDS[kind]))[0],
    row: '.zmCRow',
    chip: '.zmCB[role="option"]',
    text: (chip) => attribute(chip, 'aria-label') ?? textContent(chip)?.trim() ?? '',
  });
}
