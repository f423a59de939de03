import { html, nothing, type TemplateResult } from 'lit';
import { type Drawn, PdfFile, PdfRefused } from '../../pdf/reading.js';
import { notice, working } from '../components/parts.js';
import { language, type TextKey, t } from '../i18n.js';
import { type IconName, icon } from '../icons.js';
import { View } from '../view.js';

/** How much larger or smaller than a page that fits. */
const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4];
const AS_IT_FITS = ZOOMS.indexOf(1);

type Problem = PdfRefused['why'];

let made = 0;

/**
 * A PDF, page by page: each is drawn when it is looked at, in a Worker of its own (extension/pdf), and only its picture
 * comes here. Fires `close` when the user has seen enough.
 */
export class PdfView extends View {
  static override properties = { name: { attribute: false } };
  /** What the file is called. */
  declare name: string;
  /** Gives the file, each time anew. */
  getOctets: () => Promise<Uint8Array<ArrayBuffer>> = () => Promise.reject(new PdfRefused('broken'));

  readonly #id = `pdf-${++made}`;
  #file: PdfFile | undefined;
  #pages = 0;
  #page = 1;
  #zoom = AS_IT_FITS;
  /** The page that is seen, and its width and size when it was drawn. */
  #drawn: { readonly page: number; readonly width: number; readonly zoom: number; readonly whole: boolean } | undefined;
  #problem: Problem | undefined;
  #textWanted = false;
  #text: string | undefined;
  /** Another page or size is wanted than the one that is being drawn. */
  #again = false;
  #running = false;
  #width = 0;
  #observer: ResizeObserver | undefined;

  constructor() {
    super();
    this.name = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.updateComplete.then(() => this.#begin());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
    this.#width = 0;
    this.#file?.close();
  }

  #begin(): void {
    const sheet = this.#sheet();
    if (!sheet || !this.isConnected) return;
    this.#observer = new ResizeObserver(() => {
      const { clientWidth } = sheet;
      if (clientWidth === 0 || clientWidth === this.#width) return;
      this.#width = clientWidth;
      this.#want();
    });
    this.#observer.observe(sheet);
    this.querySelector<HTMLElement>('.pdf')?.focus();
  }

  #sheet(): HTMLElement | null {
    return this.querySelector<HTMLElement>('.pdf-sheet');
  }

  #want(): void {
    this.#again = true;
    if (!this.#running) void this.#run();
  }

  /** Draws what is wanted last; what was wanted meanwhile is passed over. */
  async #run(): Promise<void> {
    this.#running = true;
    while (this.#again && this.isConnected) {
      this.#again = false;
      this.change(() => (this.#problem = undefined));
      try {
        await this.#step();
      } catch (error) {
        this.#problem = error instanceof PdfRefused ? error.why : 'broken';
        this.#drawn = undefined;
        this.#text = undefined;
      }
    }
    this.change(() => (this.#running = false));
  }

  async #step(): Promise<void> {
    const file = await this.#open();
    const [page, width, zoom] = [this.#page, this.#width, ZOOMS[this.#zoom] ?? 1];
    const before = this.#drawn;
    if (before?.page !== page || before.width !== width || before.zoom !== zoom) {
      const drawn = await file.draw({ page, width, zoom, density: devicePixelRatio });
      this.#put(drawn);
      if (before?.page !== page) this.#text = undefined;
      this.change(() => (this.#drawn = { page, width, zoom, whole: drawn.whole }));
    }
    if (this.#textWanted && this.#text === undefined) this.#text = await file.text(page);
  }

  /** The file; opened again when its Worker had to be ended over another page. */
  async #open(): Promise<PdfFile> {
    if (this.#file?.usable) return this.#file;
    const file = await PdfFile.open(await this.getOctets());
    if (!this.isConnected) file.close();
    this.#file = file;
    this.#pages = file.pages;
    this.#page = Math.min(this.#page, file.pages);
    return file;
  }

  #put({ bitmap, width, height }: Drawn): void {
    const canvas = this.querySelector('canvas');
    if (!canvas) {
      bitmap.close();
      return;
    }
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    canvas.style.setProperty('width', `${width}px`);
    canvas.style.setProperty('height', `${height}px`);
    canvas.getContext('bitmaprenderer')?.transferFromImageBitmap(bitmap);
  }

  #go(page: number): void {
    const wanted = Math.min(Math.max(Math.trunc(page) || 1, 1), this.#pages);
    const before = this.#page;
    this.change(() => (this.#page = wanted));
    if (wanted === before) return;
    this.#sheet()?.scrollTo(0, 0);
    this.#want();
  }

  #typed(event: Event): void {
    const field = event.target as HTMLInputElement;
    this.#go(Number(field.value));
    // What is no page goes from the field, also where the page stays the same.
    field.value = String(this.#page);
  }

  #resize(by: -1 | 1): void {
    const zoom = Math.min(Math.max(this.#zoom + by, 0), ZOOMS.length - 1);
    if (zoom === this.#zoom) return;
    this.change(() => (this.#zoom = zoom));
    this.#want();
  }

  #toggleText(): void {
    this.change(() => (this.#textWanted = !this.#textWanted));
    if (this.#textWanted) this.#want();
  }

  #close(): void {
    this.dispatchEvent(new CustomEvent('close'));
  }

  #pressed(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Escape') this.#close();
    else if (event.target instanceof HTMLInputElement) return;
    else if (event.key === '+') this.#resize(1);
    else if (event.key === '-') this.#resize(-1);
    else if (event.key === 'PageDown' && this.#atEdge('end')) this.#go(this.#page + 1);
    else if (event.key === 'PageUp' && this.#atEdge('start')) this.#go(this.#page - 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** There is nothing more to scroll to: the key that scrolls leafs. */
  #atEdge(edge: 'start' | 'end'): boolean {
    const sheet = this.#sheet();
    if (!sheet) return false;
    const below = sheet.scrollHeight - sheet.clientHeight - sheet.scrollTop;
    return (edge === 'start' ? sheet.scrollTop : below) <= 1;
  }

  override render(): TemplateResult {
    const drawn = this.#drawn;
    return html`<section class="pdf no-print" tabindex="-1" aria-label=${t('pdf_label', this.name)} @keydown=${this.#pressed}>
      ${this.#tools()}
      <p class="visually-hidden" role="status">${drawn ? t('pdf_page_of', drawn.page, this.#pages) : ''}</p>
      ${this.#running && !drawn ? working(t('pdf_drawing')) : nothing} ${problem(this.#problem)}
      ${drawn && !drawn.whole ? notice('warn', t('pdf_not_whole'), 'status') : nothing}
      <div
        class="pdf-sheet"
        role="group"
        tabindex="0"
        aria-label=${t('pdf_sheet')}
        aria-busy=${this.#running ? 'true' : 'false'}
      >
        <canvas ?hidden=${!drawn} width="1" height="1" role="img" aria-label=${t('pdf_page_of', drawn?.page ?? 1, this.#pages)}></canvas>
      </div>
      ${this.#file?.hasMore ? html`<p class="dim small">${t('pdf_many', number(this.#pages))}</p>` : nothing} ${this.#asText()}
    </section>`;
  }

  #tools(): TemplateResult {
    const first = this.#page <= 1;
    const last = this.#page >= this.#pages;
    const zoom = new Intl.NumberFormat(language(), { style: 'percent' }).format(ZOOMS[this.#zoom] ?? 1);
    return html`<div class="pdf-tools" role="toolbar" aria-label=${t('pdf_tools')}>
      ${
        this.#pages > 0
          ? html`${tool('back', 'pdf_previous', first, () => this.#go(this.#page - 1))}
              <label for=${this.#id}>${t('pdf_page')}</label>
              <input
                id=${this.#id}
                type="number"
                inputmode="numeric"
                min="1"
                max=${this.#pages}
                .value=${String(this.#page)}
                @change=${this.#typed}
              />
              <span>${t('pdf_of', number(this.#pages))}</span>
              ${tool('next', 'pdf_next', last, () => this.#go(this.#page + 1))}
              <span class="pdf-zoom">
                ${tool('minus', 'pdf_smaller', this.#zoom === 0, () => this.#resize(-1))}
                <span aria-live="polite">${zoom}</span>
                ${tool('plus', 'pdf_larger', this.#zoom === ZOOMS.length - 1, () => this.#resize(1))}
              </span>
              <button type="button" class="small-button" aria-pressed=${this.#textWanted ? 'true' : 'false'} @click=${this.#toggleText}>
                ${t('pdf_text')}
              </button>`
          : nothing
      }
      <button type="button" class="small-button pdf-close" @click=${this.#close}>${icon('cross')}<span>${t('close')}</span></button>
    </div>`;
  }

  #asText(): TemplateResult | typeof nothing {
    if (!this.#textWanted || this.#text === undefined) return nothing;
    const empty = this.#text.trim() === '';
    return html`<div class="pdf-text" role="region" aria-label=${t('pdf_text')}>
      ${empty ? html`<p class="dim">${t('pdf_no_text')}</p>` : html`<div class="text" dir="auto" lang="">${this.#text}</div>`}
    </div>`;
  }
}

/** `aria-disabled`: a button that is disabled while it has the focus would lose it. */
function tool(name: IconName, text: TextKey, off: boolean, run: () => void): TemplateResult {
  return html`<button
    type="button"
    class="small-button icon-only"
    title=${t(text)}
    aria-label=${t(text)}
    aria-disabled=${off ? 'true' : 'false'}
    @click=${() => (off ? undefined : run())}
  >
    ${icon(name)}
  </button>`;
}

function problem(why: Problem | undefined): TemplateResult | typeof nothing {
  if (!why) return nothing;
  return notice('bad', html`<p class="strong">${t(`pdf_${why}`)}</p><p>${t('pdf_save')}</p>`, 'alert');
}

function number(value: number): string {
  return new Intl.NumberFormat(language()).format(value);
}

customElements.define('wx-pdf', PdfView);
