// What a person should know before trusting a file with a password: said plainly, and promising nothing.

import { html, nothing, type TemplateResult } from 'lit';
import { notice } from '../ui/components/parts.js';
import { type TextKey, t } from '../ui/i18n.js';
import { about, licences } from './blocks.js';

/** Who the file says it is from: anybody can write that. */
export function sender(): TemplateResult | typeof nothing {
  const { name, address } = about();
  if (!name && !address) return nothing;
  const who = name && address ? `${name} <${address}>` : name || address;
  return html`<p>${t('letter_from')} <bdi>${who}</bdi></p>
    <p class="dim small">${t('letter_from_unsure')}</p>`;
}

const DEAD = {
  damaged: ['letter_damaged', 'letter_damaged_fix'],
  old: ['letter_old', 'letter_old_fix'],
  website: ['letter_website', 'letter_website_fix'],
} as const satisfies Record<string, readonly [TextKey, TextKey]>;

/** Why it cannot be opened here, and what to do. */
export function dead(why: keyof typeof DEAD): TemplateResult {
  const [what, fix] = DEAD[why];
  return notice('bad', html`<p class="strong">${t(what)}</p><p>${t(fix)}</p>`, 'alert');
}

/**
 * Opens another message with this page: whoever has checked one page once need not trust the next, which might be false.
 * `missing` names a file that holds none.
 */
export function chooser(missing: string, choose: (file: File) => void): TemplateResult {
  const chosen = ({ target }: Event) => {
    const input = target as HTMLInputElement;
    const [file] = input.files ?? [];
    input.value = '';
    if (file) choose(file);
  };
  return html`<details ?open=${missing !== ''}>
    <summary>${t('letter_choose')}</summary>
    <div class="field">
      <label for="other">${t('letter_choose_file')}</label>
      <input id="other" type="file" accept=".html,.htm,.asc,.pgp,.gpg,.txt" aria-describedby="other-why" @change=${chosen} />
      <p id="other-why" class="hints dim">${t('letter_choose_why')}</p>
      ${missing ? notice('bad', t('letter_choose_none', missing), 'alert') : nothing}
    </div>
  </details>`;
}

const CHECK = ['letter_check_mail', 'letter_check_file', 'letter_check_password', 'letter_check_offline'] as const;
const FACTS = ['letter_fact_reads', 'letter_fact_here', 'letter_fact_writer', 'letter_fact_saved'] as const;

/** How to check it, what it is, and whose work is in it. */
export function advice(): TemplateResult {
  const list = (keys: readonly TextKey[]) =>
    html`<ul class="advice">${keys.map((key) => html`<li>${t(key)}</li>`)}</ul>`;
  return html`<section class="letter-about">
    <details><summary>${t('letter_check')}</summary>${list(about().compatible ? [...CHECK, 'letter_check_gpg'] : CHECK)}</details>
    <details><summary>${t('letter_facts')}</summary>${list(FACTS)}</details>
    <details @toggle=${showLicences}><summary>${t('letter_licences')}</summary><pre class="licences" lang="en" tabindex="0"></pre></details>
  </section>`;
}

async function showLicences({ currentTarget }: Event): Promise<void> {
  const text = (currentTarget as Element).querySelector('pre');
  if (text && text.textContent === '') text.textContent = await licences().catch(() => t('letter_damaged'));
}
