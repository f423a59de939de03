import { html, nothing, type TemplateResult } from 'lit';
import type { Summary, Verdict } from 'waxseal-wasm';
import { Checking } from '../../desk/engine.js';
import { importLink } from '../../ui/components/import-link.js';
import { keyButton, showKey } from '../../ui/components/key-button.js';
import { failure } from '../../ui/components/parts.js';
import {
  sentence,
  signatureDetails,
  signerOf,
  signersKey,
  verdictIcon,
  verdictTone,
} from '../../ui/components/verdict.js';
import type { SignedFile } from '../../ui/files.js';
import type { Tone } from '../../ui/format.js';
import { type TextKey, t } from '../../ui/i18n.js';
import { Refused } from '../../ui/vault.js';
import { ask } from '../../ui/vault-client.js';
import { View } from '../../ui/view.js';
import { band } from './band.js';

/** The sentence; nobody tells from whom a file is, so that no sender can fit or not fit. */
const SENTENCE = {
  signed_sender_unknown: 'detached_good',
  signed_by_sender: 'detached_good',
  signed_by_other: 'detached_good',
  unknown_signer: 'detached_unknown',
  bad_signature: 'detached_bad',
  unusable_signature: 'detached_unusable',
  expired_signature: 'detached_expired',
  not_signed: 'detached_unusable',
  meant_for_others: 'summary_meant_for_others',
  mixed: 'detached_mixed',
} as const satisfies Record<Summary, TextKey>;

function textOf({ summary, confirmation }: Verdict): TextKey {
  const text = SENTENCE[summary];
  return text === 'detached_good' && confirmation && confirmation !== 'unconfirmed' ? `${text}_${confirmation}` : text;
}

/** Characters of a file's name that are shown in the sentence. */
const MAX_NAME = 120;

type State =
  | { at: 'working'; share: number }
  | { at: 'checked'; verdict: Verdict }
  | { at: 'failed'; refused: Refused };

/** Checks a file against the signature beside it, and says in the band whose it is and on which file. */
export class SignatureCheckView extends View {
  static override properties = { what: { attribute: false }, tools: { attribute: false } };
  declare what: SignedFile | undefined;
  /** Further buttons of the band. */
  declare tools: TemplateResult | undefined;

  #state: State = { at: 'working', share: 0 };
  #checking: Checking | undefined;

  constructor() {
    super();
    this.what = undefined;
    this.tools = undefined;
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has('what')) void this.#check();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#checking?.close();
  }

  /** A key was imported or confirmed: the signer may be known now. */
  protected override async refresh(): Promise<void> {
    const state = this.#state;
    const checking = this.#checking;
    if (state.at !== 'checked' || !checking) return;
    const unknown = state.verdict.signatures.some((signature) => signature.state === 'unknown_key');
    if (!unknown && !(await checking.outdated())) return;
    // Another file may have been chosen meanwhile.
    if (checking === this.#checking) await this.#check();
  }

  async #check(): Promise<void> {
    this.#checking?.close();
    const { what } = this;
    if (!what) return;
    const checking = new Checking(what, ask);
    this.#checking = checking;
    const show = (state: State) => {
      if (checking === this.#checking) this.change(() => (this.#state = state));
    };
    show({ at: 'working', share: 0 });
    const result = await checking.run((share) => show({ at: 'working', share }));
    if (result.state === 'checked') show({ at: 'checked', verdict: result.verdict });
    else show({ at: 'failed', refused: new Refused(result.error, result.detail) });
  }

  /** One band for all states: what is read out is changed within a place that was there before. */
  override render(): TemplateResult {
    const state = this.#state;
    const tools = this.tools ? html`<div class="tools no-print">${this.tools}</div>` : nothing;
    const drawn = (tone: Tone, said: TemplateResult | typeof nothing, beside: unknown, details: unknown) =>
      band(tone, html`<div class="grow"><div role="status">${said}</div> ${beside}</div> ${tools} ${details}`);
    switch (state.at) {
      case 'working':
        return drawn('plain', this.#working(state.share), nothing, nothing);
      case 'checked': {
        const { verdict } = state;
        const beside = html`${importLink(verdict.summary)} ${this.#keyButton(verdict)}`;
        return drawn(verdictTone(verdict), this.#said(verdict), beside, signatureDetails(verdict));
      }
      case 'failed':
        return drawn('bad', nothing, html`${this.#names()} ${failure(state.refused)}`, nothing);
    }
  }

  #working(share: number): TemplateResult {
    const text = t('checking_signature');
    return html`<div class="working"><progress max="1" .value=${share} aria-label=${text}></progress><span>${text}</span></div>`;
  }

  #said(verdict: Verdict): TemplateResult {
    const name = this.what?.file.name ?? '';
    const shown = name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name;
    return html`<p class="verdict-line strong">
        ${verdictIcon(verdict)}<span>${sentence(textOf(verdict), signerOf(verdict), shown)}</span>
      </p>
      ${verdict.notes.map((note) => html`<p class="verdict-line">${t(`note_${note}`)}</p>`)}`;
  }

  #keyButton(verdict: Verdict): TemplateResult | typeof nothing {
    const { confirmation } = verdict;
    const key = signersKey(verdict);
    if (!key || !confirmation) return nothing;
    return html`${keyButton(confirmation, () => void this.attempt(() => showKey(key)))} ${failure(this.failure)}`;
  }

  #names(): TemplateResult {
    return html`<p><bdi class="named">${this.what?.signature.name}</bdi></p>`;
  }
}

customElements.define('wx-signature-check', SignatureCheckView);
