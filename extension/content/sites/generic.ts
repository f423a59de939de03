// Works on any page: recipients are guessed from fields that are called so. The sender of a message is never guessed.

import { addressList, bare, typeInto } from '../compose/fields.js';
import {
  attribute,
  contains,
  docOf,
  isDrawn,
  isHtml,
  parentElement,
  queryAll,
  queryAround,
  queryIn,
  tagName,
  textContent,
  treeWalker,
} from '../dom.js';
import { addressesIn, fieldText } from './address.js';
import { area, editorOf, editorsIn, frameOf } from './editors.js';
import { filesNear } from './generic-files.js';
import type { ComposeForm, ReadingProfile, RecipientField, WritingProfile } from './index.js';

/** What people call the fields, in the languages of common webmails. Bcc belongs to it: they must be able to read too. */
const WORDS = {
  to: 'to|recipients?|an|empfänger|empfaenger|à|a|destinataires?|para|destinatarios?|destinatari|aan|ontvangers?|do|komu|til|till|кому|宛先|收件人',
  cc: 'cc|kopie|copie|копия|kopia|kopi',
  bcc: 'bcc|blindkopie|cci|copie cachée|скрытая копия|ukryta kopia',
};
type Kind = keyof typeof WORDS;
const KINDS: readonly Kind[] = ['to', 'cc', 'bcc'];
const NAMES: Readonly<Record<Kind, string>> = {
  to: 'to|recipients?|rcpt|empfaenger|destinataires?',
  cc: 'cc',
  bcc: 'bcc|cci',
};

// Pure: parts of the content script that do not ask for it do not carry it.
const LABELS = /* @__PURE__ */ byKind((kind) => new RegExp(`^(?:${WORDS[kind]})[\\s:：*]*$`, 'iu'));
const FIELDS = /* @__PURE__ */ byKind(
  (kind) => new RegExp(`(?:^|[_\\-[.:])(?:${NAMES[kind]})(?:$|[_\\-\\].:\\d])`, 'i'),
);
const SUBJECT =
  /^(?:subject|add a subject|betreff|betreff hinzufügen|ajouter un objet|objet|asunto|oggetto|assunto|onderwerp|temat|тема|ämne|emne|件名|主题)[\s:：*]*$/i;
const SUBJECT_NAME = /(?:^|[_\-[.:])subject(?:$|[_\-\].:\d])/i;

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
  name: 'generic',
  matches: () => true,
  self: () => null,
  // What a button does on an unknown page is not known.
  answer: () => false,

  recipients(doc, el) {
    const near = recipientsNear(doc, el);
    const read = (guesses: Guess[]) =>
      addressesIn(...guesses.flatMap(({ field }) => [fieldText(field), chipsAround(field)]));
    return {
      named: read(near.filter(({ kind }) => kind !== 'bcc')),
      hidden: read(near.filter(({ kind }) => kind === 'bcc')),
    };
  },

  form(doc, el) {
    // A field for addresses may be a text area too.
    const asked = el && editorOf(el);
    if (asked && area(asked) > 0 && !kindOf(doc, asked)) return formOf(doc, asked);
    for (const editor of editorsIn(doc, el).filter((one) => !kindOf(doc, one))) {
      const form = formOf(doc, editor);
      // An editor without a field for addresses is for something else, unless the user says so.
      if (form.to) return form;
    }
    return null;
  },
};

function formOf(doc: Document, body: Element): ComposeForm {
  const around = frameOf(body) ?? body;
  const recipients = recipientsNear(doc, around);
  const of = (wanted: Kind): RecipientField | null => {
    const found = recipients.filter(({ kind }) => kind === wanted);
    // Two of a kind: nobody knows which one is meant.
    const only = found.length === 1 ? found[0]?.field : undefined;
    return only ? guessedField(only) : null;
  };
  return {
    body,
    subject: subjectNear(doc, around),
    to: of('to'),
    cc: of('cc'),
    bcc: of('bcc'),
    files: filesNear(body),
  };
}

interface Guess {
  readonly field: Element;
  readonly kind: Kind;
}

function recipientsNear(doc: Document, el: Element): Guess[] {
  const guesses = queryAround(doc, el, 'input, textarea, [contenteditable="true"], [role="combobox"]')
    .slice(0, MAX_FIELDS)
    .filter((field) => !contains(field, el))
    .flatMap((field) => {
      const kind = kindOf(doc, field);
      return kind ? [{ field, kind }] : [];
    });
  const near = nearest(
    guesses.map(({ field }) => field),
    el,
  );
  return guesses.filter(({ field }) => near.includes(field));
}

function subjectNear(doc: Document, el: Element): Element | null {
  const fields = queryAround(doc, el, 'input')
    .slice(0, MAX_FIELDS)
    .filter((field) => isTextField(field) && isSubject(doc, field));
  const near = nearest(fields, el);
  return near.length === 1 ? (near[0] ?? null) : null;
}

function isSubject(doc: Document, field: Element): boolean {
  const names = [attribute(field, 'name'), attribute(field, 'id')];
  if (names.some((name) => name !== null && SUBJECT_NAME.test(name))) return true;
  return labelsOf(doc, field).some((label) => SUBJECT.test(label.trim()));
}

/** A field for addresses: text, perhaps with chips around that the site makes of it. */
function guessedField(field: Element): RecipientField {
  const chips = () => addressesIn(chipsAround(field));
  return {
    read() {
      const typed = addressList(fieldText(field));
      const known = new Set(typed.map(bare));
      return [...typed, ...chips().filter((address) => !known.has(bare(address)))];
    },
    write(addresses) {
      // What an editable element with chips in it makes of a text is not known.
      if (!isHtml(field, 'input') && !isHtml(field, 'textarea')) return;
      // Chips stay as they are: how the site takes one away is not known. What is missing is typed.
      const there = new Set(chips().map(bare));
      typeInto(field, addresses.filter((address) => !there.has(bare(address))).join(', '));
    },
  };
}

function byKind<T>(make: (kind: Kind) => T): Readonly<Record<Kind, T>> {
  return { to: make('to'), cc: make('cc'), bcc: make('bcc') };
}

function isTextField(field: Element): boolean {
  const type = attribute(field, 'type')?.toLowerCase() ?? 'text';
  return !isHtml(field, 'input') || ['text', 'email', 'search', ''].includes(type);
}

function kindOf(doc: Document, field: Element): Kind | undefined {
  if (!isTextField(field)) return undefined;
  const names = [attribute(field, 'name'), attribute(field, 'id')].filter((name) => name !== null);
  const named = KINDS.find((kind) => names.some((name) => FIELDS[kind].test(name)));
  if (named) return named;
  const labels = labelsOf(doc, field).map((label) => label.trim());
  return KINDS.find((kind) => labels.some((label) => LABELS[kind].test(label)));
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
  return [...textsIn(row), ...attributes].filter((text) => text !== null).join(' ');
}

/** Piece by piece: what stands in two elements, as a chip and the words of its button, is not one word. */
function textsIn(row: Element): (string | null)[] {
  const texts: (string | null)[] = [];
  const walker = treeWalker(docOf(row) ?? document, row, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) texts.push(textContent(node));
  return texts;
}

function fieldsIn(row: Element): number {
  return queryAll(row, 'input:not([type="hidden"]), textarea, [contenteditable="true"]').length;
}
