import { html, nothing, type TemplateResult } from 'lit';
import { framedIn, MAX_FRAMED } from '../framed.js';
import { t } from '../i18n.js';
import { hasPermission, type NoSite, type Site, siteOf, withPermission } from '../sites.js';
import { toast } from '../toast.js';
import { expect } from '../vault.js';
import { View } from '../view.js';
import { failure } from './parts.js';

/** How long a page is asked for its frames before all else is drawn, in ms: one that stands still answers late, or never. */
const PATIENCE = 500;

/** The switch "Use Waxseal on this site" for the tab that the popup belongs to, and one for each other site in its frames. */
export class SiteSwitch extends View {
  #site: Site | NoSite | undefined;
  /** None goes away, nor moves, once it is drawn: another one would come under the pointer. */
  readonly #framed: Site[] = [];
  /** Origins that are switched on. */
  #on: ReadonlySet<string> = new Set();
  /** The origin that the browser gave no permission for. */
  #denied: string | undefined;

  protected override async refresh(): Promise<void> {
    const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
    const site = siteOf(tab?.url);
    if (typeof site === 'object' && tab?.id !== undefined) {
      const looked = this.#addFramed(tab.id, site).then(() => true);
      const late = new Promise<false>((done) => setTimeout(() => done(false), PATIENCE));
      if (!(await Promise.race([looked, late]))) void looked.then(() => this.#know(site)).catch(() => undefined);
    }
    await this.#know(site);
  }

  async #addFramed(tabId: number, own: Site): Promise<void> {
    for (const site of await framedIn(tabId, own)) {
      const isNew = this.#framed.every(({ origin }) => origin !== site.origin);
      if (isNew && this.#framed.length < MAX_FRAMED) this.#framed.push(site);
    }
  }

  /** What is on of those that there are. */
  async #know(site: Site | NoSite): Promise<void> {
    const all = [site, ...this.#framed].filter((one) => typeof one === 'object');
    const { sites } = await expect('status', { kind: 'status' });
    const permitted = await Promise.all(all.map(hasPermission));
    const on = all.map(({ origin }) => origin).filter((origin, at) => permitted[at] && sites.includes(origin));
    this.change(() => {
      this.#site = site;
      this.#on = new Set(on);
    });
  }

  #toggle(site: Site): void {
    const on = !this.#on.has(site.origin);
    const set = () => expect('done', { kind: 'set_site', origin: site.origin, enabled: on });
    // Begun in the click itself: after any wait the browser no longer sees a user's wish.
    const done = on ? withPermission(site, set) : set().then(() => true);
    void this.attempt(async () => {
      this.change(() => (this.#denied = undefined));
      if (!(await done)) return this.change(() => (this.#denied = site.origin));
      await this.refresh();
      toast(t(on ? 'site_on' : 'site_off', site.origin));
    });
  }

  #switch(site: Site | undefined, label: string, text: string): TemplateResult {
    return html`<button
      type="button"
      role="switch"
      class="switch"
      aria-checked=${site && this.#on.has(site.origin) ? 'true' : 'false'}
      aria-label=${label}
      aria-describedby=${text}
      ?disabled=${!site || this.busy}
      @click=${() => site && this.#toggle(site)}
    ></button>`;
  }

  override render(): TemplateResult | typeof nothing {
    const site = this.#site;
    if (site === undefined) return html`${failure(this.failure)}`;
    const usable = typeof site === 'object' ? site : undefined;
    const hint = usable && this.#on.has(usable.origin) ? t('site_reload_hint') : nothing;
    return html`<div class="site">
        <div>
          <p class="strong">${t('use_on_this_site')}</p>
          <p class="site-text" id="site-text">${usable ? usable.origin : t(`site_${site as NoSite}`)}</p>
          <p class="dim" role="status">${usable && this.#denied === usable.origin ? t('site_denied') : hint}</p>
        </div>
        ${this.#switch(usable, t('use_on_this_site'), 'site-text')}
      </div>
      ${this.#framed.length > 0 ? this.#parts() : nothing}
      ${failure(this.failure)}`;
  }

  #parts(): TemplateResult {
    const denied = this.#framed.some(({ origin }) => origin === this.#denied);
    return html`<section class="site framed" aria-labelledby="framed-label">
      <div>
        <p class="strong" id="framed-label">${t('framed_sites')}</p>
        <p class="dim" id="framed-text">${t('framed_sites_text')}</p>
      </div>
      <ul class="site-list">
        ${this.#framed.map(
          (site) => html`<li>
            <span class="site-text">${site.origin}</span>
            ${this.#switch(site, t('use_on_framed', site.origin), 'framed-text')}
          </li>`,
        )}
      </ul>
      <p class="dim" role="status">${denied ? t('site_denied') : nothing}</p>
    </section>`;
  }
}

customElements.define('wx-site-switch', SiteSwitch);
