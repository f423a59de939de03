import { html, nothing, type TemplateResult } from 'lit';
import type { ImportOutcome, KeyInfo } from 'waxseal-wasm';
import '../../ui/components/export-form.js';
import '../../ui/components/generate-form.js';
import type { ImportForm } from '../../ui/components/import-form.js';
import '../../ui/components/import-form.js';
import type { Destination, KeyManager } from '../../ui/components/key-manager.js';
import '../../ui/components/key-manager.js';
import '../../ui/components/key-page.js';
import { tabHead } from '../../ui/components/parts.js';
import { catchDrops } from '../../ui/drops.js';
import { keyName } from '../../ui/format.js';
import { speak, type TextKey, t, tn } from '../../ui/i18n.js';
import { icon } from '../../ui/icons.js';
import { standFirst } from '../../ui/standing.js';
import { toast } from '../../ui/toast.js';
import { View } from '../../ui/view.js';

type Place =
  | { at: 'list'; reveal?: string; from?: 'generate' | 'import' }
  | { at: 'generate' }
  | { at: 'import'; id?: string }
  | { at: 'export'; key: string }
  | { at: 'details'; key: string };

/** Reads the URL's fragment: `#generate`, `#import`, `#import=<id>`, `#export=<fingerprint>`, `#details=<fingerprint>`,
 * `#key=<fingerprint>`. */
function place(fragment: string): Place {
  const [name, value = ''] = fragment.replace(/^#/, '').split('=', 2);
  if (name === 'generate') return { at: 'generate' };
  if (name === 'import') return value ? { at: 'import', id: value } : { at: 'import' };
  if ((name === 'export' || name === 'details') && value) return { at: name, key: value };
  return name === 'key' && value ? { at: 'list', reveal: value } : { at: 'list' };
}

/** What of the list led to a place. */
function wayBack(left: Place): Pick<Extract<Place, { at: 'list' }>, 'reveal' | 'from'> {
  switch (left.at) {
    case 'export':
    case 'details':
      return { reveal: left.key };
    case 'generate':
    case 'import':
      return { from: left.at };
    case 'list':
      return {};
  }
}

/** The key manager with room. */
class KeysPage extends View {
  #place = place(location.hash);

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('hashchange', () => this.#turn(place(location.hash)));
    catchDrops((files) => this.#dropped(files));
  }

  /** Who comes back to the list goes on where they left it. (All other places give the focus to something by themselves.) */
  #turn(to: Place): void {
    const left = this.#place;
    const back = to.at === 'list' && !to.reveal ? wayBack(left) : {};
    this.change(() => (this.#place = { ...to, ...back }));
  }

  #go(to: Destination | `key=${string}` | ''): void {
    location.hash = to;
  }

  override updated(): void {
    if (this.#place.at !== 'list') return;
    const { reveal, from } = this.#place;
    const list = this.querySelector<KeyManager>('wx-key-manager');
    this.#place = { at: 'list' };
    if (reveal) list?.reveal(reveal);
    else if (from) list?.want(`.go-${from}`);
  }

  #dropped(files: File[]): void {
    this.change(() => (this.#place = { at: 'import' }));
    this.#go('import');
    void this.updateComplete.then(() => this.querySelector<ImportForm>('wx-import')?.take(files));
  }

  #made({ detail: key, target }: CustomEvent<KeyInfo>): void {
    toast(t('key_made', keyName(key)));
    this.#comesTo(key.fingerprint, target);
  }

  #imported(event: CustomEvent<ImportOutcome[]>): void {
    const outcomes = event.detail;
    const changed = outcomes.filter((outcome) => outcome.new || outcome.changed);
    toast(changed.length > 0 ? tn(changed.length, 'imported_one', 'imported_other') : t('imported_none'));
    this.#comesTo(outcomes[0]?.key.fingerprint ?? '', event.target);
  }

  /** Shows a key that has come. Who has left its form meanwhile stays where they are. */
  #comesTo(fingerprint: string, form: EventTarget | null): void {
    if (form instanceof Element && form.isConnected) this.#go(`key=${fingerprint}`);
  }

  override render(): TemplateResult {
    return html`${tabHead('nav_keys', 'keys')}
      <main>${this.#body()}</main>`;
  }

  #body(): TemplateResult {
    switch (this.#place.at) {
      case 'generate':
        return this.#sheet('generate_title', 'generate_text', html`<wx-generate @made=${this.#made}></wx-generate>`);
      case 'import':
        return this.#sheet(
          'import_title',
          'import_text',
          html`<wx-import .stagedId=${this.#place.id} @imported=${this.#imported}></wx-import>`,
        );
      case 'export': {
        const { key } = this.#place;
        return this.#sheet(
          'export_title',
          'export_text',
          html`<wx-export .fingerprint=${key} @exported=${() => this.#go(`key=${key}`)}></wx-export>`,
        );
      }
      case 'details':
        return this.#sheet(
          'details_title',
          undefined,
          html`<wx-key-page
            .fingerprint=${this.#place.key}
            @go=${(event: CustomEvent<Destination>) => this.#go(event.detail)}
          ></wx-key-page>`,
        );
      case 'list':
        return html`<wx-key-manager
          .guides=${true}
          @go=${(event: CustomEvent<Destination>) => this.#go(event.detail)}
        ></wx-key-manager>`;
    }
  }

  #sheet(title: TextKey, text: TextKey | undefined, content: TemplateResult): TemplateResult {
    return html`<p><a class="back" href="#">${icon('back')}<span>${t('back_to_keys')}</span></a></p>
      <section class="sheet" aria-labelledby="sheet-title">
        <h2 id="sheet-title">${t(title)}</h2>
        ${text ? html`<p class="dim">${t(text)}</p>` : nothing}
        ${content}
      </section>`;
  }
}

// A frame in a page makes these places open: for what the page brought along, and for the key of who signed.
if (/^#(import|details)=/.test(location.hash)) standFirst();
customElements.define('wx-keys-page', KeysPage);
speak('nav_keys');
