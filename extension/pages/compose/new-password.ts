import { html, type TemplateResult } from 'lit';
import { copyText } from '../../ui/clipboard.js';
import type { PassphraseField } from '../../ui/components/passphrase.js';
import '../../ui/components/passphrase.js';
import { language, t } from '../../ui/i18n.js';
import { icon } from '../../ui/icons.js';
import { suggestWords } from '../../ui/strength.js';
import { View } from '../../ui/view.js';

/** The password of a message that is written: one's own, or random words; and a way to take it to another channel. */
class NewPassword extends View {
  /** How the copying went. */
  #said = '';
  #missing = false;

  get #field(): PassphraseField | null {
    return this.querySelector('wx-passphrase');
  }

  async #suggest(): Promise<void> {
    const { words, of } = await suggestWords();
    const said = t('words_strength', words.length, new Intl.NumberFormat(language()).format(of));
    this.#field?.suggest(words.join(' '), said);
  }

  async #copy(): Promise<void> {
    const field = this.#field;
    const password = field?.value;
    if (!password) {
      this.change(() => (this.#missing = true));
      field?.focus();
      return;
    }
    const copied = await copyText(password);
    this.change(() => (this.#said = t(copied ? 'password_copied' : 'copy_failed')));
  }

  #typed(): void {
    // What is said of a copy is no longer about what stands there.
    this.change(() => {
      this.#said = '';
      this.#missing = false;
    });
  }

  override render(): TemplateResult {
    return html`<wx-passphrase
        field-id="password"
        .label=${t('message_password')}
        .problem=${this.#missing ? t('password_missing') : ''}
        measured
        fresh
        @input=${this.#typed}
      ></wx-passphrase>
      <div class="actions">
        <button id="suggest-words" type="button" class="small-button" @click=${() => this.press(() => this.#suggest())}>${t('suggest_words')}</button>
        <button id="copy-password" type="button" class="small-button" @click=${() => this.press(() => this.#copy())}>
          ${icon('copy')}<span>${t('copy_password')}</span>
        </button>
      </div>
      <p class="hints dim" role="status">${this.#said}</p>`;
  }
}

customElements.define('wx-new-password', NewPassword);
