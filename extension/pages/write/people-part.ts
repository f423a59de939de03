// To, Cc and Bcc.

import { html, nothing, type TemplateResult } from 'lit';
import '../../ui/components/recipients.js';
import { type TextKey, t } from '../../ui/i18n.js';
import type { Writing } from './writing.js';

/** A field of addresses. */
export type PeopleField = 'to' | 'cc' | 'bcc';

const LABEL = { to: 'header_to', cc: 'header_cc', bcc: 'header_bcc' } as const satisfies Record<PeopleField, TextKey>;

/** There is something in the field that has the focus: it is not taken away from it. */
export function isTyping(window: HTMLElement): boolean {
  const field = window.querySelector<HTMLInputElement>('.heads input:focus');
  return field !== null && field.value !== '';
}

/** The fields; `shown` are those that the user has asked for, the others are folded away while they are empty. */
export function peoplePart(
  writing: Writing,
  shown: ReadonlySet<PeopleField>,
  set: (field: PeopleField, addresses: string[]) => void,
  show: (field: PeopleField) => void,
): TemplateResult {
  const { mail } = writing;
  const folded = (['cc', 'bcc'] as const).filter((field) => mail[field].length === 0 && !shown.has(field));
  const open = (['to', 'cc', 'bcc'] as const).filter((field) => !folded.some((one) => one === field));
  return html`${open.map(
    (field) => html`<wx-recipients
      class="row"
      field-id=${field}
      .label=${t(LABEL[field])}
      .addresses=${[...mail[field]]}
      .infos=${writing.infos}
      .suggestions=${writing.suggestions}
      @changed=${({ detail }: CustomEvent<string[]>) => set(field, detail)}
    ></wx-recipients>`,
  )}
  ${
    folded.length > 0
      ? html`<div class="more-fields">
          ${folded.map(
            (field) => html`<button type="button" class="quiet small-button" @click=${() => show(field)}>
              ${t(field === 'cc' ? 'add_cc' : 'add_bcc')}
            </button>`,
          )}
        </div>`
      : nothing
  }`;
}
