import { html, type TemplateResult } from 'lit';
import type { KeyInfo } from 'waxseal-wasm';
import '../../ui/components/emblem-form.js';
import { tabHead } from '../../ui/components/parts.js';
import { catchDrops } from '../../ui/drops.js';
import { speak, t } from '../../ui/i18n.js';
import { icon } from '../../ui/icons.js';
import { isTemporary, temporaryNotice } from '../../ui/temporary.js';
import { expect } from '../../ui/vault.js';
import { View } from '../../ui/view.js';

/** The first page that a new user sees. */
class WelcomePage extends View {
  #hasKey = false;
  /** The usual own key. */
  #own: KeyInfo | undefined;
  #temporary = false;

  protected override async refresh(): Promise<void> {
    const [status, { own }, temporary] = await Promise.all([
      expect('status', { kind: 'status' }),
      expect('recipients', { kind: 'recipients', addresses: [] }),
      isTemporary(),
    ]);
    this.change(() => {
      this.#hasKey = status.own_keys > 0;
      this.#own = own;
      this.#temporary = temporary;
    });
  }

  override render(): TemplateResult {
    return html`${tabHead('nav_welcome', 'welcome')}
      <main>
        <section class="hero">
          <img src="icons/128.png" alt="" width="112" height="112" />
          <h2>${t('welcome_title')}</h2>
          <p class="lead">${t('welcome_lead')}</p>
        </section>
        ${this.#temporary ? temporaryNotice() : ''}
        <ol class="steps">
          <li class="card">
            <h3>${t('welcome_step1')}</h3>
            <p>${t('welcome_step1_text')}</p>
            ${this.#hasKey ? html`<p class="good-text">${icon('check')}<span>${t('welcome_has_key')}</span></p>` : ''}
            <p class="actions">
              <a class="button ${this.#hasKey ? '' : 'primary'}" href="keys.html#generate">${icon('plus')}<span>${t('generate_key')}</span></a>
              <a class="button" href="keys.html#import">${icon('save')}<span>${t('import')}</span></a>
            </p>
          </li>
          <li class="card">
            <h3>${t('welcome_step2')}</h3>
            <p>${t('welcome_step2_text')}</p>
          </li>
          <li class="card">
            <h3>${t('welcome_step3')}</h3>
            <p>${t('welcome_step3_text')}</p>
            ${this.#hasKey ? html`<p class="actions"><a class="button" href="keys.html${this.#own ? `#key=${this.#own.fingerprint}` : ''}">${icon('key')}<span>${t('nav_keys')}</span></a></p>` : ''}
          </li>
        </ol>
        <section class="sheet">
          <h2>${t('emblem_title')}</h2>
          <wx-emblem-form></wx-emblem-form>
        </section>
        <section class="how">
          <h2>${t('welcome_use_title')}</h2>
          <ul>
            <li>${t('welcome_use_write')}</li>
            <li>${t('welcome_use_select')}</li>
            <li>${t('welcome_use_read')}</li>
            <li>${t('welcome_use_pass')}</li>
            <li>${t('welcome_use_seen')}</li>
          </ul>
          <p class="dim">${t('privacy_short')}</p>
        </section>
      </main>`;
  }
}

catchDrops();
customElements.define('wx-welcome-page', WelcomePage);
speak('nav_welcome');
