// What the page's own origin answers: asked with the user's own session, as a click on "show source" would.

import { Lost, type LostError } from '../../desk/channel.js';
import { MAX_PIECE, readerOf } from '../../desk/pieces.js';
import { SOURCE_SILENCE } from '../limits.js';

/** In Firefox a stream is the page's, and fills no other memory than the page's own. */
const PageOctets = (window as unknown as typeof globalThis).Uint8Array;

/** Why there is none. */
export const whyLost = (error: unknown): LostError => (error instanceof Lost ? error.code : 'not_a_mail');

/**
 * An answer, piece by piece as it comes, of at most {@link MAX_PIECE} octets: without a limit Firefox gives all that has come, which may be
 * dozens of megabytes. Whoever has it closes it.
 */
export class SiteAnswer {
  readonly #body: ReturnType<typeof readerOf>;
  #room: Uint8Array<ArrayBuffer> = new PageOctets(MAX_PIECE);
  /** What was read and not given. */
  #rest: Uint8Array<ArrayBuffer> = new Uint8Array();
  readonly #stop: Stop;

  private constructor(
    body: ReadableStream<Uint8Array<ArrayBuffer>>,
    /** Octets that it has; 0 when the site does not say. */
    readonly size: number,
    stop: Stop,
  ) {
    this.#body = readerOf(body);
    this.#stop = stop;
  }

  /** Asks, as a click on a `link` would or not. Throws `Lost`. */
  static async to(url: string, gone: AbortSignal, link: boolean): Promise<SiteAnswer> {
    const stop = new Stop(gone);
    try {
      if (new URL(url).origin !== location.origin) throw new Lost('not_a_mail');
      const {
        ok,
        body,
        headers,
        url: from,
      } = await stop.heard(
        fetch(url, {
          // A session that has ended may lead to a page for logging in, also on another site: that is no mail.
          redirect: link ? 'follow' : 'error',
          // Without a word of where one comes from: who wrote the link must not gain by it.
          ...(link && { referrerPolicy: 'no-referrer' }),
          credentials: 'same-origin',
          mode: 'same-origin',
          cache: 'no-store',
          signal: stop.signal,
        }),
      );
      if (!ok || !body || new URL(from).origin !== location.origin) throw new Lost('not_a_mail');
      // Of what comes compressed, that is how much comes.
      const size = headers.has('content-encoding') ? 0 : Number(headers.get('content-length'));
      return new SiteAnswer(body, Number.isSafeInteger(size) && size > 0 ? size : 0, stop);
    } catch (error) {
      stop.now();
      throw error;
    }
  }

  /** The next piece, in memory that is used again for the one after it; nothing at the end. Throws `Lost`. */
  async next(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    if (this.#rest.length === 0) {
      const { done, value } = await this.#stop.heard(this.#body.read(this.#room));
      if (done || !value) return undefined;
      this.#room = new PageOctets(value.buffer);
      this.#rest = value;
    }
    // Where the browser has no such streams it gives what it wants.
    const piece = this.#rest.subarray(0, MAX_PIECE);
    this.#rest = this.#rest.subarray(piece.length);
    return piece;
  }

  /** Nobody waits for more: the site need not send it. */
  close(): void {
    this.#stop.now();
  }
}

/** Ends a request, when nobody waits for it or when the site is silent for too long. */
class Stop {
  readonly #stop = new AbortController();
  readonly #gone: AbortSignal;
  readonly #leave = () => this.now();
  #late = false;

  constructor(gone: AbortSignal) {
    this.#gone = gone;
    gone.addEventListener('abort', this.#leave);
    if (gone.aborted) this.now();
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  /** What the site says next. Throws `Lost`. */
  async heard<T>(word: Promise<T>): Promise<T> {
    const silent = setTimeout(() => {
      this.#late = true;
      this.now();
    }, SOURCE_SILENCE);
    try {
      return await word;
    } catch {
      throw new Lost(this.#late ? 'timed_out' : 'not_a_mail');
    } finally {
      clearTimeout(silent);
    }
  }

  now(): void {
    this.#gone.removeEventListener('abort', this.#leave);
    this.#stop.abort();
  }
}
