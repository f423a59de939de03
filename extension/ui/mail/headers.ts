// Who wrote to whom, when and about what.

import { html, nothing, type TemplateResult } from 'lit';
import type { HeaderField, HeaderProtection, MailAddress, MailHeaders, OutsideField } from 'waxseal-wasm';
import { mailDate } from '../format.js';
import { type TextKey, t } from '../i18n.js';
import { type IconName, icon } from '../icons.js';

const FIELD = {
  subject: 'header_subject',
  from: 'header_from',
  to: 'header_to',
  cc: 'header_cc',
  reply_to: 'header_reply_to',
  date: 'header_date',
} as const satisfies Record<HeaderField, TextKey>;

const PROTECTION = {
  outside: ['info', 'headers_outside', 'headers_outside'],
  signed: ['pen', 'headers_signed', 'headers_signed_undated'],
  encrypted: ['lock', 'headers_encrypted', 'headers_encrypted_undated'],
} as const satisfies Record<HeaderProtection, readonly [IconName, TextKey, undated: TextKey]>;

/** Addresses of one field that are shown at once; a mail to a whole company has its list on demand. */
const MAX_SHOWN = 12;

/** The headers as a card above the text; nothing when there are none: a file can hold a message without them. */
export function mailHead(headers: MailHeaders): TemplateResult | typeof nothing {
  const { subject, from, to, cc, reply_to, date, protection, outside } = headers;
  const { sent, undated } = dateOf(headers);
  if (subject == null && date == null && [from, to, cc, outside].every((list) => list.length === 0)) return nothing;
  const [sign, dated, without] = PROTECTION[protection];
  const note = protection === 'outside' && headers.secret_subject ? 'headers_subject' : undated ? without : dated;
  return html`<header class="mail-head">
    <h2 dir="auto" lang="">${subject || t('no_subject')}</h2>
    <dl class="facts">
      <dt>${t('header_from')}</dt>
      <dd>${from.length > 0 ? addresses(from) : html`<span class="dim">${t('nobody_named')}</span>`}</dd>
      ${row('header_to', to)} ${row('header_cc', cc)} ${row('header_reply_to', reply_to)}
      ${sent && !undated ? html`<dt>${t('header_date')}</dt><dd>${sent}</dd>` : nothing}
      ${undated ? html`<dt>${t('header_date')}</dt><dd><bdi>${sent}</bdi> <span class="dim">${t('from_outside')}</span></dd>` : nothing}
    </dl>
    <p class="head-note dim small">
      ${icon(sign)}<span>${t(note)}</span>
    </p>
    ${otherwise(undated ? outside.filter(({ field }) => field !== 'date') : outside)}
  </header>`;
}

/** When it was sent, for people, if anything says so. `undated`: only the outside does, as many programs protect all but the date. */
export function dateOf({ date, outside }: MailHeaders): { readonly sent: string; readonly undated: boolean } {
  if (date != null) return { sent: mailDate(date), undated: false };
  const value = outside.find(({ field }) => field === 'date')?.value;
  return value ? { sent: outerDate(value), undated: true } : { sent: '', undated: false };
}

/** A date as the outside writes it; as it stands there where nobody can tell which one it is. */
function outerDate(value: string): string {
  const at = Date.parse(value);
  return Number.isNaN(at) ? value : mailDate(Math.floor(at / 1000));
}

function row(title: TextKey, list: readonly MailAddress[]): TemplateResult | typeof nothing {
  return list.length > 0 ? html`<dt>${t(title)}</dt><dd>${addresses(list)}</dd>` : nothing;
}

function addresses(list: readonly MailAddress[]): TemplateResult {
  const names = (some: readonly MailAddress[]) =>
    html`<ul class="addresses">${some.map((one) => html`<li>${address(one)}</li>`)}</ul>`;
  const rest = list.slice(MAX_SHOWN);
  return html`${names(list.slice(0, MAX_SHOWN))}
    ${rest.length > 0 ? html`<details><summary>${t('more_addresses', rest.length)}</summary>${names(rest)}</details>` : nothing}`;
}

/** The address is always there: a name is whatever its sender likes. */
function address({ name, address }: MailAddress): TemplateResult {
  if (!name) return html`<bdi>${address}</bdi>`;
  return html`<bdi>${name}</bdi> <bdi class="dim">${address ? `<${address}>` : t('no_address')}</bdi>`;
}

/** What the outside of the mail says, where that is something else. */
function otherwise(outside: readonly OutsideField[]): TemplateResult | typeof nothing {
  if (outside.length === 0) return nothing;
  return html`<details class="outside">
    <summary>${icon('info')}<span>${t('outside_differs')}</span>${icon('down')}</summary>
    <dl class="facts">
      ${outside.map(
        ({ field, value }) =>
          html`<dt>${t(FIELD[field])}</dt><dd>${value ? html`<bdi>${value}</bdi>` : html`<span class="dim">${t('outside_nothing')}</span>`}</dd>`,
      )}
    </dl>
  </details>`;
}
