import { html, nothing, type TemplateResult } from 'lit';
import type { Confirmation, RecipientInfo } from 'waxseal-wasm';
import { grouped, keyLine } from '../format.js';
import { type TextKey, t } from '../i18n.js';
import { type IconName, icon } from '../icons.js';
import { View } from '../view.js';
import { lookFor, lookupButton } from './lookup-button.js';
import { failure, reasonList } from './parts.js';
import { matching, type Suggestion, suggestionList } from './suggest.js';

type State = readonly [TextKey, IconName, 'good' | 'bad' | ''];

const STATE: Record<Exclude<RecipientInfo['state'], 'ready'>, State> = {
  no_key: ['rcpt_no_key', 'question', 'bad'],
  unusable: ['rcpt_unusable', 'stop', 'bad'],
  not_an_address: ['rcpt_not_an_address', 'cross', 'bad'],
};

const READY: Record<Confirmation, State> = {
  own: ['rcpt_own', 'check', 'good'],
  confirmed: ['rcpt_confirmed', 'check', 'good'],
  unconfirmed: ['rcpt_ready', 'key', ''],
};

/** Of several keys which one is taken, and why. */
const SEVERAL: Record<Confirmation, TextKey> = {
  own: 'rcpt_several_own',
  confirmed: 'rcpt_several_confirmed',
  unconfirmed: 'rcpt_several',
};

function stateOf(info: RecipientInfo | undefined): State {
  if (!info) return ['rcpt_checking', 'info', ''];
  return info.state === 'ready' ? READY[info.confirmation ?? 'unconfirmed'] : STATE[info.state];
}

/** Cuts what was typed or pasted into addresses; a name with a comma in quotation marks stays in one piece. */
export function splitAddresses(text: string): string[] {
  const parts = text.match(/(?:"[^"]*"|[^,;\n"])+/g) ?? [];
  return parts.map((part) => part.trim()).filter(Boolean);
}

/** A field of addresses as chips, each with the state of its key. Fires `changed` with the addresses. */
export class Recipients extends View {
  static override properties = {
    addresses: { attribute: false },
    infos: { attribute: false },
    suggestions: { attribute: false },
    label: {},
    fieldId: { attribute: 'field-id' },
    hinted: { type: Boolean },
  };
  declare addresses: string[];
  /** What the vault says of each address, as typed. */
  declare infos: ReadonlyMap<string, RecipientInfo>;
  /** Addresses that are known, to complete what is typed. */
  declare suggestions: readonly Suggestion[];
  declare label: string;
  declare fieldId: string;
  /** Says below how it is used. */
  declare hinted: boolean;

  #shown: readonly Suggestion[] = [];
  #at = -1;

  constructor() {
    super();
    this.addresses = [];
    this.infos = new Map();
    this.suggestions = [];
    this.label = t('recipients');
    this.fieldId = 'recipients';
    this.hinted = false;
  }

  get #input(): HTMLInputElement | null {
    return this.querySelector('input');
  }

  override focus(): void {
    this.#input?.focus();
  }

  /** Takes what is still in the field, as if Enter had been pressed. */
  commit(): void {
    const input = this.#input;
    if (!input?.value.trim()) return;
    const added = splitAddresses(input.value);
    input.value = '';
    this.#suggest([]);
    this.#set([...this.addresses, ...added]);
  }

  #suggest(shown: readonly Suggestion[], at = -1): void {
    this.change(() => {
      this.#shown = shown;
      this.#at = at;
    });
  }

  #typed(event: Event): void {
    const { value } = event.target as HTMLInputElement;
    const shown = matching(this.suggestions, value, this.addresses);
    // The first is taken with Enter; what is a whole address already stays as it was typed.
    this.#suggest(shown, shown.length > 0 && !/@[^\s@]+\.[^\s@]+$/.test(value) ? 0 : -1);
  }

  #take({ text }: Suggestion): void {
    const input = this.#input;
    if (input) input.value = '';
    this.#suggest([]);
    this.#set([...this.addresses, text]);
    this.focus();
  }

  /** Arrows, Enter, Tab and Escape while suggestions are shown; true when that was meant for them. */
  #choose({ key, shiftKey }: KeyboardEvent): boolean {
    const count = this.#shown.length;
    if (count === 0) return false;
    const chosen = this.#shown[this.#at];
    if (key === 'ArrowDown') this.#suggest(this.#shown, (this.#at + 1) % count);
    else if (key === 'ArrowUp') this.#suggest(this.#shown, this.#at > 0 ? this.#at - 1 : count - 1);
    else if (key === 'Escape') this.#suggest([]);
    else if ((key === 'Enter' || (key === 'Tab' && !shiftKey)) && chosen) this.#take(chosen);
    else return false;
    return true;
  }

  #set(addresses: string[]): void {
    this.dispatchEvent(new CustomEvent<string[]>('changed', { detail: [...new Set(addresses)] }));
  }

  #remove(address: string): void {
    this.#set(this.addresses.filter((other) => other !== address));
    this.focus();
  }

  #edit(address: string): void {
    this.commit();
    const input = this.#input;
    this.#remove(address);
    if (!input) return;
    input.value = address;
    input.select();
  }

  #key(event: KeyboardEvent): void {
    const input = event.target as HTMLInputElement;
    if (!event.isComposing && !event.ctrlKey && !event.metaKey && this.#choose(event)) {
      event.preventDefault();
      return;
    }
    const ends = event.key === 'Enter' || event.key === ',' || event.key === ';';
    if (ends && !event.ctrlKey && !event.metaKey && !event.isComposing && input.value.trim()) {
      // A comma inside quotation marks is part of a name.
      if (event.key !== 'Enter' && (input.value.match(/"/g)?.length ?? 0) % 2 === 1) return;
      event.preventDefault();
      this.commit();
    } else if (event.key === 'Backspace' && input.value === '') {
      const last = this.addresses.at(-1);
      if (last !== undefined) this.#edit(last);
      event.preventDefault();
    }
  }

  #pasted(event: ClipboardEvent): void {
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (!/[,;\n]/.test(text)) return;
    event.preventDefault();
    this.#set([...this.addresses, ...splitAddresses(text)]);
  }

  override render(): TemplateResult {
    const id = this.fieldId;
    const list = `${id}-list`;
    return html`<div class="field">
      <label for=${id}>${this.label}</label>
      <div class="chips" @click=${(event: Event) => event.target === event.currentTarget && this.focus()}>
        <ul>
          ${this.addresses.map((address) => this.#chip(address))}
        </ul>
        <input
          id=${id}
          type="text"
          inputmode="email"
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          maxlength="1000"
          role="combobox"
          aria-autocomplete="list"
          aria-expanded=${this.#shown.length > 0 ? 'true' : 'false'}
          aria-controls=${this.#shown.length > 0 ? list : nothing}
          aria-activedescendant=${this.#at >= 0 ? `${list}-${this.#at}` : nothing}
          aria-describedby="${id}-hint"
          @input=${this.#typed}
          @keydown=${this.#key}
          @paste=${this.#pasted}
          @blur=${() => this.commit()}
        />
      </div>
      ${suggestionList(list, t('known_addresses'), this.#shown, this.#at, (one) => this.#take(one))}
      <p id="${id}-hint" class=${this.hinted ? 'hints dim' : 'visually-hidden'}>${t('recipients_hint')}</p>
      <div class="hints" role="status">${this.addresses.map((address) => this.#remark(address))}</div>
      ${failure(this.failure)}
    </div>`;
  }

  #chip(address: string): TemplateResult {
    const [text, name, tone] = stateOf(this.infos.get(address));
    return html`<li class=${tone}>
      <button type="button" class="chip-text" title=${t('edit_recipient', address)} @click=${() => this.#edit(address)}>
        <bdi>${address}</bdi><span class="chip-state">${icon(name)}${t(text)}</span>
      </button>
      <button type="button" class="icon-only" aria-label=${t('remove_recipient', address)} @click=${() => this.#remove(address)}>
        ${icon('cross')}
      </button>
    </li>`;
  }

  #lookUp(address: string): TemplateResult {
    const wanted = { address, issuer: undefined };
    return lookupButton(() => this.press(() => lookFor(wanted)), t('lookup_key_for', address));
  }

  #remark(address: string): TemplateResult | typeof nothing {
    const info = this.infos.get(address);
    if (info?.state === 'no_key')
      return html`<p class="lookup-line"><bdi class="strong">${address}</bdi> ${this.#lookUp(address)}</p>`;
    if (info?.state === 'unusable') {
      return html`<bdi class="strong">${address}</bdi>${reasonList(info.reasons)}
        <p class="lookup-line">${this.#lookUp(address)}</p>`;
    }
    if (!info?.several || !info.key) return nothing;
    const taken = `${keyLine(info.key)}, ${grouped(info.key.fingerprint.slice(-16))}`;
    const several = info.once_confirmed ? 'rcpt_several_once' : SEVERAL[info.confirmation ?? 'unconfirmed'];
    return html`<p>${t(several, taken)}</p>`;
  }
}

customElements.define('wx-recipients', Recipients);
