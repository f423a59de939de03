// Public keys of a block, before anything is stored.

import { html, type TemplateResult } from 'lit';
import type { KeyInfo } from 'waxseal-wasm';
import { fingerprint, userIds } from '../../ui/components/key-card.js';
import { badge } from '../../ui/components/parts.js';
import { keyState } from '../../ui/format.js';

/** Keys of a block or key IDs that are listed; the key manager shows them all. */
export const MAX_SHOWN_KEYS = 20;

/** The keys, each with what is needed to compare it. */
export function keyList(keys: readonly KeyInfo[]): TemplateResult {
  return html`<ul class="plain-list key-list">
    ${keys.slice(0, MAX_SHOWN_KEYS).map((key) => {
      const state = keyState(key);
      return html`<li>
        ${userIds(key)}
        <p>${fingerprint(key.fingerprint)}</p>
        <p>${badge(state.tone, state.text)}</p>
      </li>`;
    })}
  </ul>`;
}
