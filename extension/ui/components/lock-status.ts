import { html, nothing, type TemplateResult } from 'lit';
import { clock } from '../format.js';
import { t, tn } from '../i18n.js';
import { icon } from '../icons.js';
import { expect, type Reply } from '../vault.js';
import { View } from '../view.js';
import { failure } from './parts.js';

/** Whether own keys are unlocked, until when, and the way to lock them at once. Read out is the first alone: the time changes with each use. */
export class LockStatus extends View {
  static override properties = { status: { attribute: false } };
  /** From whoever draws this, so that it appears together with the rest. */
  declare status: Reply<'status'> | undefined;

  constructor() {
    super();
    this.status = undefined;
  }

  async #lock(): Promise<void> {
    await this.attempt(() => expect('done', { kind: 'lock' }));
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
