import { html, nothing, type TemplateResult } from 'lit';
import type { Destination } from '../../ui/components/key-manager.js';
import '../../ui/components/key-manager.js';
import { head, notice } from '../../ui/components/parts.js';
import '../../ui/components/site-switch.js';
import { catchDrops } from '../../ui/drops.js';
import { speak, t } from '../../ui/i18n.js';
import { icon } from '../../ui/icons.js';
import { standFirst } from '../../ui/standing.js';
import { View } from '../../ui/view.js';

/** Why nothing came of what was asked for in this tab a moment ago: what the marked toolbar button says (background/wishes.ts). */
async function hint(): Promise<string> {
  const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
  const tabId = tab?.id;
  if (tabId === undefined || (await chrome.action.getBadgeText({ tabId })) === '') return '';
  return chrome.action.getTitle({ tabId });
}

/** The toolbar popup: this site, the lock, and the keys. */
class PopupPage extends View {
  /** The keys come after the switch above them has its height: else they would move away under the pointer. */
  #settled = false;
  #hint: string | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void hint()
      .catch(() => '')
      .then((text) => {
        // It may have opened by itself, at a key that a page asked for, and under the pointer.
        if (text) standFirst();
        this.change(() => (this.#hint = text));
      });
  }

  #open(page: string): void {
    void chrome.tabs.create({ url: chrome.runtime.getURL(page) }).then(() => {
      if (isPopup) window.close();
    });
  }

  override render(): TemplateResult {
    const link = (
      page: string,
      text: 'nav_settings' | 'open_a_file' | 'open_in_tab',
      name: 'gear' | 'mail' | 'tab',
    ) => html`<button
      type="button"
      class="quiet icon-only"
      aria-label=${t(text)}
      title=${t(text)}
      @click=${() => this.#open(page)}
    >
      ${icon(name)}
    </button>`;
    return html`${head('app_name', html`<span class="head-tools">${link('files.html', 'open_a_file', 'mail')}${link('keys.html', 'open_in_tab', 'tab')}${link('settings.html', 'nav_settings', 'gear')}</span>`)}
      <main>${this.#hint === undefined ? nothing : this.#body(this.#hint)}</main>`;
  }

  #body(hint: string): TemplateResult {
    return html`${hint ? notice('warn', hint, 'alert') : nothing}
        <wx-site-switch @settled=${() => this.change(() => (this.#settled = true))}></wx-site-switch>
        ${this.#settled ? html`<wx-key-manager @go=${(event: CustomEvent<Destination>) => this.#open(`keys.html#${event.detail}`)}></wx-key-manager>` : nothing}`;
  }
}

const isPopup = chrome.extension.getViews({ type: 'popup' }).includes(window);
// A real popup takes its width from the page; as a tab the page takes the tab's.
document.documentElement.classList.toggle('in-popup', isPopup);
catchDrops();
customElements.define('wx-popup-page', PopupPage);
speak('app_name');
