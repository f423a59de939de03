// A mail that is too large to be there twice. In Firefox, what a page's script keeps of it and what the reader needs are in one
// process: there it goes by in pieces, and is asked for again when it is needed again.

import { Lost, type LostError, MAIL_PIECE, MAX_MAIL } from '../../desk/channel.js';
import { freesAtOnce, release } from '../../desk/release.js';
import { SiteAnswer, whyLost } from './site-answer.js';

export class LargeMail {
  readonly #url: string;
  readonly #link: boolean;
  /** Octets that the site says it has; 0 when it does not say. */
  readonly size: number;
  /** As it was asked for first: what has come of it, and what is still to come. */
  #begun: { readonly head: Uint8Array<ArrayBuffer>[]; readonly answer: SiteAnswer } | undefined;
  /** SHA-256 of each piece that went by. */
  readonly #seen: string[] = [];
  /** All of it went by once. */
  #whole = false;

  constructor(url: string, link: boolean, head: Uint8Array<ArrayBuffer>[], answer: SiteAnswer) {
    this.#url = url;
    this.#link = link;
    this.size = answer.size;
    this.#begun = { head, answer };
  }

  /**
   * Whether it is better than a Blob, which Chromium has in a process of its own, while it leaves each piece lying about; and whether
   * pieces can be told from others, which pages without TLS get no digests for.
   */
  static get possible(): boolean {
    return freesAtOnce && (globalThis.crypto as { readonly subtle?: SubtleCrypto }).subtle !== undefined;
  }

  /**
   * All of it, in pieces of {@link MAIL_PIECE} octets, each in memory of its own that may move on. Who reads it again reads the
   * same mail, or none: a site could have another one answered than was read. Throws `Lost`.
   */
  async *pieces(gone: AbortSignal): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    try {
      yield* this.#pieces(gone);
    } catch (error) {
      const code = whyLost(error);
      throw new Lost(this.#whole && code === 'not_a_mail' ? 'mail_gone' : code);
    }
  }

  async *#pieces(gone: AbortSignal): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const { head, answer } = this.#begun ?? {
      head: [],
      answer: await SiteAnswer.to(this.#url, gone, this.#link),
    };
    this.#begun = undefined;
    let room = new Uint8Array(MAIL_PIECE);
    let [filled, number] = [0, 0];
    try {
      for (let next = head.shift() ?? (await answer.next()); next; next = head.shift() ?? (await answer.next())) {
        for (let rest = next; rest.length > 0; ) {
          const now = rest.subarray(0, MAIL_PIECE - filled);
          room.set(now, filled);
          rest = rest.subarray(now.length);
          filled += now.length;
          if (filled < MAIL_PIECE) break;
          await this.#see(room, number++);
          yield room;
          room = new Uint8Array(MAIL_PIECE);
          filled = 0;
        }
      }
      if (filled > 0) {
        const last = room.subarray(0, filled);
        await this.#see(last, number++);
        yield last;
      }
      if (number !== this.#seen.length) throw new Lost('mail_gone');
      this.#whole = true;
    } finally {
      answer.close();
    }
  }

  /** All of it at once; a text says why not. Never rejects. */
  async whole(gone: AbortSignal): Promise<Blob | LostError> {
    try {
      const pieces: Blob[] = [];
      for await (const piece of this.pieces(gone)) {
        pieces.push(new Blob([piece]));
        release(piece);
      }
      return new Blob(pieces);
    } catch (error) {
      return whyLost(error);
    }
  }

  async #see(piece: Uint8Array<ArrayBuffer>, number: number): Promise<void> {
    if (number * MAIL_PIECE + piece.length > MAX_MAIL) throw new Lost('limit');
    const digest = String(new Uint8Array(await crypto.subtle.digest('SHA-256', piece)));
    if (number < this.#seen.length ? this.#seen[number] !== digest : this.#whole) throw new Lost('mail_gone');
    this.#seen[number] = digest;
  }
}
