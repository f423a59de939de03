import { html, nothing, type TemplateResult } from 'lit';
import type { RecipientInfo } from 'waxseal-wasm';
import { grouped, keyLine } from '../format.js';
import { type TextKey, t } from '../i18n.js';
import { type IconName, icon } from '../icons.js';
import { View } from '../view.js';
import { reasonList } from './parts.js';

const STATE: Record<RecipientInfo['state'], readonly [TextKey, IconName, 'good' | 'bad']> = {
  ready: ['rcpt_ready', 'check', 'good'],
  no_key: ['rcpt_no_key', 'question', 'bad'],
  unusable: ['rcpt_unusable', 'stop', 'bad'],
  not_an_address: ['rcpt_not_an_address', 'cross', 'bad'],
};

/** Cuts what was typed or pasted into addresses; a name with a comma in quotation marks stays in one piece. */
export function splitAddresses(text: string): string[] {
  const parts = text.match(/(?:"[^"]*"|[^,;\n"])+/g) ?? [];
  return parts.map((part) => part.trim()).filter(Boolean);
}

/** The field "Recipients": addresses as chips, each with the state of its key. Fires `changed` with the addresses. */
export class Recipients extends View {
  static override properties = { addresses: { attribute: false }, infos: { attribute: false } };
  declare addresses: string[];
  /** What the vault says of each address, as typed. */
  declare infos: ReadonlyMap<string, RecipientInfo>;

  constructor() {
    super();
    this.addresses = [];
    this.infos = new Map();
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
    this.#set([...this.addresses, ...added]);
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
    const ends = event.key === 'Enter' || event.key === ',' || event.key === ';';
    if (ends && !event.ctrlKey && !event.isComposing && input.value.trim()) {
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
    return html`<div class="field">
      <label for="recipients">${t('recipients')}</label>
      <div class="chips" @click=${(event: Event) => event.target === event.currentTarget && this.focus()}>
        <ul>
          ${this.addresses.map((address) => this.#chip(address))}
        </ul>
        <input
          id="recipients"
          type="text"
          inputmode="email"
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          maxlength="1000"
          aria-describedby="recipients-hint"
          @keydown=${this.#key}
          @paste=${this.#pasted}
          @blur=${() => this.commit()}
        />
      </div>
      <p id="recipients-hint" class="hints dim">${t('recipients_hint')}</p>
      <div class="hints" role="status">${this.addresses.map((address) => this.#remark(address))}</div>
    </div>`;
  }

  #chip(address: string): TemplateResult {
    const info = this.infos.get(address);
    const [text, name, tone] = info ? STATE[info.state] : (['rcpt_checking', 'info', ''] as const);
    return html`<li class=${tone}>
      <button type="button" class="chip-text" title=${t('edit_recipient', address)} @click=${() => this.#edit(address)}>
        <bdi>${address}</bdi><span class="chip-state">${icon(name)}${t(text)}</span>
      </button>
      <button type="button" class="icon-only" aria-label=${t('remove_recipient', address)} @click=${() => this.#remove(address)}>
        ${icon('cross')}
      </button>
    </li>`;
  }

  #remark(address: string): TemplateResult | typeof nothing {
    const info = this.infos.get(address);
    if (info?.state === 'unusable') return html`<bdi class="strong">${address}</bdi>${reasonList(info.reasons)}`;
    if (!info?.several || !info.key) return nothing;
    return html`<p>${t('rcpt_several', `${keyLine(info.key)}, ${grouped(info.key.fingerprint.slice(-16))}`)}</p>`;
  }
}

customElements.define('wx-recipients', Recipients);
