import { html, type TemplateResult } from 'lit';
import type { Confirmation, Fingerprint } from 'waxseal-wasm';
import { t } from '../i18n.js';
import { icon } from '../icons.js';
import { expect } from '../vault.js';

/** Opens the page of a key, in a window of its own: there it is compared with its owner and confirmed. */
export async function showKey(key: Fingerprint): Promise<void> {
  await expect('done', { kind: 'show_key', key });
}

/**
 * The way there. It is the same for keys that are confirmed and for others, but for its words: the page around a frame sees
 * how high that is, and need not know whom the user knows.
 */
export function keyButton(confirmation: Confirmation, show: () => void): TemplateResult {
  return html`<button type="button" class="small-button show-key no-print" @click=${show}>
    ${icon('key')}<span>${t(confirmation === 'unconfirmed' ? 'confirm_key' : 'show_key')}</span>
  </button>`;
}
