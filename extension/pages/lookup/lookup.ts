import { html, nothing, type TemplateResult } from 'lit';
import type { ImportOutcome, Lookup, Wanted } from 'waxseal-wasm';
import '../../ui/components/import-form.js';
import { failure, head, notice } from '../../ui/components/parts.js';
import { catchDrops } from '../../ui/drops.js';
import { grouped } from '../../ui/format.js';
import { speak, t, tn } from '../../ui/i18n.js';
import { icon } from '../../ui/icons.js';
import { standFirst } from '../../ui/standing.js';
import { expect } from '../../ui/vault.js';
import { View } from '../../ui/view.js';
import { answers, placeChoice } from './parts.js';
import { missing, withPermission } from './permission.js';
import { askPlace, type Outcome, together } from './search.js';
import { askAsNobody, askWithPermission, type Way } from './ways.js';

/**
 * The one window in which a key is looked for. It is the extension's own, so that no page can draw into it, and none gets its button pressed by a click that was meant for the page:
 * nobody is asked before the user has read who would learn what, and said so. What is found is stored on a further click.
 */
class LookupPage extends View {
  #wanted: Wanted | undefined;
  #places: Lookup[] = [];
  /** Places that the user does not want to be asked. */
  #left = new Set<string>();
  #outcomes = new Map<string, Outcome>();
  /** Places of which a host kept silent, maybe only to nobody. */
  #silent: Lookup[] = [];
  /** Permissions that might make them answer, and that the browser has not given yet. */
  #missing: string[] = [];
  #found: string | undefined;
  #imported: readonly ImportOutcome[] | undefined;
  /** Counts searches: what an older one still finds is dropped. */
  #search = 0;

  override firstUpdated(): void {
    const id = location.hash.slice(1);
    void this.attempt(async () => {
      const { wanted } = id
        ? await expect('wanted', { kind: 'staged_lookup', id })
        : { wanted: { address: undefined, issuer: undefined } };
      this.#wanted = wanted;
      if (id) await this.#plan();
    }).then(() => this.focusOn(id ? 'button[type=submit]' : '#address'));
  }

  /** Whom one can ask; asks nobody. */
  async #plan(): Promise<void> {
    const wanted = this.#wanted ?? { address: undefined, issuer: undefined };
    const { places } = await expect('lookups', { kind: 'plan_lookup', wanted });
    if (wanted === this.#wanted) this.change(() => (this.#places = places));
  }

  #typed(event: Event): void {
    const address = (event.target as HTMLInputElement).value;
    this.#wanted = { address, issuer: this.#wanted?.issuer };
    this.#forget();
    // Half an address is no mistake yet: it is said when the button is pressed.
    this.#plan().catch(() => this.change(() => (this.#places = [])));
  }

  #forget(): void {
    this.#search += 1;
    this.change(() => {
      this.#outcomes = new Map();
      this.#silent = [];
      this.#missing = [];
      this.#found = undefined;
      this.#imported = undefined;
      this.failure = undefined;
    });
  }

  #choose({ place }: Lookup, on: boolean): void {
    this.change(() => (on ? this.#left.delete(place) : this.#left.add(place)));
  }

  async #look(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    const named = JSON.stringify(this.#places);
    this.#forget();
    const planned = await this.attempt(() => this.#plan());
    if (!planned) return this.focusOn('#address');
    // Who pastes an address and presses Enter at once has not read yet who learns of it.
    if (JSON.stringify(this.#places) !== named) {
      standFirst();
      return this.focusOn('button[type=submit]');
    }
    await this.attempt(() => this.#ask(this.#chosen, askAsNobody));
  }

  get #chosen(): Lookup[] {
    return this.#places.filter(({ place }) => !this.#left.has(place));
  }

  async #ask(places: readonly Lookup[], way: Way): Promise<void> {
    const wanted = this.#wanted;
    const search = this.#search;
    if (!wanted || places.length === 0) return;
    const set = ({ place }: Lookup, outcome: Outcome) => {
      if (search === this.#search) this.change(() => this.#outcomes.set(place, outcome));
    };
    await Promise.all(
      places.map(async (place) => {
        set(place, { state: 'asking' });
        set(place, await askPlace(wanted, place, way));
      }),
    );
    if (search !== this.#search) return;
    const silent = this.#places.filter(({ place }) => {
      const outcome = this.#outcomes.get(place);
      return outcome?.state === 'refused' && outcome.silent.length > 0;
    });
    const lacks = await missing(silent);
    this.change(() => {
      this.#silent = silent;
      this.#missing = lacks;
      this.#found = together(this.#outcomes.values());
    });
  }

  #allow(): void {
    const places = this.#silent;
    // Browsers ask only while a click is being answered: nothing may come before.
    const asked = withPermission(this.#missing, () => this.#ask(places, askWithPermission));
    void this.attempt(() => asked);
  }

  /** The browser allows it already, for all sites or for these. */
  #again(): void {
    void this.attempt(async () => {
      const places = this.#silent;
      const lacks = await missing(places);
      // Without a permission Firefox would tell the origin.
      if (lacks.length > 0) return this.change(() => (this.#missing = lacks));
      await this.#ask(places, askWithPermission);
    });
  }

  override render(): TemplateResult {
    return html`${head('lookup_title')}
      <main>${this.#wanted ? this.#form(this.#wanted) : failure(this.failure)} ${this.#imported ? this.#done(this.#imported) : this.#preview()}</main>`;
  }

  #form({ address, issuer }: Wanted): TemplateResult {
    const ready = this.#chosen.length > 0 || this.#places.length === 0;
    return html`<form novalidate @submit=${this.#look} aria-busy=${this.busy ? 'true' : 'false'}>
      ${issuer ? html`<p>${t('lookup_for_key')} <code>${grouped(issuer)}</code></p>` : nothing}
      <div class="field">
        <label for="address">${t(issuer ? 'lookup_address_of_sender' : 'lookup_address')}</label>
        <input
          id="address"
          type="text"
          inputmode="email"
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          maxlength="254"
          .value=${address ?? ''}
          ?readonly=${this.busy}
          @input=${this.#typed}
        />
      </div>
      ${this.#places.length > 0 ? placeChoice(this.#places, this.#left, (place, on) => this.#choose(place, on)) : nothing}
      <p class="dim small">${t('lookup_nothing_yet')}</p>
      ${failure(this.failure)}
      <div class="actions">
        <button type="submit" class="primary" ?disabled=${this.busy || !ready}>${icon('search')}<span>${t('lookup_ask')}</span></button>
        <button type="button" @click=${() => window.close()}>${t('close')}</button>
      </div>
      ${answers(this.#places, this.#outcomes)} ${this.#permission()}
    </form>`;
  }

  #permission(): TemplateResult | typeof nothing {
    if (this.#silent.length === 0 || this.busy) return nothing;
    if (this.#missing.length === 0) {
      return notice(
        'plain',
        html`<p>${t('lookup_allowed_text')}</p>
          <div class="actions"><button id="again" type="button" @click=${this.#again}>${t('lookup_again')}</button></div>`,
      );
    }
    return notice(
      'plain',
      html`<p>${t('lookup_permission_text')}</p>
        <div class="actions"><button id="allow" type="button" @click=${this.#allow}>${t('lookup_permission')}</button></div>`,
    );
  }

  #preview(): TemplateResult | typeof nothing {
    if (!this.#found || this.busy) return nothing;
    return html`<wx-import
      .given=${this.#found}
      @imported=${({ detail }: CustomEvent<ImportOutcome[]>) => {
        this.change(() => (this.#imported = detail));
        this.focusOn('#finish');
      }}
    ></wx-import>`;
  }

  #done(outcomes: readonly ImportOutcome[]): TemplateResult {
    const count = outcomes.filter((outcome) => outcome.new || outcome.changed).length;
    return notice(
      'good',
      html`<p role="status">${count > 0 ? tn(count, 'imported_one', 'imported_other') : t('imported_none')}</p>
        <div class="actions"><button id="finish" type="button" class="primary" @click=${() => window.close()}>${t('close')}</button></div>`,
    );
  }
}

addEventListener('keydown', (event) => {
  if (event.key === 'Escape') window.close();
});
catchDrops();
standFirst();
customElements.define('wx-lookup-page', LookupPage);
speak('lookup_title');
