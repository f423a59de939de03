// What Waxseal says about a message: drawn above it and never inside it.

import { html, nothing, type TemplateResult } from 'lit';
import type {
  Confirmation,
  Fingerprint,
  SignatureState,
  SignatureVerdict,
  Summary,
  UserIdInfo,
  Verdict,
} from 'waxseal-wasm';
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
  expired_signature: 'warn',
  meant_for_others: 'bad',
  mixed: 'bad',
};

const STATE_TONE: Record<SignatureState, Tone> = { good: 'good', bad: 'bad', unknown_key: 'warn', unusable: 'warn' };

const TONE_ICON: Record<Tone, IconName> = { good: 'check', warn: 'warn', bad: 'stop', plain: 'info' };

/** It is good, but whose the key is only that key says. */
function isUnconfirmed({ confirmation }: Verdict): boolean {
  return confirmation === 'unconfirmed';
}

/** The tone of a whole message. Nothing is as good as a key that the user knows. */
export function verdictTone(verdict: Verdict): Tone {
  const tone = SUMMARY_TONE[verdict.summary];
  return tone === 'good' && isUnconfirmed(verdict) ? 'plain' : tone;
}

/** The icon of its tone; for a key that nobody confirmed one of its own, so that the colour is not what tells it. */
export function verdictIcon(verdict: Verdict): TemplateResult {
  const tone = verdictTone(verdict);
  return icon(tone === 'plain' && isUnconfirmed(verdict) ? 'question' : TONE_ICON[tone]);
}

/** The good signature that the sentence speaks of: one by the key that is known least. */
function goodSignature({ signatures, confirmation }: Verdict): SignatureVerdict | undefined {
  const good = signatures.filter(({ state, signer }) => state === 'good' && signer);
  return good.find((one) => one.confirmation === confirmation) ?? good[0];
}

/** Who made the good signature. */
export function signerOf(verdict: Verdict): string {
  const signer = goodSignature(verdict);
  return signer ? signerText(signer) : t('someone');
}

/** When it was made. A text without a date of its own may be an old one that somebody shows under a new mail. */
function madeOn(verdict: Verdict): TemplateResult | typeof nothing {
  const made = verdict.confirmation && goodSignature(verdict)?.made;
  return made ? html` <span class="made-on">${t('signed_on', moment(made))}</span>` : nothing;
}

/** The key that made the good signature, where the sentence speaks of one. */
export function signersKey(verdict: Verdict): Fingerprint | undefined {
  return verdict.confirmation && goodSignature(verdict)?.certificate;
}

/** Characters that stand for what is filled in, until it is drawn. */
const PLACES = ['\ue000', '\ue001'];

/** A sentence in which each name that is not ours has a frame of its own: it cannot pass for our words. */
export function sentence(key: TextKey, ...names: string[]): TemplateResult {
  const parts = t(key, ...PLACES.slice(0, names.length)).split(/([\ue000\ue001])/);
  return html`${parts.map((part) => {
    const place = PLACES.indexOf(part);
    return place < 0 ? part : html`<bdi class="named">${names[place]}</bdi>`;
  })}`;
}

/** The sentence about all signatures. */
function summaryText({ summary, confirmation }: Verdict): TextKey {
  switch (summary) {
    case 'signed_by_sender':
    case 'signed_sender_unknown':
    case 'signed_by_other':
      return confirmation && confirmation !== 'unconfirmed'
        ? `summary_${summary}_${confirmation}`
        : `summary_${summary}`;
    default:
      return `summary_${summary}`;
  }
}

/** The sentences: encrypted or not, who signed, what else to know. */
export function verdictText(verdict: Verdict): TemplateResult {
  return html`<p class="verdict-line">
      ${icon(verdict.encrypted ? 'lock' : 'mail')}<span>${t(verdict.encrypted ? 'encrypted_yes' : 'encrypted_no')}</span>
    </p>
    <p class="verdict-line strong">${verdictIcon(verdict)}<span>${sentence(summaryText(verdict), signerOf(verdict))}${madeOn(verdict)}</span></p>
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
      ${signature.signer ? html`<dt>${t('signature_by')}</dt><dd>${signerEntry(signature.signer)}</dd>` : nothing}
      <dt>${t('signature_key')}</dt>
      <dd>${fingerprint(signature.certificate ?? signature.issuer)}</dd>
      ${signature.made === undefined ? nothing : html`<dt>${t('signature_made')}</dt><dd>${moment(signature.made)}</dd>`}
      ${signature.state === 'good' ? html`<dt>${t('signature_sender')}</dt><dd>${t(senderText(signature.sender_matches))}</dd>` : nothing}
      ${signature.confirmation ? html`<dt>${t('signature_confirmed')}</dt><dd>${confirmationText(signature.confirmation)}</dd>` : nothing}
    </dl>
  </li>`;
}

/** An address that was given up since is still that of who signed. */
function signerEntry({ text, revoked }: UserIdInfo): TemplateResult {
  return html`<bdi>${text}</bdi> ${revoked ? badge('bad', t('uid_revoked')) : nothing}`;
}

function senderText(matches: boolean | undefined): TextKey {
  if (matches === undefined) return 'sender_unknown';
  return matches ? 'sender_matches' : 'sender_differs';
}

function confirmationText(confirmation: Confirmation): TemplateResult {
  return html`${t(`confirmation_${confirmation}`)} ${confirmation === 'unconfirmed' ? t('confirmation_how') : nothing}`;
}

function signerText(signature: SignatureVerdict): string {
  return signature.signer?.text ?? grouped(signature.issuer);
}
