import { html, type TemplateResult } from 'lit';
import type { Wanted } from 'waxseal-wasm';
import { t } from '../i18n.js';
import { icon } from '../icons.js';
import { expect } from '../vault.js';

/** Opens the window in which a key is looked for. Nobody is asked before the user says so there. */
export async function lookFor(wanted: Wanted): Promise<void> {
  await expect('done', { kind: 'stage_lookup', wanted });
}

/** The way there, where a key is what is missing. */
export function lookupButton(look: () => void, label?: string): TemplateResult {
  return html`<button type="button" class="small-button look-for-key" aria-label=${label ?? t('lookup_key')} @click=${look}>
    ${icon('search')}<span>${t('lookup_key')}</span>
  </button>`;
}
