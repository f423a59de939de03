// Pieces of the composer that need no state of their own.

import { html, nothing, type TemplateResult } from 'lit';
import type { KeyInfo, RecipientInfo } from 'waxseal-wasm';
import { notice } from '../../ui/components/parts.js';
import '../../ui/components/recipients.js';
import { keyLine } from '../../ui/format.js';
import { type TextKey, t } from '../../ui/i18n.js';
import { icon } from '../../ui/icons.js';
import './new-password.js';

/** While the key is locked: the unlock window may have been closed, and the user may think better of it. */
export function waiting(unlock: () => void, back: () => void): TemplateResult {
  return notice(
    'plain',
    html`<p role="status">${t('waiting_for_unlock')}</p>
      <div class="actions">
        <button id="unlock" type="button" @click=${unlock}>${icon('unlock')}<span>${t('unlock')}</span></button>
        <button type="button" @click=${back}>${t('back')}</button>
      </div>`,
  );
}

/** A password that opens the message as well, for people without a key. */
export function passwordPart(wanted: boolean, want: (wanted: boolean) => void): TemplateResult {
  return html`<fieldset>
    <label class="check">
      <input
        id="use-password"
        type="checkbox"
        .checked=${wanted}
        @change=${(event: Event) => want((event.target as HTMLInputElement).checked)}
      />
      <span>${t('use_password')}</span>
    </label>
    ${
      wanted
        ? html`<div class="indent">
            <wx-new-password></wx-new-password>
            <p class="hints dim">${t('use_password_hint')}</p>
          </div>`
        : nothing
    }
  </fieldset>`;
}

/** A way to the field for Bcc. */
export function addBcc(show: () => void): TemplateResult {
  return html`<button type="button" class="quiet small-button" @click=${show}>${t('add_bcc')}</button>`;
}

/** Those whom the others must not learn of. */
export function bccPart(
  addresses: readonly string[],
  infos: ReadonlyMap<string, RecipientInfo>,
  change: (addresses: string[]) => void,
): TemplateResult {
  return html`<div>
    <wx-recipients
      field-id="bcc"
      .label=${t('header_bcc')}
      .addresses=${[...addresses]}
      .infos=${infos}
      @changed=${({ detail }: CustomEvent<string[]>) => change(detail)}
    ></wx-recipients>
    <p class="hints dim">${t('seen_bcc')}</p>
  </div>`;
}

/** Whether the user will be able to read it; `wanted` in the settings. */
export function toSelfText(wanted: boolean, own: KeyInfo): TextKey {
  if (!wanted) return 'to_self_off';
  return own.can_encrypt ? 'to_self_on' : 'to_self_cannot';
}

/** The choice between several own keys; with nothing `chosen` the user has to. */
export function signAs(
  own: readonly KeyInfo[],
  chosen: string | undefined,
  choose: (fingerprint: string) => void,
): TemplateResult {
  return html`<div class="field indent">
    <label for="signer">${t('sign_as')}</label>
    <select id="signer" @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}>
      ${chosen === undefined ? html`<option value="" disabled .selected=${true}>${t('choose_signer')}</option>` : nothing}
      ${own.map((key) => html`<option value=${key.fingerprint} .selected=${key.fingerprint === chosen}>${keyLine(key)}</option>`)}
    </select>
  </div>`;
}

/** The message, for the user to paste: the page has gone, or it `refused`. */
export function finished(result: string, refused: boolean, copy: () => void, close: () => void): TemplateResult {
  return html`${notice('warn', t(refused ? 'not_inserted' : 'page_gone_result'), 'alert')}
    <div class="field">
      <label for="result">${t('encrypted_message')}</label>
      <textarea id="result" class="mono" rows="10" readonly autocomplete="off" spellcheck="false" .value=${result}></textarea>
    </div>
    <div class="actions">
      <button id="copy-result" type="button" class="primary" @click=${copy}>${icon('copy')}<span>${t('copy')}</span></button>
      <button type="button" @click=${close}>${t('close')}</button>
    </div>`;
}
