import { html, type TemplateResult } from 'lit';
import { linkedText } from '../components/linked-text.js';
import { t, tn } from '../i18n.js';
import { icon } from '../icons.js';
import { View } from '../view.js';
import { type Run, runs } from './quotes.js';

/** A quotation of so many lines stays open: in an answer point by point one must see to what. */
const SHORT_QUOTE = 3;

/** Plain text of a mail. Long quotations are folded away. */
export class MailText extends View {
  static override properties = { text: { attribute: false } };
  declare text: string;

  /** Runs that were unfolded, by their place. */
  #open = new Set<number>();

  constructor() {
    super();
    this.text = '';
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has('text')) this.#open.clear();
  }

  override render(): TemplateResult {
    return html`<div class="letter">${runs(this.text).map((run, at) => this.#run(run, at))}</div>`;
  }

  #run(run: Run, at: number): TemplateResult {
    // Each run is a block of its own, so that the line end between two is not drawn a second time.
    if (!run.quoted) return html`<div class="text" dir="auto" lang="">${linkedText(run.text)}</div>`;
    const folds = run.lines > SHORT_QUOTE;
    const open = !folds || this.#open.has(at);
    // One that is folded is there: it is printed.
    const quote = html`<div class="text quoted" dir="auto" lang="" ?hidden=${!open}>${linkedText(run.text)}</div>`;
    if (!folds) return quote;
    return html`<button
        type="button"
        class="quiet fold"
        aria-expanded=${open ? 'true' : 'false'}
        @click=${() => this.change(() => this.#open.delete(at) || this.#open.add(at))}
      >
        ${icon('down')}<span>${open ? t('hide_quoted') : tn(run.lines, 'show_quoted_one', 'show_quoted_other')}</span>
      </button>
      ${quote}`;
  }
}

customElements.define('wx-mail-text', MailText);
