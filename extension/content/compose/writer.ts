// One end of the way to a window in which a mail is written.

import type { LostError } from '../../desk/channel.js';
import { turn } from '../../desk/turn.js';
import type {
  FormState,
  OriginalComes,
  OriginalLost,
  OriginalStart,
  Piece,
  Put,
  PutAnswer,
} from '../../desk/write-channel.js';
import { record } from '../../ui/record.js';
import { isConnected } from '../dom.js';
import { fields } from '../fields.js';
import type { LargeMail } from '../frames/large-mail.js';
import type { ComposeForm } from '../sites/index.js';
import { formFor, openAnswer, stateFor } from '../sites/writing.js';
import { watchFiles } from './chosen.js';
import { type Client, fill, type Ours, stillHolds, takeBack } from './form.js';
import { asPut } from './messages.js';
import { holdsPeople, KnownPeople } from './people.js';
import { Arriving, piecesOf } from './pieces.js';
import { documentsOf } from './spot.js';
import { isTyped, Known } from './typed.js';
import { beat, every, until } from './wait.js';

/** A mail or block that is answered. */
export interface Original extends Omit<OriginalStart, 't' | 'size'> {
  /** What the browser keeps of it, or a mail that has to be asked for again. */
  readonly source: Blob | LargeMail;
  /** An element of it in the page. */
  readonly element: Element;
}

/** What a window is about. */
export interface Task {
  /** The editor that the mail goes into; nothing when the page's newest form is meant. */
  readonly editor?: Element;
  readonly original?: Original;
}

/** How long a site may take until its form for an answer is there, in ms. One that navigates ends the wait. */
const ANSWER_FORM = 15_000;

/** How often a window is told that the site is still busy, in ms. It gives up after a minute of silence. */
const SIGN_OF_LIFE = 5_000;

/** What Waxseal has put into the forms of the page, whichever window it came from. */
const OURS = new WeakMap<Element, Ours>();

function oursIn({ body }: ComposeForm): Ours {
  const ours = OURS.get(body) ?? {
    files: new Set(),
    text: undefined,
    put: '',
    before: { text: '', subject: null, to: null, cc: null, bcc: null },
    wanted: undefined,
    people: undefined,
    filling: undefined,
  };
  OURS.set(body, ours);
  return ours;
}

type ToWindow = FormState | OriginalComes | OriginalStart | OriginalLost | Piece | PutAnswer;

/** Serves a port until it closes. */
export class Writer {
  readonly #port: chrome.runtime.Port;
  #editor: Element | undefined;
  /** The editor whose form the window was told of last: no other is overwritten. */
  #told: Element | undefined;
  /** What the window was told that stands in an editor. */
  readonly #known = new WeakMap<Element, Known>();
  /** Whom the window was told that the mail in an editor goes to. */
  readonly #people = new WeakMap<Element, KnownPeople>();
  /** The editor of a form in which the user has changed that since; until a mail is put there all the same. */
  #readdressed: Element | undefined;
  /** The editor of the form that is for this mail. */
  #own: Element | undefined;
  #original: Original | undefined;
  #arriving: { readonly put: Put; readonly files: Arriving; readonly octets: boolean } | undefined;
  /** The `put` that counts: an older one is no longer answered, and stops. */
  #turn = 0;
  /** The one that the user has stopped. */
  #stopped: number | undefined;
  /** The site is opening its form for an answer: who asks for the form meanwhile waits for it. */
  #opening = false;
  #open = true;
  readonly #gone = new AbortController();

  constructor(port: chrome.runtime.Port, { editor, original }: Task) {
    this.#port = port;
    this.#editor = this.#own = editor;
    this.#original = original;
    port.onMessage.addListener((message: unknown) => {
      record('content-desk', 'composer', 'content', message);
      this.#heard(message);
    });
    port.onDisconnect.addListener(() => {
      this.#open = false;
      this.#arriving = undefined;
      this.#gone.abort();
    });
    void this.#begin();
  }

  async #begin(): Promise<void> {
    const original = this.#original;
    if (!original) return this.#look();
    const { mode, form, sender } = original;
    if (!(original.source instanceof Blob)) this.#send({ t: 'original_comes', mode });
    const source = await whole(original.source, this.#gone.signal);
    const lost = (error: LostError) => this.#send({ t: 'original_lost', mode, error });
    if (typeof source === 'string') return lost(source);
    this.#send({ t: 'original', mode, form, size: source.size, sender });
    try {
      for await (const data of piecesOf(source)) {
        this.#send({ t: 'piece', data });
        await turn();
        if (!this.#open) return;
      }
    } catch {
      // The browser has lost it.
      lost('mail_gone');
    }
  }

  #heard(message: unknown): void {
    const { t, file, data, lines } = fields(message);
    if (t === 'beat') beat();
    else if (t === 'look' && !this.#opening) this.#look();
    else if (t === 'taken') void this.#taken();
    else if (t === 'put') this.#put(message);
    else if (t === 'piece') this.#piece(file, data, lines === true);
    else if (t === 'put_end') void this.#fill();
    else if (t === 'stop') this.#stop();
  }

  #look(): void {
    const form = this.#form();
    this.#told = form?.body;
    if (form) {
      watchFiles(documentsOf(form.body));
      this.#forget(form);
      // The window asks before that goes.
      if (this.#isReaddressed(form)) this.#readdressed = form.body;
      if (this.#isTyped(form) || form.body === this.#readdressed) this.#own = undefined;
      this.#known.set(form.body, new Known(form.body));
      this.#people.set(form.body, new KnownPeople(form));
    }
    const state = form ? stateFor(form, form.body === this.#own, oursIn(form).files) : stateFor(null);
    this.#send(form && form.body === this.#readdressed ? { ...state, readdressed: true } : state);
  }

  /** What a window before this one has put into the editor is gone: the site writes another mail in it. */
  #forget(form: ComposeForm): void {
    const ours = oursIn(form);
    if (!this.#known.has(form.body) && !ours.filling && !stillHolds(form, ours)) OURS.delete(form.body);
  }

  /** The user has written into the form since the window was told what stands there. */
  #isTyped(form: ComposeForm): boolean {
    const known = this.#known.get(form.body);
    return known !== undefined && isTyped(form.body, [known, oursIn(form).text]);
  }

  /** The user has changed whom the mail goes to since the window was told, and not to those that it is to go to now. */
  #isReaddressed(form: ComposeForm, put?: Put): boolean {
    const known = this.#people.get(form.body);
    const { people, wanted } = oursIn(form);
    if (!known || known.isLike(form) || people?.isLike(form)) return false;
    return ![wanted, put].some((one) => one !== undefined && holdsPeople(form, one));
  }

  #form() {
    // The editor may have been drawn anew since.
    if (this.#editor && !isConnected(this.#editor)) this.#editor = undefined;
    return formFor(this.#editor);
  }

  /** Has the site open its own form for the answer. */
  async #taken(): Promise<void> {
    const original = this.#original;
    if (!original) return;
    this.#original = undefined;
    const old = formFor()?.body;
    this.#opening = true;
    const pressed = isConnected(original.element) && openAnswer(original.mode, original.element);
    const fresh = () => {
      const body = formFor()?.body;
      return !this.#open || (body !== undefined && body !== old);
    };
    if (pressed) await until(fresh, ANSWER_FORM);
    this.#opening = false;
    const body = formFor()?.body;
    // A form that was open before is another mail's.
    if (body === old) return this.#send(stateFor(null));
    this.#own = body;
    this.#look();
  }

  #put(message: unknown): void {
    const put = asPut(message);
    this.#turn++;
    const known = typeof put === 'object' ? put : undefined;
    // In Chromium before 148 it comes as an object with numbered fields.
    const octets = ArrayBuffer.isView(fields(message).octets);
    this.#arriving = known && { put: known, files: new Arriving(known.files), octets };
    if (!known) this.#failed(put === 'limit' ? put : 'mangled');
  }

  /** The user has stopped it: also what the site has all of is taken back, which an end of the window leaves there. */
  #stop(): void {
    this.#stopped = this.#turn++;
    this.#arriving = undefined;
  }

  #piece(file: unknown, data: unknown, lines: boolean): void {
    const { put, files, octets } = this.#arriving ?? {};
    if (!put || !files) return;
    if (!files.take(file, data, lines)) {
      this.#arriving = undefined;
      this.#failed('attach');
      return;
    }
    this.#send({ t: 'putting', done: files.received, of: 2 * sizeOf(put.files), ...(octets && { octets }) });
  }

  async #fill(): Promise<void> {
    const { put, files: arriving } = this.#arriving ?? {};
    this.#arriving = undefined;
    if (!put || !arriving) return;
    const turn = this.#turn;
    const files = arriving.files();
    if (!files) return this.#failed('attach');
    const size = sizeOf(put.files);
    let done = size;
    const waits = () => this.#open && turn === this.#turn;
    const attached = (octets: number) => {
      done += octets;
      if (waits()) this.#send({ t: 'putting', done, of: 2 * size });
    };
    // An upload may take minutes in which the site says nothing.
    const stop = every(SIGN_OF_LIFE, () => attached(0));
    try {
      let form = this.#form();
      while (form && oursIn(form).filling) {
        await oursIn(form).filling;
        form = this.#form();
      }
      if (!waits()) return;
      // Another form than the user saw in the window, another text, or other recipients: what is written there would be lost.
      if (!form || form.body !== this.#told || this.#isTyped(form) || this.#isReaddressed(form, put)) {
        return this.#failed('no_form');
      }
      this.#readdressed = undefined;
      await this.#fillIn(form, put, files, { waits, attached });
    } finally {
      stop();
    }
  }

  async #fillIn(form: ComposeForm, put: Put, files: readonly File[], client: Client): Promise<void> {
    this.#editor = form.body;
    const ours = oursIn(form);
    const turn = this.#turn;
    const filling = fill(form, put, files, ours, client).then(async (filled) => {
      if (!filled || this.#stopped === turn) await takeBack(form, put, ours);
      return filled;
    });
    ours.filling = filling.then(
      () => (ours.filling = undefined),
      () => (ours.filling = undefined),
    );
    const filled = await filling;
    if (!filled || !client.waits()) return;
    const { reason, there } = filled;
    const besides = filled.besides.length > 0 ? { files: filled.besides } : {};
    this.#send(
      reason ? { t: 'put_done', ok: false, reason, there, ...besides } : { t: 'put_done', ok: true, ...besides },
    );
  }

  /** Nothing was changed in the page. */
  #failed(reason: 'no_form' | 'mangled' | 'attach' | 'limit'): void {
    const there = { text: false, fields: false, files: false };
    this.#send({ t: 'put_done', ok: false, reason, there });
  }

  #send(message: ToWindow): void {
    if (!this.#open) return;
    record('content-desk', 'content', 'composer', message);
    try {
      this.#port.postMessage(message);
    } catch {
      // The window was closed meanwhile.
      this.#open = false;
    }
  }
}

/** All of what is answered, however the page has changed meanwhile; nobody wants it any more when the window has `gone`. */
async function whole(source: Original['source'], gone: AbortSignal): Promise<Blob | LostError> {
  return source instanceof Blob ? source : source.whole(gone);
}

function sizeOf(files: readonly { readonly size: number }[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}
