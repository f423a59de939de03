import { html, noChange, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { KeyInfo, Settings, SettingsChange } from 'waxseal-wasm';
import '../../ui/components/emblem-form.js';
import '../../ui/components/lock-status.js';
import { failure, notice, tabHead } from '../../ui/components/parts.js';
import '../../ui/components/site-list.js';
import { catchDrops } from '../../ui/drops.js';
import { keyLine } from '../../ui/format.js';
import { speak, type TextKey, t, tn } from '../../ui/i18n.js';
import { checksSpelling } from '../../ui/spelling.js';
import { toast } from '../../ui/toast.js';
import { expect, type Reply } from '../../ui/vault.js';
import { View } from '../../ui/view.js';

declare const __VERSION__: string;

/** The commit that was built: `extension/build.mjs` writes it into the document. */
const commit = document.querySelector<HTMLMetaElement>('meta[name=commit]')?.content ?? '';

const LOCK_TIMES: readonly (readonly [number, TextKey])[] = [
  [5, 'lock_5_minutes'],
  [15, 'lock_15_minutes'],
  [30, 'lock_30_minutes'],
  [60, 'lock_1_hour'],
  [240, 'lock_4_hours'],
  [0, 'lock_browser'],
];

type Flag = 'encrypt_to_self' | 'sign_by_default' | 'selection_button' | 'check_spelling';

/** What the user can set. Every change is stored at once. */
class SettingsPage extends View {
  #status: Reply<'status'> | undefined;
  #own: KeyInfo[] = [];
  #usual: KeyInfo | undefined;

  protected override async refresh(): Promise<void> {
    const [status, keys, { own: usual }] = await Promise.all([
      expect('status', { kind: 'status' }),
      expect('keys', { kind: 'list_keys' }),
      expect('recipients', { kind: 'recipients', addresses: [] }),
    ]);
    this.change(() => {
      this.#status = status;
      this.#own = keys.own;
      this.#usual = usual;
    });
  }

  /** Only what was changed: what else is shown here may be older than what is stored. */
  #store(change: SettingsChange): void {
    void this.attempt(async () => {
      await expect('done', { kind: 'set_settings', change });
      await this.refresh();
      toast(t('saved'));
    });
  }

  /** What is stored; while something is being stored, a choice is drawn as it was made. */
  #kept<T>(value: T) {
    return live(this.busy ? noChange : value);
  }

  override render(): TemplateResult {
    const status = this.#status;
    return html`${tabHead('nav_settings', 'settings')}
      <main>
        ${failure(this.failure)}
        ${status ? html`${status.damaged > 0 ? this.#damaged(status.damaged) : nothing} ${this.#sections(status)}` : nothing}
      </main>`;
  }

  #sections(status: Reply<'status'>): TemplateResult {
    const { settings } = status;
    return html`<section class="sheet">
        <h2>${t('settings_lock')}</h2>
        <wx-lock-status .status=${status}></wx-lock-status>
        ${this.#lockTime(settings)}
      </section>
      <section class="sheet">
        <h2>${t('emblem_title')}</h2>
        <wx-emblem-form></wx-emblem-form>
      </section>
      <section class="sheet">
        <h2>${t('settings_write')}</h2>
        ${this.#defaultKey()} ${this.#flag('encrypt_to_self', settings.encrypt_to_self, 'set_to_self', 'set_to_self_hint')}
        ${this.#flag('sign_by_default', settings.sign_by_default, 'set_sign', 'set_sign_hint')}
        ${this.#flag('check_spelling', checksSpelling(settings), 'set_spelling', 'set_spelling_hint')}
        ${this.#flag('selection_button', settings.selection_button, 'set_button', 'set_button_hint')}
      </section>
      <section class="sheet">
        <h2>${t('settings_sites')}</h2>
        <wx-site-list .sites=${status.sites}></wx-site-list>
      </section>
      <section class="sheet">
        <h2>${t('settings_privacy')}</h2>
        <p>${t('privacy_1')}</p>
        <p>${t('privacy_2')}</p>
        <p>${t('privacy_3')}</p>
      </section>
      <section class="sheet">
        <h2>${t('settings_about')}</h2>
        <dl class="facts">
          <dt>${t('about_version')}</dt>
          <dd>${__VERSION__}</dd>
          <dt>${t('about_build')}</dt>
          <dd><span class="fingerprint">${commit}</span></dd>
        </dl>
        <p class="dim">${t(/^[0-9a-f]{12}$/.test(commit) ? 'about_build_hint' : 'about_build_unknown')}</p>
      </section>`;
  }

  #lockTime(settings: Settings): TemplateResult {
    return html`<div class="field">
      <label for="lock-time">${t('set_lock_time')}</label>
      <select
        id="lock-time"
        @change=${(event: Event) => this.#store({ auto_lock_minutes: Number((event.target as HTMLSelectElement).value) })}
      >
        ${
          LOCK_TIMES.some(([minutes]) => minutes === settings.auto_lock_minutes)
            ? nothing
            : html`<option value=${settings.auto_lock_minutes} selected>${t('lock_custom', settings.auto_lock_minutes)}</option>`
        }
        ${LOCK_TIMES.map(([minutes, text]) => html`<option value=${minutes} .selected=${this.#kept(minutes === settings.auto_lock_minutes)}>${t(text)}</option>`)}
      </select>
      <p class="hints dim">${t('set_lock_time_hint')}</p>
    </div>`;
  }

  #defaultKey(): TemplateResult | typeof nothing {
    if (this.#own.length < 2) return nothing;
    const chosen = this.#usual?.fingerprint;
    return html`<div class="field">
      <label for="default-key">${t('set_default_key')}</label>
      <select
        id="default-key"
        @change=${(event: Event) => this.#store({ default_key: (event.target as HTMLSelectElement).value })}
      >
        ${this.#own.map((key) => html`<option value=${key.fingerprint} .selected=${this.#kept(key.fingerprint === chosen)}>${keyLine(key)}</option>`)}
      </select>
      <p class="hints dim">${t('set_default_key_hint')}</p>
    </div>`;
  }

  #flag(flag: Flag, on: boolean, text: TextKey, hint: TextKey): TemplateResult {
    return html`<div>
      <label class="check">
        <input
          id=${flag}
          type="checkbox"
          aria-describedby="${flag}-hint"
          .checked=${this.#kept(on)}
          @change=${(event: Event) => this.#store({ [flag]: (event.target as HTMLInputElement).checked })}
        />
        <span>${t(text)}</span>
      </label>
      <p id="${flag}-hint" class="hints dim indent">${t(hint)}</p>
    </div>`;
  }

  #damaged(count: number): TemplateResult {
    return notice(
      'warn',
      html`<p class="strong">${tn(count, 'damaged_one', 'damaged_other')}</p>
        <p>${t('damaged_help')}</p>`,
    );
  }
}

catchDrops();
customElements.define('wx-settings-page', SettingsPage);
speak('nav_settings');
