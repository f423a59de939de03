// One key in a list: a line that says what matters, and details on demand.

import { html, nothing, type TemplateResult } from 'lit';
import type { ComponentInfo, KeyInfo, KeyUse } from 'waxseal-wasm';
import { day, grouped, keyAddress, keyAlgorithms, keyExpiry, keyName, keyState } from '../format.js';
import { type TextKey, t } from '../i18n.js';
import { icon } from '../icons.js';
import { badge, notice, reasonList } from './parts.js';

/** What can be done with a key in a list. */
export interface KeyActions {
  toggle(key: KeyInfo): void;
  copy(key: KeyInfo): void;
  save(key: KeyInfo): void;
  export(key: KeyInfo): void;
  remove(key: KeyInfo): void;
  unlock(key: KeyInfo): void;
  /** Hear no more of a copy. */
  dismiss(key: KeyInfo): void;
  details(key: KeyInfo): void;
}

/** One entry of the key list; its details are there only when `open`. Nobody has a copy of it when `uncopied`. */
export function keyCard(key: KeyInfo, open: boolean, uncopied: boolean, actions: KeyActions): TemplateResult {
  const id = `key-${key.fingerprint}`;
  const state = keyState(key);
  const address = keyAddress(key);
  return html`<li class="card key ${open ? 'open' : ''}">
    <h3>
      <button
        type="button"
        class="key-line"
        aria-expanded=${open ? 'true' : 'false'}
        aria-controls=${id}
        @click=${() => actions.toggle(key)}
      >
        <span class="avatar ${key.secret ? 'own' : ''}">${icon(key.secret ? 'key' : 'person')}</span>
        <span class="key-who">
          <span class="key-name">${keyName(key)}</span>
          ${address ? html`<span class="key-address">${address}</span>` : nothing}
          <span class="key-facts">
            ${badge(state.tone, state.text)}
            ${key.secret ? lockFact(key) : nothing}
            <span class="fact">${[keyAlgorithms(key), keyExpiry(key)].filter(Boolean).join(' · ')}</span>
          </span>
        </span>
        ${icon('down')}
      </button>
    </h3>
    ${uncopied ? copyWish(key, actions) : nothing}
    <div id=${id} class="key-details" ?hidden=${!open}>${open ? keyOpen(key, actions) : nothing}</div>
  </li>`;
}

/** A part can stay closed that has another passphrase. */
function lockFact({ unlocked, partly_unlocked: partly }: KeyInfo): TemplateResult {
  const text = partly ? 'partly_unlocked' : unlocked ? 'unlocked' : 'locked';
  return html`<span class="fact">${icon(unlocked || partly ? 'unlock' : 'lock')}${t(text)}</span>`;
}

function copyWish(key: KeyInfo, actions: KeyActions): TemplateResult {
  return html`<div class="copy-wish">
    ${notice(
      'warn',
      html`<p>${t('no_copy')}</p>
        <div class="actions" role="group" aria-label=${t('key_actions', keyName(key))}>
          <button type="button" @click=${() => actions.export(key)}>${icon('open')}<span>${t('export_now')}</span></button>
          <button type="button" @click=${() => actions.dismiss(key)}>${t('no_copy_dismiss')}</button>
        </div>`,
    )}
  </div>`;
}

function keyOpen(key: KeyInfo, actions: KeyActions): TemplateResult {
  const button = (name: Parameters<typeof icon>[0], text: TextKey, run: (key: KeyInfo) => void, extra = '') =>
    html`<button type="button" class=${extra} @click=${() => run(key)}>${icon(name)}<span>${t(text)}</span></button>`;
  return html`${keyDetails(key)}
    <div class="actions" role="group" aria-label=${t('key_actions', keyName(key))}>
      ${button('copy', 'copy_public_key', actions.copy)} ${button('save', 'save_public_key', actions.save)}
      ${key.secret && !key.unlocked ? button('unlock', 'unlock', actions.unlock) : nothing}
      ${key.secret ? button('open', 'export', actions.export) : nothing}
      ${button('pen', 'key_details', actions.details)}
      ${button('trash', 'delete', actions.remove, 'danger')}
    </div>`;
}

/** Everything that is known of a key: user IDs, fingerprint, dates, subkeys. */
export function keyDetails(key: KeyInfo): TemplateResult {
  return html`${key.reasons.length ? notice('warn', html`${reasonList(key.reasons)}`) : nothing}
    <dl class="facts">
      <dt>${t('user_ids')}</dt>
      <dd>${userIds(key)}</dd>
      <dt>${t('fingerprint')}</dt>
      <dd>${fingerprint(key.fingerprint)}</dd>
      <dt>${t('key_kind')}</dt>
      <dd>${keyAlgorithms(key)}</dd>
      <dt>${t('created')}</dt>
      <dd>${day(key.created)}</dd>
      <dt>${t('expires')}</dt>
      <dd>${key.expires == null ? t('never') : day(key.expires)}</dd>
      ${key.added == null ? nothing : html`<dt>${t('added')}</dt><dd>${day(key.added)}</dd>`}
    </dl>
    ${subkeys(key)}`;
}

/** Every user ID, the main one first; those that do not hold say so. */
export function userIds(key: KeyInfo): TemplateResult {
  if (key.user_ids.length === 0) return html`${t('no_user_id')}`;
  return html`<ul class="plain-list">
    ${key.user_ids.map(
      (id) =>
        html`<li>
          <bdi>${id.text}</bdi>
          ${id.revoked ? badge('bad', t('uid_revoked')) : id.valid ? nothing : badge('warn', t('uid_unproven'))}
        </li>`,
    )}
  </ul>`;
}

/** A fingerprint in groups; selectable in one go. */
export function fingerprint(hex: string): TemplateResult {
  return html`<span class="fingerprint" translate="no">${grouped(hex)}</span>`;
}

const USE_TEXT = {
  certify: 'use_certify',
  sign: 'use_sign',
  encrypt: 'use_encrypt',
  authenticate: 'use_authenticate',
} as const satisfies Record<KeyUse, TextKey>;

/** One component key: what it is for, its algorithm, its time, and what keeps it from being used. */
export function componentFacts(component: ComponentInfo, index: number): TemplateResult {
  return html`<p>
      <span class="strong">${t(index === 0 ? 'primary_key' : 'subkey')}</span> · ${component.algorithm} ·
      ${component.uses.map((use) => t(USE_TEXT[use])).join(', ') || t('use_none')}
    </p>
    <p>${fingerprint(component.fingerprint)}</p>
    <p class="dim">
      ${t('created_on', day(component.created))} ·
      ${component.expires == null ? t('expires_never') : t('expires_on', day(component.expires))}
    </p>
    ${reasonList(component.reasons)}`;
}

function subkeys(key: KeyInfo): TemplateResult | typeof nothing {
  if (key.components.length === 0) return nothing;
  const row = (component: ComponentInfo, index: number) => html`<li>${componentFacts(component, index)}</li>`;
  return html`<details class="subkeys">
    <summary>${t('subkeys')}</summary>
    <ul class="plain-list">
      ${key.components.map(row)}
    </ul>
  </details>`;
}
