// Small pieces that need no state of their own.

import { html, nothing, type TemplateResult } from 'lit';
import type { Reason } from 'waxseal-wasm';
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
