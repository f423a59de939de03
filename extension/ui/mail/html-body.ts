import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { MailFile } from 'waxseal-wasm';
import { notice } from '../components/parts.js';
import { t, tn } from '../i18n.js';
import { icon } from '../icons.js';
import { View } from '../view.js';
import { keepWithin } from './beside.js';
import type { Cleaned } from './clean.js';
import { draw, type Pictures, placeholder, repair } from './draw.js';
import { pictureBlob, pictureOf } from './pictures.js';
import { place } from './place.js';
import { cleanedIn, newRoom, type Room } from './room.js';
import './text-body.js';

/**
 * Gives the octets of a file of the mail: as they are saved, or as it is opened by itself. Nothing when they are not to be had.
 */
export type GetFile = (id: number, use?: 'open') => Promise<Uint8Array<ArrayBuffer> | undefined>;

/**
 * CSS pixels of a document's frame. Longer ones scroll in themselves: browsers draw larger boxes badly, and no
 * document may stretch the page without end.
 */
const MAX_HEIGHT = 20_000;

/** CSS pixels that fit on paper (A4, Letter) beside what is around the frame. */
const PAPER = 640;
/** A document that needs more than that is made smaller by the browser, as far as one can still read it. */
const MAX_PAPER = 1_400;
/** CSS pixels that are printed of one document: a thousand sheets. */
const MAX_PRINTED = 1_000_000;
/** On paper letters are set without regard to pixels: lines may break a little earlier than they were measured. */
const LOOSE = 1.03;

/** Firefox keeps no cookies from windows of an extension: only within a web page it keeps those of each site apart. */
const KNOWN = location.protocol === 'moz-extension:' && window.top === window;

/** What the body's frame may do: open a link in a tab of its own. No script, no form, no way around. */
const SANDBOX = 'allow-same-origin allow-popups allow-popups-to-escape-sandbox';

const PRINTING = ['beforeprint', 'afterprint'];

type State =
  | { at: 'cleaning' }
  /** In a frame. `Pictures` are known once it is drawn. */
  | { at: 'html'; pictures: Pictures | undefined }
  /** As text: because the user likes it better, or because of this. */
  | { at: 'text'; why: 'html_too_large' | 'html_failed' | undefined };

/**
 * The HTML of a mail, cleaned, in a frame without script. Nothing from the internet is loaded before the user asks for
 * it. Fires `inline` with the ids of the files that are shown in it.
 */
export class MailHtml extends View {
  static override properties = {
    markup: { attribute: false },
    plain: { attribute: false },
    files: { attribute: false },
  };
  /** The document as it came. */
  declare markup: string;
  /** The same as plain text, if the mail has it. */
  declare plain: string | undefined;
  declare files: readonly MailFile[];
  /** Which of the mail's bodies it is. */
  place = 0;
  getFile: GetFile = async () => undefined;
  room: Room = newRoom();

  #state: State = { at: 'cleaning' };
  #remote = false;
  /** The text of the HTML, where the mail has no other. */
  #text = '';
  /** The same as it is drawn: of pictures that are seen, their words are not. */
  #drawnText = '';
  #urls: string[] = [];
  #observer: ResizeObserver | undefined;
  /** Gives the frame the size of what is in it, once that is drawn. */
  #measure: (() => void) | undefined;
  #onPaper = false;

  constructor() {
    super();
    this.markup = '';
    this.plain = undefined;
    this.files = [];
  }

  /** What is shown, as plain text, for copying: what a mail says beside its HTML may be something else. */
  get text(): string {
    return this.#state.at === 'text' ? (this.plain ?? this.#text) : this.#drawnText;
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has('markup')) return;
    this.#remote = false;
    this.#state = { at: 'cleaning' };
    this.#text = this.#drawnText = '';
    void this.#orAsText(this.markup, this.#begin(this.markup));
  }

  override connectedCallback(): void {
    super.connectedCallback();
    for (const type of PRINTING) addEventListener(type, this.#print);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const type of PRINTING) removeEventListener(type, this.#print);
    this.#forget();
  }

  /** Paper has another width, and a frame cuts off what is higher there than it was: it is measured for it. */
  readonly #print = ({ type }: Event): void => {
    this.#onPaper = type === 'beforeprint';
    this.#measure?.();
  };

  /** What cannot be drawn, for whatever reason, is not lost. */
  async #orAsText(markup: string, drawing: Promise<void>): Promise<void> {
    if ((await this.attempt(() => drawing, { quiet: true })) || markup !== this.markup) return;
    this.#text ||= markup;
    this.#show({ at: 'text', why: 'html_failed' });
  }

  async #begin(markup: string): Promise<void> {
    const { clean } = await import('./clean.js');
    if (markup !== this.markup) return;
    const cleaned = cleanedIn(this.room, markup, clean);
    if (cleaned) {
      const { plainText } = await import('./plain-text.js');
      if (markup !== this.markup) return;
      this.#text = plainText(cleaned);
      this.#drawnText = plainText(cleaned, (image) => {
        const source = cleaned.pictures.get(image);
        return source?.from === 'mail' && pictureOf(this.files, source.id, this.place)
          ? `[${t('picture')}]`
          : undefined;
      });
    } else this.#text = markup;
    this.#show(cleaned ? { at: 'html', pictures: undefined } : { at: 'text', why: 'html_too_large' });
  }

  #show(state: State): void {
    this.#forget();
    if (state.at === 'text') this.#tell([]);
    this.change(() => (this.#state = state));
  }

  /** The frame's document is there, and empty. */
  async #loaded(event: Event): Promise<void> {
    const frame = event.target as HTMLIFrameElement;
    const doc = frame.contentDocument;
    // A frame begins with a document of nobody's.
    if (!doc || !place.isFrame(doc, this.#remote)) return;
    const { markup } = this;
    const cleaned = await cleanedOf(markup);
    // Another document may have come meanwhile.
    if (!cleaned || frame.contentDocument !== doc || markup !== this.markup || !frame.isConnected) return;
    this.#forget();
    const pictures = draw(cleaned, doc, this.#remote);
    if (this.#state.at === 'html') this.change(() => (this.#state = { at: 'html', pictures }));
    // As in ui/standing.ts: a link is pressed there.
    this.dispatchEvent(new CustomEvent('framed', { detail: doc, bubbles: true }));
    let repaired = false;
    const measure = () => {
      // One that is hidden by what is around it has no style yet (Firefox): when it comes into sight it is measured again.
      if (!repaired) repaired = repair(doc);
      frame.style.setProperty('width', this.#onPaper ? `${PAPER}px` : '');
      keepWithin(doc);
      bringIn(doc);
      const whole = this.#onPaper ? forPaper(frame, doc) : stretch(frame, doc, MAX_HEIGHT);
      this.querySelector('.cut-off')?.toggleAttribute('hidden', whole);
    };
    this.#measure = measure;
    let soon = false;
    const measureSoon = () => {
      if (soon) return;
      soon = true;
      requestAnimationFrame(() => {
        soon = false;
        if (frame.contentDocument === doc) measure();
      });
    };
    // A picture that has come makes the document higher, a narrower page as well. A mail can have one picture in thousands of
    // places, and all of them come at once.
    doc.addEventListener('load', measureSoon, true);
    this.#observer = new ResizeObserver(measure);
    this.#observer.observe(frame);
    this.#observer.observe(doc.body);
    measure();
    await this.#ownPictures(pictures, doc);
    measure();
  }

  /** Shows the pictures that the mail itself brings. Only what the engine calls a picture is one. */
  async #ownPictures({ ofMail }: Pictures, doc: Document): Promise<void> {
    const shown = new Map<number, string>();
    for (const [image, id] of ofMail) {
      const file = pictureOf(this.files, id, this.place);
      const url = file && (shown.get(file.id) ?? (await this.#url(file)));
      // The document may have gone while the engine worked.
      if (doc.defaultView === null) return;
      if (file && url) {
        shown.set(file.id, url);
        image.src = url;
      } else image.replaceWith(placeholder(doc, image, { from: 'mail' }));
    }
    this.#tell([...shown.keys()]);
  }

  async #url(file: MailFile): Promise<string | undefined> {
    const octets = await this.getFile(file.id);
    const blob = octets && pictureBlob(file, octets);
    if (!blob) return undefined;
    const url = URL.createObjectURL(blob);
    this.#urls.push(url);
    return url;
  }

  #tell(ids: number[]): void {
    this.dispatchEvent(new CustomEvent<number[]>('inline', { detail: ids }));
  }

  #forget(): void {
    this.#observer?.disconnect();
    this.#observer = undefined;
    this.#measure = undefined;
    for (const url of this.#urls) URL.revokeObjectURL(url);
    this.#urls = [];
  }

  #load(): void {
    this.#remote = true;
    this.#show({ at: 'html', pictures: undefined });
    this.focusOn('iframe');
  }

  override render(): TemplateResult | typeof nothing {
    const state = this.#state;
    if (state.at === 'cleaning') return nothing;
    if (state.at === 'text') {
      return html`${state.why ? notice('plain', t(state.why)) : this.#switch('html')}
        <wx-mail-text .text=${this.text}></wx-mail-text>`;
    }
    const { src, srcdoc } = place.frame(this.#remote);
    return html`${this.#pictureBar(state.pictures)} ${this.#switch('text')}
      ${keyed(
        this.#remote,
        html`<iframe
          class="mail-body"
          title=${t('mail_body_label')}
          sandbox=${SANDBOX}
          referrerpolicy="no-referrer"
          ?credentialless=${this.#remote}
          src=${src ?? nothing}
          srcdoc=${srcdoc ?? nothing}
          @load=${(event: Event) => void this.#orAsText(this.markup, this.#loaded(event))}
        ></iframe>`,
      )}
      <p class="cut-off" hidden>${t('print_cut')}</p>`;
  }

  #pictureBar(pictures: Pictures | undefined): TemplateResult | typeof nothing {
    if (!pictures?.remote || !place.loadsPictures) return nothing;
    if (this.#remote) return notice('plain', t('pictures_loaded'), 'status');
    return notice(
      'plain',
      html`<p class="strong">${tn(pictures.remote, 'pictures_off_one', 'pictures_off_other')}</p>
        <p>${t('pictures_off_why')} ${KNOWN ? t('pictures_known') : nothing}</p>
        <div class="actions no-print">
          <button type="button" @click=${this.#load}>${icon('picture')}<span>${t('pictures_load')}</span></button>
        </div>`,
    );
  }

  #switch(to: 'html' | 'text'): TemplateResult {
    const show = () => {
      this.#show(to === 'text' ? { at: 'text', why: undefined } : { at: 'html', pictures: undefined });
      this.focusOn('.switch-view');
    };
    return html`<button type="button" class="quiet small-button switch-view no-print" @click=${show}>
      <span>${t(to === 'text' ? 'show_as_text' : 'show_as_html')}</span>
    </button>`;
  }
}

/** The purifier is needed for HTML only, and loaded with the first. */
async function cleanedOf(markup: string): Promise<Cleaned | undefined> {
  const { clean } = await import('./clean.js');
  return clean(markup);
}

/** Moves all of it aside by what reaches over the edge to which nothing scrolls: that where lines begin. */
function bringIn(doc: Document): void {
  const { body, documentElement: root, defaultView: view } = doc;
  if (!body || !view) return;
  const all = doc.createRange();
  all.selectNodeContents(body);
  const { left, right } = all.getBoundingClientRect();
  const moved = view.scrollX - (Number.parseFloat(body.style.left) || 0);
  const over =
    view.getComputedStyle(body).direction === 'rtl'
      ? Math.min(0, root.clientWidth - (right + moved))
      : Math.max(0, -(left + moved));
  body.style.setProperty('left', `${Math.ceil(Math.abs(over)) * Math.sign(over)}px`);
}

/** Gives the frame the height of what is in it; whether that is all of it. */
function stretch(frame: HTMLIFrameElement, doc: Document, most: number, loose = 1): boolean {
  const { body, documentElement: root } = doc;
  if (!body) return true;
  const edges = frame.offsetHeight - frame.clientHeight;
  // A document that is wider than the frame has a scroll bar at its foot.
  const bar = root.scrollWidth > root.clientWidth ? Math.max(0, frame.clientHeight - root.clientHeight) : 0;
  const height = Math.ceil(body.getBoundingClientRect().height * loose) + bar + edges;
  frame.style.setProperty('height', `${Math.min(height, most)}px`);
  root.classList.toggle('long', height > most);
  return height <= most;
}

/** Gives it the size that shows all of it at once; whether it does. */
function forPaper(frame: HTMLIFrameElement, doc: Document): boolean {
  const { documentElement: root } = doc;
  const edges = frame.offsetWidth - frame.clientWidth;
  if (root.scrollWidth > root.clientWidth) {
    frame.style.setProperty('width', `${Math.min(root.scrollWidth + edges, MAX_PAPER)}px`);
  }
  const high = stretch(frame, doc, MAX_PRINTED, LOOSE);
  return high && root.scrollWidth <= root.clientWidth;
}

customElements.define('wx-mail-html', MailHtml);
