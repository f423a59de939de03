// One reader frame: mounts it, hands over the port and what it is to show, and lets it size itself.

import type { Form, PageReply } from 'waxseal-wasm';
import type { PassMessage, ViewMessage } from '../../desk/channel.js';
import type { AnswerMode } from '../../desk/write-channel.js';
import { record } from '../../ui/record.js';
import { createElement, style } from '../dom.js';
import { fields, isAnswerMode } from '../fields.js';
import { FIRST_HEIGHT, MAX_HEIGHT, MIN_HEIGHT, READY_TIME } from '../limits.js';
import { say } from '../text.js';
import type { LargeMail } from './large-mail.js';
import { whyLost } from './site-answer.js';

/** What a reader is told, and the mail that it gets when it asks for it. */
export interface Told {
  readonly message: ViewMessage;
  readonly large?: LargeMail;
}

export interface ReaderEvents {
  /** It shows something: what is below may be covered. */
  ready(): void;
  /** It never came to life. */
  failed(): void;
  /** The vault does not know it any more. */
  expired(): void;
  /** The user wants to see the page's own text too, or no longer. */
  original(show: boolean): void;
  /** The user wants to answer what is shown. */
  answer(mode: AnswerMode): void;
}

type Ticket = Extract<PageReply, { kind: 'ticket' }>;

const TITLES = {
  message: 'reader_title',
  signed: 'reader_title_signed',
  key: 'reader_title_key',
  mail: 'reader_title_mail',
} as const satisfies Record<Form, string>;

export class Reader {
  /** What stands in the page; its shadow tree is closed to the page. */
  readonly host: HTMLElement;
  readonly #frame: HTMLIFrameElement;
  readonly #timer: ReturnType<typeof setTimeout>;
  #port: MessagePort | undefined;
  readonly #gone = new AbortController();
  #passing: { readonly pass: number; readonly pieces: ReturnType<LargeMail['pieces']> } | undefined;
  #ready = false;

  constructor(
    doc: Document,
    readonly form: Form,
    readonly ticket: Ticket,
    /** What it is told to show, which may come after the frame. Who answers what they have read answers this. */
    readonly told: Promise<Told>,
    readonly events: ReaderEvents,
  ) {
    this.host = createElement(doc, 'div');
    style(this.host, { all: 'initial', display: 'block', width: '100%' });
    this.#frame = this.#makeFrame(doc);
    this.host.attachShadow({ mode: 'closed' }).append(this.#frame);
    this.#timer = setTimeout(() => {
      if (!this.#ready) this.events.failed();
    }, READY_TIME);
  }

  /** Called when it stands in the page: the first text of a page is fetched by the browser, while the frame loads here. */
  name(): void {
    this.#frame.title = say(TITLES[this.form]);
  }

  remove(): void {
    clearTimeout(this.#timer);
    this.#gone.abort();
    this.#port?.close();
    this.#port = undefined;
    this.host.remove();
  }

  #makeFrame(doc: Document): HTMLIFrameElement {
    const frame = createElement(doc, 'iframe');
    frame.referrerPolicy = 'no-referrer';
    // The document's own origin must be named: in Chromium the address in `src` is a random one.
    frame.allow = `clipboard-write ${extensionOrigin()}`;
    style(frame, {
      all: 'initial',
      display: 'block',
      width: '100%',
      height: `${FIRST_HEIGHT}px`,
      // As its document: where the two differ, browsers fill what is left of a frame with a colour of their own.
      'color-scheme': 'light dark',
    });
    frame.addEventListener('load', () => this.#handOver(), { once: true });
    frame.src = `${chrome.runtime.getURL('reader.html')}#${this.ticket.ticket}`;
    return frame;
  }

  #handOver(): void {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = ({ data }: MessageEvent<unknown>) => this.#heard(data);
    // Named, so that nobody else gets the proof if the frame shows something else by now.
    this.#frame.contentWindow?.postMessage({ waxseal: 'port', proof: this.ticket.proof }, extensionOrigin(), [port2]);
    void this.told.then(({ message }) => this.#send(message));
  }

  #send(message: ViewMessage | PassMessage, move: ArrayBuffer[] = []): void {
    // Taken away meanwhile: nobody would hear it.
    if (!this.#port) return;
    record('content-desk', 'content', 'reader', message);
    this.#port.postMessage(message, move);
  }

  /** The next piece of a large mail, from its beginning when it is asked for anew. */
  async #pass(pass: number): Promise<void> {
    const { large } = await this.told;
    if (!large) return;
    if (this.#passing?.pass !== pass) {
      void this.#passing?.pieces.return(undefined);
      this.#passing = { pass, pieces: large.pieces(this.#gone.signal) };
    }
    try {
      const { value } = await this.#passing.pieces.next();
      if (value) this.#send({ t: 'octets', pass, data: value }, [value.buffer]);
      else this.#send({ t: 'octets_end', pass });
    } catch (error) {
      this.#send({ t: 'octets_lost', pass, error: whyLost(error) });
    }
  }

  #heard(data: unknown): void {
    const { t, height, show, mode, pass } = fields(data);
    if (t === 'more' && typeof pass === 'number') {
      void this.#pass(pass);
    } else if (t === 'ready') {
      this.#ready = true;
      this.events.ready();
    } else if (t === 'size' && typeof height === 'number' && Number.isFinite(height)) {
      const clamped = Math.ceil(Math.min(Math.max(height, MIN_HEIGHT), MAX_HEIGHT));
      style(this.#frame, { height: `${clamped}px` });
    } else if (t === 'expired') {
      this.events.expired();
    } else if (t === 'original' && typeof show === 'boolean') {
      this.events.original(show);
    } else if (t === 'answer' && isAnswerMode(mode)) {
      this.events.answer(mode);
    }
  }
}

/** The origin that extension pages really have. */
function extensionOrigin(): string {
  const { protocol, host } = new URL(chrome.runtime.getURL(''));
  return protocol === 'chrome-extension:' ? `${protocol}//${chrome.runtime.id}` : `${protocol}//${host}`;
}
