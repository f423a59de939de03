import { html, type TemplateResult } from 'lit';
import type { PassphraseField } from '../../ui/components/passphrase.js';
import '../../ui/components/passphrase.js';
import { failure, head, notice, working } from '../../ui/components/parts.js';
import { catchDrops } from '../../ui/drops.js';
import { speak, t } from '../../ui/i18n.js';
import { icon } from '../../ui/icons.js';
import { standFirst } from '../../ui/standing.js';
import { expect } from '../../ui/vault.js';
import { View } from '../../ui/view.js';

/** The one window in which the password of a message is typed. It goes to the frame that asked, and nowhere else. */
class PasswordPage extends View {
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
    if (!password) return field.focus();
    const given = await this.attempt(() => expect('done', { kind: 'give_password', id: this.#id, password }));
    if (!given) return;
    field.clear();
    window.close();
  }

  override render(): TemplateResult {
    return html`${head('password_title')}
      <main>
        ${
          this.#asked
            ? html`<form novalidate @submit=${this.#give} aria-busy=${this.busy ? 'true' : 'false'}>
                <p>${t('password_text')}</p>
                <wx-passphrase alone field-id="password" .label=${t('message_password')}></wx-passphrase>
                ${this.busy ? working(t('reader_opening')) : failure(this.failure)}
                <div class="actions">
                  <button type="submit" class="primary" ?disabled=${this.busy}>${icon('unlock')}<span>${t('open_message')}</span></button>
                  <button type="button" @click=${() => window.close()}>${t('cancel')}</button>
                </div>
              </form>`
            : failure(this.failure)
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
