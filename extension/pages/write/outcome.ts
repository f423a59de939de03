// What became of the mail, in the place of what was written.

import { html, nothing, type TemplateResult } from 'lit';
import { MAX_TITLE, type OtherForm } from '../../desk/other-forms.js';
import { notice } from '../../ui/components/parts.js';
import { type TextKey, t } from '../../ui/i18n.js';
import { icon } from '../../ui/icons.js';
import type { Delivery, Work } from './delivery.js';

/** What the user can do about it. */
export interface Ways {
  readonly again: () => void;
  /** Into a form in another tab; without one, into that which the page shows now. */
  readonly into: (form?: OtherForm) => void;
  readonly copy: () => void;
  readonly save: () => void;
  readonly back: () => void;
  /** Goes to the webmail. */
  readonly done: () => void;
  readonly close: () => void;
}

/** How far it is, while it is made and put into the page. */
export function progressPart(delivery: Delivery, signed: boolean): TemplateResult | typeof nothing {
  const { work, waiting } = delivery;
  if ((work.at !== 'making' && work.at !== 'putting') || waiting) return nothing;
  const text = t(work.at === 'putting' ? 'putting' : signed ? 'signing' : 'encrypting');
  return html`<div class="working" role="status">
    <progress aria-label=${text} max="1" .value=${work.share}></progress><span>${text}</span>
    <button type="button" class="small-button" @click=${() => delivery.stop()}>${t('cancel')}</button>
  </div>`;
}

/**
 * It is in the page: read back and compared. `files` were attached there besides; `stays`: its draft is kept in case that it does
 * not go out, false when that could not be.
 */
export function delivered(
  host: string,
  signed: boolean,
  files: readonly string[],
  stays: boolean | undefined,
  ways: Ways,
): TemplateResult {
  return html`<section class="outcome sheet">
    <h2 id="delivered" class="good-text">${icon('check')}<span>${t(signed ? 'there_signed' : 'there')}</span></h2>
    ${besidesPart(files)}
    <p id="delivered-next">${t('there_next', host)}</p>
    <div class="actions">
      <button type="button" class="primary" aria-describedby="delivered delivered-next" @click=${ways.done}>${icon('mail')}<span>${t('go_to_webmail')}</span></button>
      ${backButton(ways)}
      ${stays === false ? html`<button type="button" @click=${ways.close}>${t('close')}</button>` : nothing}
    </div>
    <div role="status">
      ${stays === true ? html`<p class="small dim">${t('there_kept')}</p>` : nothing}
      ${stays === false ? notice('warn', t('there_unkept')) : nothing}
    </div>
  </section>`;
}

function backButton({ back }: Ways): TemplateResult {
  return html`<button type="button" @click=${back}>${icon('back')}<span>${t('back_to_writing')}</span></button>`;
}

/** What Waxseal has not put there goes out as it is, whatever is said of the mail. */
function besidesPart(files: readonly string[]): TemplateResult | typeof nothing {
  return files.length > 0 ? notice('warn', t('put_page_files', files.join(', ')), 'alert') : nothing;
}

const PROBLEM = {
  no_form: 'put_no_form',
  mangled: 'put_mangled',
  fields: 'put_fields',
  attach: 'put_attach',
  too_large: 'put_too_large',
  limit: 'put_limit',
  page_gone: 'put_page_gone',
} as const satisfies Record<Stuck['result']['reason'], TextKey>;

type Stuck = Extract<Work, { at: 'stuck' }>;

/** It is not all in the page. What is made is here, and goes where the user takes it. */
export function stuck(
  { made, result, taken }: Stuck,
  host: string,
  others: readonly OtherForm[],
  ways: Ways,
): TemplateResult {
  const { reason, there } = result;
  const files = made.files.length > 0;
  const state = (is: boolean, text: TextKey) =>
    html`<li class=${is ? 'good' : 'bad'}>${icon(is ? 'check' : 'cross')}<span>${t('pair', t(text), t(is ? 'is_there' : 'is_not_there'))}</span></li>`;
  const any = there.text || there.fields || there.files;
  return html`<section class="outcome sheet">
    ${notice('warn', html`<p class="strong">${t(taken?.readdressed ? 'put_readdressed' : taken ? 'put_taken' : PROBLEM[reason])}</p><p>${t('put_safe')}</p>`, 'alert')}
    ${
      any
        ? html`<ul class="seen plain-list" aria-label=${t('put_there_title')}>
            ${state(there.text, 'put_text')} ${state(there.fields, 'put_people')} ${files ? state(there.files, 'attachments') : nothing}
          </ul>`
        : nothing
    }
    ${besidesPart(taken?.files ?? result.files ?? [])}
    ${
      taken
        ? html`<p>${t('put_taken_into')}</p>
            <div class="actions">
              <button type="button" id="put-there" @click=${() => ways.into()}><span>${t('put_into', nameOf({ title: host, subject: taken.subject?.slice(0, MAX_TITLE) ?? '' }))}</span></button>
            </div>`
        : nothing
    }
    <div role="status">${others.length > 0 ? html`<p>${t('other_forms')}</p>` : nothing}</div>
    ${
      others.length > 0
        ? html`<ul class="plain-list other-forms">
            ${others.map(
              (one) =>
                html`<li><button type="button" @click=${() => ways.into(one)}><span>${t('put_into', nameOf(one))}</span></button></li>`,
            )}
          </ul>`
        : nothing
    }
    <div class="actions">
      <button type="button" id="again" class="primary" @click=${ways.again}>${t('try_again')}</button>
      <button type="button" @click=${ways.copy}>${icon('copy')}<span>${t('copy')}</span></button>
      <button type="button" @click=${ways.save}>${icon('save')}<span>${t('save_as_file')}</span></button>
      ${backButton(ways)}
    </div>
    <p class="small dim">${t(files ? 'put_by_hand_files' : 'put_by_hand')}</p>
  </section>`;
}

/** As the tab is called, and its subject: several may be called alike. The page's words keep their direction to themselves. */
function nameOf({ title, subject }: Omit<OtherForm, 'tab'>): string {
  return `\u2068${[title, subject].filter((one) => one.trim() !== '').join(' – ')}\u2069`;
}
