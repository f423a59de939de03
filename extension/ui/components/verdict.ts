// What Waxseal says about a message: drawn above it and never inside it.

import { html, nothing, type TemplateResult } from 'lit';
import type { SignatureState, SignatureVerdict, Summary, Verdict } from 'waxseal-wasm';
import { grouped, moment, type Tone } from '../format.js';
import { type TextKey, t } from '../i18n.js';
import { type IconName, icon } from '../icons.js';
import { fingerprint } from './key-card.js';
import { badge, reasonList } from './parts.js';

const SUMMARY_TONE: Record<Summary, Tone> = {
  not_signed: 'plain',
  signed_by_sender: 'good',
  signed_sender_unknown: 'plain',
  signed_by_other: 'warn',
  unknown_signer: 'warn',
  bad_signature: 'bad',
  unusable_signature: 'warn',
  meant_for_others: 'bad',
  mixed: 'bad',
};

const STATE_TONE: Record<SignatureState, Tone> = { good: 'good', bad: 'bad', unknown_key: 'warn', unusable: 'warn' };

const TONE_ICON: Record<Tone, IconName> = { good: 'check', warn: 'warn', bad: 'stop', plain: 'info' };

/** The tone of a whole message. */
export function verdictTone(verdict: Verdict): Tone {
  return SUMMARY_TONE[verdict.summary];
}

/** The icon of its tone. */
export function verdictIcon(verdict: Verdict): TemplateResult {
  return icon(TONE_ICON[verdictTone(verdict)]);
}

/** Who made the good signature. */
export function signerOf(verdict: Verdict): string {
  const signer = verdict.signatures.find((signature) => signature.state === 'good' && signature.signer);
  return signer ? signerText(signer) : t('someone');
}

/** The sentences: encrypted or not, who signed, what else to know. */
export function verdictText(verdict: Verdict): TemplateResult {
  return html`<p class="verdict-line">
      ${icon(verdict.encrypted ? 'lock' : 'mail')}<span>${t(verdict.encrypted ? 'encrypted_yes' : 'encrypted_no')}</span>
    </p>
    <p class="verdict-line strong">${verdictIcon(verdict)}<span>${t(`summary_${verdict.summary}`, signerOf(verdict))}</span></p>
    ${verdict.notes.map((note) => html`<p class="verdict-line">${icon('warn')}<span>${t(`note_${note}`)}</span></p>`)}`;
}

/** Each signature in full, folded away. */
export function signatureDetails(verdict: Verdict): TemplateResult | typeof nothing {
  if (verdict.signatures.length === 0) return nothing;
  return html`<details class="signatures">
    <summary>${t('signature_details')}</summary>
    <ul class="plain-list">
      ${verdict.signatures.map(signatureEntry)}
    </ul>
  </details>`;
}

function signatureEntry(signature: SignatureVerdict): TemplateResult {
  return html`<li>
    <p>${badge(STATE_TONE[signature.state], t(`signature_state_${signature.state}`))}</p>
    ${reasonList(signature.reasons)}
    <dl class="facts">
      ${signature.signer ? html`<dt>${t('signature_by')}</dt><dd><bdi>${signature.signer.text}</bdi></dd>` : nothing}
      <dt>${t('signature_key')}</dt>
      <dd>${fingerprint(signature.certificate ?? signature.issuer)}</dd>
      ${signature.made === undefined ? nothing : html`<dt>${t('signature_made')}</dt><dd>${moment(signature.made)}</dd>`}
      ${signature.state === 'good' ? html`<dt>${t('signature_sender')}</dt><dd>${t(senderText(signature.sender_matches))}</dd>` : nothing}
    </dl>
  </li>`;
}

function senderText(matches: boolean | undefined): TextKey {
  if (matches === undefined) return 'sender_unknown';
  return matches ? 'sender_matches' : 'sender_differs';
}

function signerText(signature: SignatureVerdict): string {
  return signature.signer?.text ?? grouped(signature.issuer);
}
