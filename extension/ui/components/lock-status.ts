import { html, nothing, type TemplateResult } from 'lit';
import { clock } from '../format.js';
import { t, tn } from '../i18n.js';
import { icon } from '../icons.js';
import { asTimePasses, expect, type Reply } from '../vault.js';
import { ask } from '../vault-client.js';
import { View } from '../view.js';
import { failure } from './parts.js';

/** Whether own keys are unlocked, until when, and the way to lock them at once. Read out is the first alone: the time changes with each use. */
export class LockStatus extends View {
  static override properties = { status: { attribute: false } };
  /** From whoever draws this, so that it appears together with the rest. */
  declare status: Reply<'status'> | undefined;
  #stopLooking: (() => void) | undefined;

  constructor() {
    super();
    this.status = undefined;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stopLooking = asTimePasses(() => void this.#look());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stopLooking?.();
  }

  /** The time that stands here is over: either use has put it off, or the vault locks when it is asked, and tells all. */
  async #look(): Promise<void> {
    const { unlocked = [], locks_at } = this.status ?? {};
    if (unlocked.length > 0 && locks_at != null && locks_at * 1000 <= Date.now()) await this.#ask();
  }

  async #ask(): Promise<void> {
    const reply = await ask({ kind: 'status' });
    if (reply.kind === 'status') this.status = reply;
  }

  async #lock(): Promise<void> {
    await this.attempt(() => expect('done', { kind: 'lock' }));
    await this.#ask();
  }

  override render(): TemplateResult | typeof nothing {
    const { status } = this;
    if (!status || status.own_keys === 0) return nothing;
    const open = status.unlocked.length > 0;
    const until = status.locks_at == null ? t('until_browser_closes') : t('until_time', clock(status.locks_at));
    return html`<div class="lock-status ${open ? 'open' : ''}">
        ${icon(open ? 'unlock' : 'lock')}
        <p>
          <span role="status">${open ? tn(status.unlocked.length, 'unlocked_one', 'unlocked_other') : t('all_locked')}</span>
          ${open ? html`<span class="dim">${until}</span>` : nothing}
        </p>
        ${open ? html`<button type="button" ?disabled=${this.busy} @click=${() => void this.#lock()}>${t('lock_now')}</button>` : nothing}
      </div>
      ${failure(this.failure)}`;
  }
}

customElements.define('wx-lock-status', LockStatus);
