// Outlook on the web: the form, as tests and extensions of others describe it (docs/SITES.md). What its pages call things is
// in the user's language; how their ids end is not. Whom a mail is from they show as `Name<address>` or as a name alone, in
// the same place: a name can look like both, so verdicts name who signed, and leave open who sent.

import { addressList } from '../compose/fields.js';
import { giveFiles } from '../compose/files.js';
import { attribute, docOf, queryAll, queryIn, textContent } from '../dom.js';
import { fieldText } from './address.js';
import { formNamed, formProfile } from './forms.js';
import { filesNear, rowsWith } from './generic-files.js';
import { type FileField, originOf, type RecipientField } from './index.js';

/** Where Outlook is. Other servers of Exchange have another look, and are left to the generic profile. */
const ORIGIN = /^https:\/\/outlook\.(?:live\.com|office(?:365)?\.com|cloud\.microsoft)$/;
const FORM = '[id^="docking_InitVisiblePart_"]';
const EDITOR = `${FORM} [id^="editorParent_"] [contenteditable="true"]`;
/** Not in the editor: a mail that is quoted there may bring such names along. */
const OF_THE_SITE = ':not([id^="editorParent_"] *)';
const CHIP = '._EType_RECIPIENT_ENTITY';
/** Fields for files are in the ribbon; those for pictures put them into the text. */
const FILES = 'input[type="file"][data-testid="local-computer-filein"]:not([accept*="image"])';

export const OUTLOOK_WRITING = /* @__PURE__ */ formProfile({
  name: 'outlook',
  matches: (doc) => ORIGIN.test(originOf(doc)),
  find: /* @__PURE__ */ formNamed(FORM, EDITOR),
  subject: `input[id$="_SUBJECT"]${OF_THE_SITE}`,
  // An answer has its recipients folded until one clicks on them.
  recipients,
  files(body, form) {
    const doc = docOf(form);
    const [input] = doc ? queryIn(doc, FILES) : [];
    return input ? fileField(input as HTMLInputElement, form) : filesNear(body);
  },
});

/** A field with chips among what is typed. How a script makes one is told differently from source to source: it is left alone. */
function recipients(form: Element, kind: 'to' | 'cc' | 'bcc'): RecipientField | null {
  const field = `[id$="_${kind.toUpperCase()}"] [contenteditable="true"]${OF_THE_SITE}`;
  const find = () => queryAll(form, field)[0];
  if (!find()) return null;
  return {
    read() {
      const now = find();
      if (!now) return [];
      const chips = [...queryAll(now, CHIP)];
      // Outlook puts a character without width beside each of them, for the caret.
      const typed = chips
        .reduce((rest, chip) => rest.replace(textContent(chip) ?? '', ','), fieldText(now))
        .replaceAll('\u200b', '');
      return [...chips.map(labelOf), ...addressList(typed)];
    },
    write: () => undefined,
  };
}

/** `Name <address>`, the address, or the name of somebody whom Outlook knows. In its text are signs, too. */
function labelOf(chip: Element): string {
  return attribute(chip, 'aria-label') ?? textContent(chip) ?? '';
}

/** A field for the form that is in use. What it holds may be another mail's: a file is in this one when the form shows it. */
function fileField(input: HTMLInputElement, form: Element): FileField {
  return {
    max: null,
    list: (names) => names.flatMap((name) => rowsWith(form, name, input)),
    add: (file) => giveFiles(input, [file]),
    // How a file is taken out again is not known.
    remove: () => false,
    trouble: () => null,
  };
}
