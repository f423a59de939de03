import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { t } from '../../ui/i18n.js';
import { icon } from '../../ui/icons.js';
import type { Part } from '../../ui/mail/files.js';
import { View } from '../../ui/view.js';
import type { Subject } from './opening.js';
import './opening.js';

/** Parts within parts that are open at once; each keeps an engine with its octets. */
const MAX_DEPTH = 8;

interface Level {
  readonly subject: Subject | undefined;
  /** What the mail around it calls it. */
  readonly name: string;
}

/**
 * A message or mail, and the parts of it that the user has opened from there. One is seen at a time, each under a
 * verdict of its own: what is said of one says nothing of what is around or in it.
 */
export class OpeningStack extends View {
  static override properties = {
    subject: { attribute: false },
    tools: { attribute: false },
    inPage: { type: Boolean, attribute: 'in-page' },
    answers: { type: Boolean },
  };
  declare subject: Subject | undefined;
  /** Further buttons of the bands. */
  declare tools: TemplateResult | undefined;
  /** See `Opening`. */
  declare inPage: boolean;
  /** The outermost can be answered; what is in it was never the page's message. */
  declare answers: boolean;

  // A reader is there before its mail has come.
  #levels: readonly Level[] = [{ subject: undefined, name: '' }];

  constructor() {
    super();
    this.subject = undefined;
    this.tools = undefined;
    this.inPage = false;
    this.answers = false;
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has('subject')) this.#levels = [{ subject: this.subject, name: '' }];
  }

  #enter({ detail: { source, name } }: CustomEvent<Part>): void {
    if (this.#levels.length > MAX_DEPTH) return;
    // The site tells a sender for the whole, not for what is in it.
    const subject: Subject = { kind: 'mail', source, sender: null };
    this.change(() => (this.#levels = [...this.#levels, { subject, name }]));
    this.focusOn('.crumbs button');
  }

  #back(): void {
    this.change(() => (this.#levels = this.#levels.slice(0, -1)));
    this.focusOn(this.#levels.length > 1 ? '.crumbs button' : '.open-part');
  }

  override render(): TemplateResult {
    const top = this.#levels.length - 1;
    return html`${top > 0 ? this.#crumbs() : nothing}
      <div @part=${this.#enter}>
        ${repeat(
          this.#levels,
          (level) => level,
          ({ subject }, at) => html`<wx-opening
            ?hidden=${at !== top}
            .subject=${subject}
            .tools=${this.tools}
            ?in-page=${this.inPage}
            ?answers=${this.answers && at === 0}
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
