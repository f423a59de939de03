// A window in which a mail is written, and its way to the page that the mail goes into. The page may navigate meanwhile
// (webmails open their answer form on a page of its own): the way is then found again.

import type { Target } from 'waxseal-wasm';
import { fromBase64, toBase64 } from '../ui/files.js';
import { record } from '../ui/record.js';
import type { Beat } from './channel.js';
import { linesSize } from './lines.js';
import { isOf, type OtherForm, otherForms } from './other-forms.js';
import { PageWait } from './page-wait.js';
import { Stopwatch } from './stopwatch.js';
import { turn } from './turn.js';
import {
  type FilePiece,
  type FormState,
  type FromPage,
  fromPage,
  type Look,
  type OriginalComes,
  type OriginalLost,
  type OriginalStart,
  PIECE,
  type Piece,
  type Probe,
  type Put,
  type PutAnswer,
  type PutEnd,
  type Stop,
  type Taken,
} from './write-channel.js';
import type { Output } from './writing.js';

/** Milliseconds without a sign of life while a mail is put into the page; a site that uploads a large file sends some. */
const SILENCE = 60_000;
/** Milliseconds that a page has to say what its form holds. */
const LOOK_LIMIT = 15_000;
/** Milliseconds in which a site that was asked for its answer form may leave its page for it. */
const LEAVE_LIMIT = 30_000;
/** Milliseconds from then on until the form is there. */
const FOLLOW_LIMIT = 20_000;
/** Milliseconds of these that the user waits for the form of a page that is there and shows none. */
const DRAW_LIMIT = 5_000;
/** Milliseconds until the script of a page that has been loaded is there. */
const SCRIPT_LIMIT = 5_000;
/** Milliseconds between two looks at a page that is being loaded. */
const FOLLOW_PAUSE = 400;
/** Pieces that were sent and not acknowledged: what lies in the browser's queue is memory. */
const AHEAD = 8 * PIECE;

/** How putting a mail into the page ended. */
export type PutResult = Extract<PutAnswer, { t: 'put_done' }>;

/** The page is gone: closed, navigated, or it does not answer. */
const GONE: PutResult = {
  t: 'put_done',
  ok: false,
  reason: 'page_gone',
  there: { text: false, fields: false, files: false },
};

/** A mail or block that is answered, as the page has it. */
export interface Original extends Omit<OriginalStart, 't' | 'size'> {
  readonly source: Blob;
}

/** What a window wants to hear. */
export interface Listener {
  readonly onForm: (form: FormState) => void;
  readonly onOriginal: (original: Original | OriginalComes | OriginalLost) => void;
  /** The page went away. */
  readonly onGone: () => void;
}

/** Something that is waited for, until the port breaks or too much time has gone. */
interface Waiting<T> {
  readonly settle: (value: T | undefined) => void;
}

/** Until a page that is being loaded is looked at again. */
const pause = () => new Promise<void>((done) => setTimeout(done, FOLLOW_PAUSE));

/** The way to the page. */
export class WriteLink {
  #target: Target;
  readonly #ticket: string;
  readonly #listener: Listener;
  #port: chrome.runtime.Port | undefined;
  readonly #first: chrome.runtime.Port;
  /** Something has come through the port: there is somebody at the other end. */
  #answered = false;
  #original: { readonly start: OriginalStart; readonly pieces: Blob[]; at: number } | undefined;
  /** The site opens its answer form: until when it may leave its page for it. */
  #leaving = 0;
  /** It opens it in the page that is there, or has not left that yet. */
  #opening: PageWait | undefined;
  /** It has left it: until when on the clock the form is looked for. 0: nothing is looked for. */
  #following = 0;
  /** Runs while the page is waited for. */
  readonly #clock = new Stopwatch();
  /** Counts looks at the page: a newer one ends what an older one waits for. */
  #looks = 0;
  /** Counts how often the user thought better of it. */
  #stops = 0;
  /** The user asks for the page's form. */
  #asked = false;
  /** How long somebody may still come to a page where nobody was when it was looked at last, in milliseconds. */
  #coming = 0;
  #form: Waiting<FormState> | undefined;
  #closed = false;
  #putting: { heard: (answer: PutAnswer | undefined) => void } | undefined;

  /** Connects to the document that asked for the window. */
  constructor(target: Target, ticket: string, listener: Listener) {
    this.#target = target;
    this.#ticket = ticket;
    this.#listener = listener;
    const { tab, frame, document } = target;
    // The document where the browser can name it: a page that navigated meanwhile is not reached.
    const place = document === undefined ? { frameId: frame } : { documentId: document };
    this.#first = chrome.tabs.connect(tab, { ...place, name: `waxseal:${ticket}` });
    this.#listen(this.#first);
  }

  /** There is a page at the other end. */
  get connected(): boolean {
    return this.#port !== undefined && this.#answered;
  }

  /** The page at the other end is the very one that asked for the window. */
  get isFirst(): boolean {
    return this.connected && this.#port === this.#first;
  }

  /** The site opens its answer form: it may still leave its page for that, or has left it and is looked for. */
  get opens(): boolean {
    return Date.now() < this.#leaving || this.#clock.ms < this.#following;
  }

  /**
   * Asks what the page's form holds now, and finds the page again if it has navigated; while it is being loaded, or the site is
   * on its way to its answer form, that is waited for. Nothing when it is not there.
   */
  async look(): Promise<FormState | undefined> {
    this.#asked = true;
    const begun = this.#clock.ms;
    const stops = this.#stops;
    let drawn = Number.POSITIVE_INFINITY;
    try {
      for (;;) {
        const form = await this.#look();
        const now = this.#clock.ms;
        if (form?.found) this.#following = 0;
        if (form) drawn = Math.min(drawn, now + DRAW_LIMIT);
        const coming = form ? 0 : begun + this.#coming;
        if (this.#closed || stops !== this.#stops || now >= Math.max(coming, Math.min(this.#following, drawn)))
          return form;
        await pause();
      }
    } finally {
      this.#asked = false;
    }
  }

  /** Forms of the same site in other tabs and windows. */
  async others(): Promise<OtherForm[]> {
    const { origin, tab } = this.#target;
    return otherForms(origin, tab, this.#name);
  }

  /** Goes over to the form in another tab: the mail goes there from now on. */
  async moveTo({ tab }: OtherForm): Promise<FormState | undefined> {
    this.#leaving = this.#following = 0;
    this.#drop();
    this.#target = { ...this.#target, tab, frame: 0, document: undefined };
    return this.look();
  }

  async #look(): Promise<FormState | undefined> {
    const turn = ++this.#looks;
    let said: FormState | undefined;
    if (this.#port) {
      const form = this.#nextForm();
      // One that was connected just now says it by itself.
      if (this.#answered) this.#send({ t: 'look' });
      said = await form;
      if (said || turn !== this.#looks) return said;
    }
    for (const frame of new Set([0, this.#target.frame])) {
      const same = await this.#isSameSite();
      // Another look has found its way meanwhile, or is about to: it is not to be broken.
      if (!same || turn !== this.#looks) return said;
      this.#drop();
      const form = this.#nextForm();
      this.#listen(chrome.tabs.connect(this.#target.tab, { frameId: frame, name: this.#name }));
      const found = await form;
      said = found ?? said;
      if (said?.found) return said;
    }
    return said;
  }

  /**
   * Fills in the page's form, and says what became of it. `onProgress` hears how far it is, from 0 to 1. Rejects when a file cannot be
   * had; the page takes back what it has of the mail then.
   */
  async put(
    put: Omit<Put, 't' | 'files'>,
    files: readonly Output[],
    onProgress: (share: number) => void,
  ): Promise<PutResult> {
    if (!this.connected) return GONE;
    const total = files.reduce((sum, { size }) => sum + size, 0);
    let done = 0;
    let carried = false;
    let more: () => void = () => undefined;
    let ended: PutResult | undefined;
    // Without its port the page stops, should it come to itself again: what the user is told stays true.
    const silence = this.#wait(SILENCE, () => this.#drop());
    const end = new Promise<PutResult>((resolve) => {
      this.#putting = {
        heard: (answer) => {
          if (answer?.t === 'putting') {
            silence.renew();
            done = answer.done;
            carried ||= answer.octets === true;
            if (answer.of > 0) onProgress(Math.min(done / answer.of, 1));
          } else {
            ended = answer ?? GONE;
            resolve(ended);
          }
          more();
        },
      };
    });
    const listed = files.map(({ name, mediaType, size }) => ({ name, media_type: mediaType, size }));
    this.#send({ t: 'put', ...put, files: listed, octets: new Uint8Array(1) });
    let sent = 0;
    const give = async (piece: Uint8Array, lines: boolean, file: number): Promise<boolean> => {
      const size = lines ? linesSize(piece.length) : piece.length;
      while (!ended && sent + size - Math.min(done, total) > AHEAD) {
        await new Promise<void>((resolve) => {
          more = resolve;
        });
      }
      if (ended) return false;
      this.#send({ t: 'piece', file, data: carried ? piece : toBase64(piece), ...(lines && { lines }) });
      sent += size;
      // To encode one and to hand it to the browser takes some milliseconds.
      await turn();
      return true;
    };
    try {
      for (const [file, { each, packed }] of files.entries()) {
        if (packed) await packed((piece, lines) => give(piece, lines, file));
        else await each((piece) => give(piece, false, file));
      }
      if (!ended) this.#send({ t: 'put_end' });
      return await end;
    } catch (error) {
      this.stop();
      throw error;
    } finally {
      silence.end();
      this.#putting = undefined;
    }
  }

  /** The user thinks better of what goes on: the page takes back what it has of a mail, and is looked for no longer. */
  stop(): void {
    this.#stops++;
    // Ends a look that is going on.
    this.#looks++;
    if (this.#putting) this.#send({ t: 'stop' });
    this.#drop();
  }

  /** Brings the page to the front. */
  async show(): Promise<void> {
    const tab = await chrome.tabs.update(this.#target.tab, { active: true });
    if (tab) await chrome.windows.update(tab.windowId, { focused: true });
  }

  /** Lets the page go. */
  close(): void {
    this.#closed = true;
    this.#drop();
  }

  /** What a page is shown that has not asked for this window. Only one of the origin takes it, whoever is there by then. */
  get #name(): string {
    return `waxseal-write:${this.#ticket}:${this.#target.origin}`;
  }

  /** The tab still shows the site that the window was opened from. */
  async #isSameSite(): Promise<boolean> {
    try {
      const { url, status } = await chrome.tabs.get(this.#target.tab);
      const same = isOf(url, this.#target.origin);
      this.#coming = !same ? 0 : status === 'loading' ? FOLLOW_LIMIT : SCRIPT_LIMIT;
      return same;
    } catch {
      // The tab was closed.
      this.#coming = 0;
      return false;
    }
  }

  #nextForm(): Promise<FormState | undefined> {
    this.#form?.settle(undefined);
    return new Promise((resolve) => {
      const wait = this.#wait(LOOK_LIMIT, () => this.#form?.settle(undefined));
      this.#form = {
        settle: (form) => {
          wait.end();
          this.#form = undefined;
          resolve(form);
        },
      };
    });
  }

  #listen(port: chrome.runtime.Port): void {
    this.#port = port;
    this.#answered = false;
    port.onMessage.addListener((message: unknown) => {
      if (port !== this.#port) return;
      record('content-desk', 'content', 'composer', message);
      const heard = fromPage(message);
      if (heard) this.#heard(heard);
    });
    port.onDisconnect.addListener(() => {
      // Reading the error tells the browser that it was seen.
      void chrome.runtime.lastError;
      if (port !== this.#port) return;
      this.#drop();
      const now = this.#clock.ms;
      if (Date.now() < this.#leaving) {
        this.#leaving = 0;
        this.#following = now + FOLLOW_LIMIT;
        void this.#follow();
      } else if (now >= this.#following) {
        this.#listener.onGone();
      }
    });
  }

  /** The page was left for the site's answer form: it is looked for until it is there. */
  async #follow(): Promise<void> {
    for (;;) {
      await pause();
      // What the user has begun meanwhile has found its way.
      if (this.#closed || this.#putting || this.#following === 0) break;
      if (this.#asked) continue;
      if ((await this.#look())?.found) break;
      if (this.#clock.ms < this.#following) continue;
      this.#listener.onGone();
      break;
    }
    this.#following = 0;
  }

  #heard(message: FromPage): void {
    this.#answered = true;
    switch (message.t) {
      case 'form':
        this.#opening?.end();
        this.#form?.settle(message);
        this.#listener.onForm(message);
        break;
      case 'original':
        this.#original = { start: message, pieces: [], at: 0 };
        this.#complete();
        break;
      case 'original_comes':
      case 'original_lost':
        this.#original = undefined;
        this.#listener.onOriginal(message);
        break;
      case 'piece':
        this.#take(message);
        break;
      default:
        this.#putting?.heard(message);
    }
  }

  #take({ data }: Piece): void {
    const original = this.#original;
    const octets = fromBase64(data);
    if (!original || !octets || original.at + octets.length > original.start.size) {
      // Not what was announced: nothing of it is believed.
      this.#original = undefined;
      return;
    }
    // A sender who sends nothing, again and again, gets no list for it.
    if (octets.length > 0) original.pieces.push(new Blob([octets]));
    original.at += octets.length;
    this.#complete();
  }

  #complete(): void {
    const original = this.#original;
    if (!original || original.at < original.start.size) return;
    this.#original = undefined;
    const { mode, form, sender } = original.start;
    this.#listener.onOriginal({ mode, form, sender, source: new Blob(original.pieces) });
    this.#leaving = Date.now() + LEAVE_LIMIT;
    this.#send({ t: 'taken' });
    this.#opening?.end();
    this.#opening = this.#wait(LEAVE_LIMIT, () => undefined);
  }

  /** Gives the page beats until the wait is ended, or `late`. */
  #wait(limit: number, late: () => void): PageWait {
    const beat = () => {
      void this.#clock.ms;
      if (this.#answered) this.#send({ t: 'beat' });
    };
    return new PageWait(limit, beat, late);
  }

  #drop(): void {
    const port = this.#port;
    this.#port = undefined;
    this.#answered = false;
    this.#original = undefined;
    this.#opening?.end();
    port?.disconnect();
    this.#form?.settle(undefined);
    this.#putting?.heard(undefined);
  }

  #send(message: Look | Taken | (Put & Probe) | FilePiece | PutEnd | Stop | Beat): void {
    record('content-desk', 'composer', 'content', message);
    try {
      this.#port?.postMessage(message);
    } catch {
      // The page has gone this moment; `onDisconnect` says so.
    }
  }
}
