import { html, nothing, type TemplateResult } from 'lit';
import type { PassphraseField } from '../../ui/components/passphrase.js';
import '../../ui/components/passphrase.js';
import { failure, head, notice, working } from '../../ui/components/parts.js';
import { catchDrops } from '../../ui/drops.js';
import { FormView } from '../../ui/form-view.js';
import { speak, t } from '../../ui/i18n.js';
import { icon } from '../../ui/icons.js';
import { standFirst } from '../../ui/standing.js';
import { expect } from '../../ui/vault.js';

/** The one window in which the password of a message is typed. It goes to the frame that asked, and nowhere else. */
class PasswordPage extends FormView {
  #id = location.hash.slice(1);
  #asked = false;

  protected override async refresh(): Promise<void> {
    const first = !this.#asked;
    await expect('done', { kind: 'password_request', id: this.#id });
    this.change(() => (this.#asked = true));
    if (!first) return;
    await this.updateComplete;
    const field = this.#field;
    await field?.updateComplete;
    field?.focus();
  }

  get #field(): PassphraseField | null {
    return this.querySelector<PassphraseField>('wx-passphrase');
  }

  async #give(event: Event): Promise<void> {
    event.preventDefault();
    const field = this.#field;
    if (this.busy || !field) return;
    const password = field.value;
    this.failure = undefined;
    if (!this.tell(new Map(password ? [] : [['password', t('password_missing')]]))) return;
    const given = await this.attempt(() => expect('done', { kind: 'give_password', id: this.#id, password }));
    if (!given) return;
    field.clear();
    window.close();
  }

  /** Nobody asks for a password here, or not any more. */
  #nothing(): TemplateResult | typeof nothing {
    if (!this.failure) return nothing;
    return html`${failure(this.failure)}
      <div class="actions">
        <button type="button" class="primary" @click=${() => window.close()}>${t('close')}</button>
      </div>`;
  }

  override render(): TemplateResult {
    return html`${head('password_title')}
      <main>
        ${
          this.#asked
            ? html`<form novalidate @submit=${this.#give} aria-busy=${this.busy ? 'true' : 'false'}>
                <p>${t('password_text')}</p>
                <wx-passphrase
                  alone
                  field-id="password"
                  .label=${t('message_password')}
                  .problem=${this.problemOf('password')}
                ></wx-passphrase>
                ${this.busy ? working(t('reader_opening')) : failure(this.failure)}
                <div class="actions">
                  <button type="submit" class="primary" ?disabled=${this.busy}>${icon('unlock')}<span>${t('open_message')}</span></button>
                  <button type="button" @click=${() => window.close()}>${t('cancel')}</button>
                </div>
              </form>`
            : this.#nothing()
        }
        ${notice('warn', t('password_not_key'))}
        <p class="dim small">${t('emblem_check')}</p>
      </main>`;
  }
}

addEventListener('keydown', (event) => {
  if (event.key === 'Escape') window.close();
});
catchDrops();
standFirst();
customElements.define('wx-password-page', PasswordPage);
speak('password_title');
