// Small pieces that need no state of their own.

import { html, nothing, type TemplateResult } from 'lit';
import type { Reason } from 'waxseal-wasm';
import { daysOffered } from '../days.js';
import type { Tone } from '../format.js';
import { type TextKey, t } from '../i18n.js';
import { type IconName, icon } from '../icons.js';
import type { Refused } from '../vault.js';
import './emblem.js';

const toneIcon: Record<Tone, IconName> = { good: 'check', warn: 'warn', bad: 'stop', plain: 'info' };

/** A state in words, with an icon so that the colour is never alone. */
export function badge(tone: Tone, text: string): TemplateResult {
  return html`<span class="badge ${tone}">${icon(toneIcon[tone])}<span>${text}</span></span>`;
}

/** A box with something to know. */
export function notice(tone: Tone, content: TemplateResult | string, role?: 'alert' | 'status'): TemplateResult {
  return html`<div class="notice ${tone}" role=${role ?? nothing}>${icon(toneIcon[tone])}<div>${content}</div></div>`;
}

/** Why a key cannot be used, as a list. */
export function reasonList(reasons: readonly Reason[]): TemplateResult | typeof nothing {
  if (reasons.length === 0) return nothing;
  return html`<ul class="reasons">
    ${reasons.map((reason) => html`<li>${t(`reason_${reason}`)}</li>`)}
  </ul>`;
}

/** What went wrong and what to do about it. Its text can be selected and copied. */
export function failure(refused: Refused | undefined): TemplateResult | typeof nothing {
  if (!refused) return nothing;
  return notice(
    'bad',
    html`<p class="strong">${t(`err_${refused.code}`)}</p>
      ${reasonList(refused.detail?.reasons ?? [])}
      <p>${t(`fix_${refused.code}`)}</p>`,
    'alert',
  );
}

/** Characters of an address. */
const MAX_ADDRESS = 254;

/** One line to be filled in, or a day in the future. */
export interface LineField {
  readonly id: string;
  readonly label: TextKey;
  /** What is wrong with it; it takes the place of the hint. */
  readonly problem: string;
  readonly hint?: string;
  readonly type?: 'text' | 'email' | 'date';
  readonly complete?: 'off' | 'name' | 'email';
  readonly max?: number | undefined;
  readonly typed?: () => void;
}

/** A line to be filled in, and what there is to say of it, to be read out with it. */
export function lineField(line: LineField): TemplateResult {
  const { id, problem } = line;
  const below = problem || line.hint;
  const days = line.type === 'date' ? daysOffered() : undefined;
  return html`<div class="field">
    <label for=${id}>${t(line.label)}</label>
    <input
      id=${id}
      type=${line.type ?? 'text'}
      autocomplete=${line.complete ?? 'off'}
      maxlength=${days ? nothing : (line.max ?? MAX_ADDRESS)}
      min=${days?.first ?? nothing}
      max=${days?.last ?? nothing}
      aria-describedby=${below ? `${id}-hint` : nothing}
      aria-invalid=${problem ? 'true' : nothing}
      @input=${line.typed ?? nothing}
    />
    ${below ? html`<p id="${id}-hint" class="hints ${problem ? 'bad-text' : 'dim'}">${below}</p>` : nothing}
  </div>`;
}

/** "Please wait" for a job whose length is not known. */
export function working(text: string): TemplateResult {
  return html`<div class="working" role="status"><progress aria-label=${text}></progress><span>${text}</span></div>`;
}

/** The seal with a title, and the user's own sign: the head of every page. */
export function head(title: TextKey, after?: TemplateResult): TemplateResult {
  return html`<header class="head">
    <img src="icons/128.png" alt="" width="40" height="40" />
    <h1>${t(title)}</h1>
    <wx-emblem ask></wx-emblem>
    ${after ?? nothing}
  </header>`;
}

/** Pages that are tabs. */
type TabPage = 'keys' | 'files' | 'settings' | 'welcome';

/** The head and the way around, for pages in tabs. */
export function tabHead(title: TextKey, here: TabPage): TemplateResult {
  const link = (page: TabPage, text: TextKey) =>
    html`<a href="${page}.html" aria-current=${page === here ? 'page' : nothing}>${t(text)}</a>`;
  return head(
    title,
    html`<nav aria-label=${t('nav_label')}>
      ${link('keys', 'nav_keys')} ${link('files', 'nav_files')} ${link('settings', 'nav_settings')}
      ${link('welcome', 'nav_welcome')}
    </nav>`,
  );
}
