// Who writes to whom, and about what.

import { html, type TemplateResult } from 'lit';
import type { Answer } from './answering.js';
import type { Composition } from './composition.js';
import { replyToPart } from './notices.js';
import { fromPart, subjectPart } from './parts.js';
import { type PeopleField, peoplePart } from './people-part.js';
import type { Writing } from './writing.js';

/** What can be done there. */
export interface HeadActs {
  readonly set: (patch: Partial<Composition>) => void;
  readonly show: (field: PeopleField) => void;
  /** The user says where an answer goes. */
  readonly settle: (to: readonly string[]) => void;
}

/** All heads of the mail; `shown` are fields that the user has asked for. */
export function headsPart(
  writing: Writing,
  answer: Answer | undefined,
  shown: ReadonlySet<PeopleField>,
  { set, show, settle }: HeadActs,
): TemplateResult {
  return html`<div class="heads">
    ${fromPart(writing, (from) => set({ from }))}
    ${peoplePart(writing, shown, (field, addresses) => set({ [field]: addresses }), show)}
    ${replyToPart(answer, settle)}
    ${subjectPart(
      writing.mail.subject,
      writing.plan,
      writing.spelling,
      (subject) => set({ subject }),
      (hidden) => set({ hidden }),
    )}
  </div>`;
}
