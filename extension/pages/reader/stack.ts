import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { kept } from '../../desk/engine.js';
import type { SignedFile } from '../../ui/files.js';
import { t } from '../../ui/i18n.js';
import { icon } from '../../ui/icons.js';
import type { Part, SignedPart } from '../../ui/mail/files.js';
import type { Subject } from './opening.js';
import './opening.js';
import { Showing } from './showing.js';

/** Parts within parts that are open at once; each keeps an engine with its octets. */
const MAX_DEPTH = 8;

/** The one that is seen. */
const TOP = 'wx-opening:not([hidden])';

interface Level {
  readonly subject?: Subject | undefined;
  /** Instead of a subject: a file that is checked against its signature. */
  readonly check?: SignedFile;
  /** What the mail around it calls it. */
  readonly name: string;
  /** What opened it in the mail around it. */
  readonly opener?: string;
}

/**
 * A message or mail, and the parts of it that the user has opened from there. One is seen at a time, each under a
 * verdict of its own: what is said of one says nothing of what is around or in it.
 */
export class OpeningStack extends Showing {
  protected override readonly resumesAt = `${TOP} .verdict`;
  // A reader is there before its mail has come.
  #levels: readonly Level[] = [{ subject: undefined, name: '' }];

  override connectedCallback(): void {
    super.connectedCallback();
    for (const way of ['pagehide', 'pageshow'] as const) addEventListener(way, this.#moved);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const way of ['pagehide', 'pageshow'] as const) removeEventListener(way, this.#moved);
  }

  /**
   * A page that the browser keeps for the way back hears nothing of what happens meanwhile, not even that the keys were locked:
   * what is read goes first, and is read anew when the page comes back.
   */
  readonly #moved = ({ type, persisted }: PageTransitionEvent): void => {
    if (persisted)
      this.change(() => (this.#levels = [{ subject: type === 'pageshow' ? this.subject : undefined, name: '' }]));
  };

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has('subject')) this.#levels = [{ subject: this.subject, name: '' }];
  }

  #enter(level: Level): void {
    if (this.#levels.length > MAX_DEPTH) return;
    this.change(() => (this.#levels = [...this.#levels, level]));
    this.focusOn('.crumbs button');
  }

  #part({ detail: { id, source, name } }: CustomEvent<Part>): void {
    // The site tells a sender for the whole, not for what is in it.
    this.#enter({
      subject: { kind: 'mail', source: kept(source), sender: null },
      name,
      opener: `[data-file="${id}"] .open-part`,
    });
  }

  async #check({ detail }: CustomEvent<SignedPart>): Promise<void> {
    // Few mails have signed files.
    await import('./signature-check.js');
    this.#enter({
      check: detail,
      name: detail.signature.name,
      opener: `[data-file="${detail.id}"] .check-signature`,
    });
  }

  #back(): void {
    const opener = this.#levels.at(-1)?.opener;
    this.change(() => (this.#levels = this.#levels.slice(0, -1)));
    this.focusOn(`${TOP} ${opener}`);
  }

  /** Its text was taken away; parts of it are the same text. */
  #withdrawn(at: number): void {
    if (at < this.#levels.length - 1) this.change(() => (this.#levels = this.#levels.slice(0, at + 1)));
  }

  override render(): TemplateResult {
    const top = this.#levels.length - 1;
    return html`${top > 0 ? this.#crumbs() : nothing}
      <div @part=${this.#part} @check=${this.#check}>
        ${repeat(
          this.#levels,
          (level) => level,
          ({ subject, check }, at) =>
            check
              ? html`<wx-signature-check .what=${check} .tools=${this.tools}></wx-signature-check>`
              : html`<wx-opening
                  ?hidden=${at !== top}
                  .subject=${subject}
                  .tools=${this.tools}
                  ?in-page=${this.inPage}
                  ?answers=${this.answers && at === 0}
                  @withdrawn=${() => this.#withdrawn(at)}
                ></wx-opening>`,
        )}
      </div>`;
  }

  #crumbs(): TemplateResult {
    return html`<nav class="crumbs no-print" aria-label=${t('crumbs_label')}>
      <button type="button" class="quiet" @click=${this.#back}>
        ${icon('back')}<span>${t(this.#levels.length > 2 ? 'back_one_part' : 'back_to_mail')}</span>
      </button>
      <p class="dim">${t('part_shown')} <bdi>${this.#levels.at(-1)?.name}</bdi></p>
    </nav>`;
  }
}

customElements.define('wx-opening-stack', OpeningStack);
