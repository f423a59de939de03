import { html, type TemplateResult } from 'lit';
import { type TextKey, t } from '../i18n.js';
import { icon } from '../icons.js';
import { type NoSite, siteOf, withPermission } from '../sites.js';
import { toast } from '../toast.js';
import { expect } from '../vault.js';
import { View } from '../view.js';
import { failure } from './parts.js';

/** What is wrong with an address that was typed. */
const WRONG: Record<NoSite, TextKey> = {
  internal: 'site_not_address',
  insecure: 'site_insecure_address',
  unsupported: 'site_unsupported',
};

/** The sites that are switched on, with a way to take one away or to add one by its address. */
export class SiteList extends View {
  static override properties = { sites: { attribute: false } };
  declare sites: string[];
  #problem = '';

  constructor() {
    super();
    this.sites = [];
  }

  #remove(origin: string): void {
    void this.attempt(async () => {
      await expect('done', { kind: 'set_site', origin, enabled: false });
      toast(t('site_off', origin));
      this.focusOn('#site-address');
    });
  }

  #add(event: Event): void {
    event.preventDefault();
    const field = this.querySelector<HTMLInputElement>('#site-address');
    const typed = field?.value.trim() ?? '';
    const site = siteOf(/^https?:\/\//.test(typed) ? typed : `https://${typed}`);
    if (!typed || typeof site !== 'object') {
      this.change(() => (this.#problem = t(typeof site === 'object' ? 'site_not_address' : WRONG[site])));
      field?.focus();
      return;
    }
    this.change(() => (this.#problem = ''));
    const done = withPermission(site, () => expect('done', { kind: 'set_site', origin: site.origin, enabled: true }));
    void this.attempt(async () => {
      if (!(await done)) return this.change(() => (this.#problem = t('site_denied')));
      if (field) field.value = '';
      toast(t('site_on', site.origin));
    });
  }

  override render(): TemplateResult {
    return html`<p class="dim">${t('settings_sites_text')}</p>
      ${
        this.sites.length > 0
          ? html`<ul class="site-list">
              ${this.sites.map(
                (origin) => html`<li>
                  <span class="site-text">${origin}</span>
                  <button type="button" aria-label=${t('remove_site', origin)} ?disabled=${this.busy} @click=${() => this.#remove(origin)}>
                    ${t('remove')}
                  </button>
                </li>`,
              )}
            </ul>`
          : html`<p class="empty">${t('sites_empty')}</p>`
      }
      <form novalidate class="inline" @submit=${this.#add}>
        <div class="field">
          <label for="site-address">${t('site_address')}</label>
          <input
            id="site-address"
            type="url"
            inputmode="url"
            placeholder="https://mail.example.org"
            autocomplete="off"
            maxlength="300"
            aria-describedby="site-problem"
            aria-invalid=${this.#problem ? 'true' : 'false'}
          />
        </div>
        <button type="submit" ?disabled=${this.busy}>${icon('plus')}<span>${t('add_site')}</span></button>
      </form>
      <p id="site-problem" class="hints bad-text" role="status">${this.#problem}</p>
      ${failure(this.failure)}`;
  }
}

customElements.define('wx-site-list', SiteList);
