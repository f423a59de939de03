// A window that waits for the page behind it.

import { Stopwatch } from './stopwatch.js';

/** Milliseconds from one beat to the next. */
const BEAT = 50;

/**
 * Something that a window waits for from a page. It gives the page a beat again and again until that has come: browsers hold
 * back the timers of a page that nobody sees, down to one turn a minute, but the messages of a port come at once.
 */
export class PageWait {
  readonly #timer: ReturnType<typeof setInterval>;
  #watch = new Stopwatch();

  /** `beat` sends one; `late` is called once, when `limit` ms have gone without a sign of life. */
  constructor(limit: number, beat: () => void, late: () => void) {
    this.#timer = setInterval(() => {
      if (this.#watch.ms <= limit) return beat();
      this.end();
      late();
    }, BEAT);
  }

  /** There was a sign of life: the limit counts from now on. */
  renew(): void {
    this.#watch = new Stopwatch();
  }

  /** It has come, or nobody waits any more. */
  end(): void {
    clearInterval(this.#timer);
  }
}
