// Forms that a profile finds by what their elements are called. What it does not find is looked for as on any page.

import { bare } from '../compose/fields.js';
import { closest, isDrawn, parentElement, queryAll, queryIn } from '../dom.js';
import { peopleIn } from './address.js';
import { editorOf } from './editors.js';
import { GENERIC_WRITING } from './generic.js';
import { type FileField, inPage, type RecipientField, type WritingProfile } from './index.js';

/** What a profile knows of such a form. */
export interface Known extends Pick<WritingProfile, 'name' | 'matches'>, Partial<Pick<WritingProfile, 'self'>> {
  /** The form around an element, or the newest that is drawn, and the editor in it, if it is one that the profile knows. */
  readonly find: (doc: Document, el?: Element) => { form: Element | undefined; body: Element | undefined };
  readonly subject: string;
  readonly recipients: (form: Element, kind: 'to' | 'cc' | 'bcc') => RecipientField | null;
  readonly files: (body: Element, form: Element) => FileField | null;
}

/** A profile of it. What its buttons to answer are is not known. */
export function formProfile({ find, subject, recipients, files, ...known }: Known): WritingProfile {
  return {
    self: () => null,
    answer: () => false,
    ...known,

    recipients(doc, el) {
      const { form } = find(doc, el);
      if (!form) return GENERIC_WRITING.recipients(doc, el);
      return peopleIn(
        (kind) => recipients(form, kind),
        (entries) => entries.map(bare),
      );
    },

    form(doc, el) {
      const { form, body } = find(doc, el);
      // A mail of mere text may be written in something else.
      if (!form || !body) return GENERIC_WRITING.form(doc, el);
      return {
        body,
        subject: queryAll(form, subject)[0] ?? null,
        to: recipients(form, 'to'),
        cc: recipients(form, 'cc'),
        bcc: recipients(form, 'bcc'),
        files: files(body, form),
      };
    },
  };
}

/** Finds a form by a name of its own, and the editor by one below that. */
export function formNamed(form: string, editor: string): Known['find'] {
  return (doc, el) => {
    const near = (el && closest(inPage(doc, el), form)) ?? undefined;
    const editors = near ? queryAll(near, editor) : el ? [] : queryIn(doc, editor);
    const last = [...editors].filter(isDrawn).at(-1);
    const around = near ?? (last && closest(last, form)) ?? undefined;
    return { form: around, body: last && editorOf(last) };
  };
}

/** The smallest part of the page around an element that has such a field. With those of two forms it is none. */
export function formWith(field: string, el: Element): Element | undefined {
  for (let up: Element | null = el; up; up = parentElement(up)) {
    const count = queryAll(up, field).length;
    if (count > 0) return count === 1 ? up : undefined;
  }
  return undefined;
}
