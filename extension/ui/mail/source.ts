import { html, nothing, type TemplateResult } from 'lit';
import type { MailView } from 'waxseal-wasm';
import { failure } from '../components/parts.js';
import { saveBytes } from '../files.js';
import { t } from '../i18n.js';
import { icon } from '../icons.js';
import { Refused } from '../vault.js';
import { View } from '../view.js';

/** Gives the source of the mail that is shown, as it was decrypted; nothing when it is not to be had. */
export type GetSource = () => Promise<Uint8Array<ArrayBuffer> | undefined>;

/** Octets of a source that are drawn: a person reads headers and texts, not megabytes of an enclosed file. */
const MAX_DRAWN = 100_000;

/**
 * What would draw itself as something else, or not at all: all controls but tab and line end, what turns text around, and all else that is
 * remarked on as misleading (crate/core/src/cert/text.rs).
 */
const UNSEEN =
  /(?![\t\n])[\p{Cc}\p{Co}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2028\u2029\u2800\ufff0-\ufffb\u{e0000}-\u{10ffff}]/gu;

interface Drawn {
  readonly text: string;
  /** There is more of it. */
  readonly cut: boolean;
}

/** "Show the source": what the parts above were read from, as text, from the engine that read them. */
export class MailSource extends View {
  static override properties = { mail: { attribute: false }, archive: { attribute: false } };
  /** Another mail has another source. */
  declare mail: MailView | undefined;
  /** What a file of it is called, without its ending. */
  declare archive: string;
  getSource: GetSource = async () => undefined;

  #drawn: Drawn | undefined;

  constructor() {
    super();
    this.mail = undefined;
    this.archive = '';
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has('mail')) this.#drawn = undefined;
  }

  async #octets(): Promise<Uint8Array<ArrayBuffer>> {
    const octets = await this.getSource();
    if (!octets) throw new Refused('crashed');
    return octets;
  }

  #toggle(): void {
    if (this.#drawn) {
      this.change(() => (this.#drawn = undefined));
      return;
    }
    const { mail } = this;
    void this.attempt(async () => {
      const drawn = draw(await this.#octets());
      // Another one may have come meanwhile.
      if (mail === this.mail) this.change(() => (this.#drawn = drawn));
    });
  }

  #save(): void {
    void this.attempt(async () => saveBytes(`${this.archive || t('source_file')}.eml`, [await this.#octets()]));
  }

  override render(): TemplateResult {
    const drawn = this.#drawn;
    const show = this.mail?.verdict.encrypted ? 'show_decrypted_source' : 'show_source';
    return html`<div class="actions no-print">
        <button
          type="button"
          class="small-button show-source"
          aria-expanded=${drawn ? 'true' : 'false'}
          ?disabled=${this.busy}
          @click=${() => this.#toggle()}
        >
          ${icon('eye')}<span>${t(drawn ? 'hide_source' : show)}</span>
        </button>
        <button type="button" class="small-button save-source" ?disabled=${this.busy} @click=${() => this.#save()}>
          ${icon('save')}<span>${t('save_source')}</span>
        </button>
      </div>
      ${failure(this.failure)}
      ${
        drawn
          ? html`${drawn.cut ? html`<p class="dim small">${t('source_cut')}</p>` : nothing}
              <pre class="source" dir="ltr" lang="" tabindex="0" aria-label=${t('source_label')}>${drawn.text}</pre>`
          : nothing
      }`;
  }
}

/** As text: UTF-8 where it is that, and what cannot be seen by its number. */
function draw(octets: Uint8Array): Drawn {
  const text = new TextDecoder().decode(octets.subarray(0, MAX_DRAWN)).replaceAll('\r\n', '\n');
  const number = (character: string) =>
    `‹U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}›`;
  return { text: text.replace(UNSEEN, number), cut: octets.length > MAX_DRAWN };
}

customElements.define('wx-mail-source', MailSource);
