// Yahoo Mail: the form, as tests and extensions of others describe it (docs/SITES.md). Its own names for its parts
// (`data-test-id`) have outlived several looks. Where its pages of today keep a sender's address is not known: verdicts
// name who signed, and leave open who sent.

import { attribute, matches, queryAll, queryIn, textContent } from '../dom.js';
import { formNamed, formProfile } from './forms.js';
import { filesNear } from './generic-files.js';
import type { RecipientField } from './index.js';
import { chipRow } from './rows.js';

const FORM = '[data-test-id="compose"]';
/** Not in the text of a mail, which may bring such names along. */
const EDITOR = `${FORM} [data-test-id="rte"][contenteditable]:not([data-test-id="message-view-body-content"] *)`;
/** Of the look until 2025, and of the one since. */
const CHIP = '[data-test-id="pill"], [data-test-id="y-pill"]';

export const YAHOO_WRITING = /* @__PURE__ */ formProfile({
  name: 'yahoo',
  matches: (doc) => queryIn(doc, EDITOR).length > 0,
  find: /* @__PURE__ */ formNamed(FORM, EDITOR),
  subject: 'input[data-test-id="compose-subject"]',
  recipients,
  files: filesNear,
});

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
