import { html, nothing, type TemplateResult } from 'lit';
import { t } from '../i18n.js';
import { hasPermission, type NoSite, type Site, siteOf, withPermission } from '../sites.js';
import { toast } from '../toast.js';
import { expect } from '../vault.js';
import { View } from '../view.js';
import { failure } from './parts.js';

/** The switch "Use Waxseal on this site" for the tab that the popup belongs to. */
export class SiteSwitch extends View {
  #site: Site | NoSite | undefined;
  #on = false;
  #denied = false;

  protected override async refresh(): Promise<void> {
    const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
    const site = siteOf(tab?.url);
    const status = await expect('status', { kind: 'status' });
    const permitted = typeof site === 'object' && (await hasPermission(site));
    this.change(() => {
      this.#site = site;
      this.#on = typeof site === 'object' && permitted && status.sites.includes(site.origin);
    });
  }

  #toggle(site: Site): void {
    const on = !this.#on;
    const set = () => expect('done', { kind: 'set_site', origin: site.origin, enabled: on });
    // Begun in the click itself: after any wait the browser no longer sees a user's wish.
    const done = on ? withPermission(site, set) : set().then(() => true);
    void this.attempt(async () => {
      this.change(() => (this.#denied = false));
      if (!(await done)) return this.change(() => (this.#denied = true));
      await this.refresh();
      toast(t(on ? 'site_on' : 'site_off', site.origin));
    });
  }

  override render(): TemplateResult | typeof nothing {
    const site = this.#site;
    if (site === undefined) return html`${failure(this.failure)}`;
    const usable = typeof site === 'object';
    const text = usable ? site.origin : t(`site_${site}`);
    return html`<div class="site">
        <div>
          <p class="strong" id="site-label">${t('use_on_this_site')}</p>
          <p class="site-text" id="site-text">${text}</p>
          <p class="dim" role="status">${this.#denied ? t('site_denied') : this.#on ? t('site_reload_hint') : nothing}</p>
        </div>
        <button
          type="button"
          role="switch"
          class="switch"
          aria-checked=${this.#on ? 'true' : 'false'}
          aria-labelledby="site-label"
          aria-describedby="site-text"
          ?disabled=${!usable || this.busy}
          @click=${() => usable && this.#toggle(site)}
        ></button>
      </div>
      ${failure(this.failure)}`;
  }
}

customElements.define('wx-site-switch', SiteSwitch);
