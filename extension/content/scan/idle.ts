// Work in small slices, when the browser has nothing better to do.

import { CALM, PATIENCE, PROMPT, REST, SLICE } from '../limits.js';

/** A job whose every `yield` is a place where it may be put off. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Runs jobs one after the other. */
export class Idle {
  readonly #jobs: Steps<void>[] = [];
  #waiting: number | undefined;
  #resting: ReturnType<typeof setTimeout> | undefined;
  /** When it worked last. */
  #last = Number.NEGATIVE_INFINITY;

  /** `alive` is asked before each slice; when it says no, everything is dropped. */
  constructor(readonly alive: () => boolean) {}

  add(job: Steps<void>): void {
    this.#jobs.push(job);
    this.#schedule();
  }

  stop(): void {
    this.#jobs.length = 0;
    if (this.#waiting !== undefined) cancelIdleCallback(this.#waiting);
    clearTimeout(this.#resting);
    this.#waiting = undefined;
    this.#resting = undefined;
  }

  #schedule(): void {
    if (this.#waiting !== undefined || this.#resting !== undefined || this.#jobs.length === 0) return;
    const timeout = performance.now() - this.#last < CALM ? PATIENCE : PROMPT;
    this.#waiting = requestIdleCallback(() => this.#slice(), { timeout });
  }

  #slice(): void {
    this.#waiting = undefined;
    if (!this.alive()) {
      this.stop();
      return;
    }
    const start = performance.now();
    try {
      let job = this.#jobs[0];
      while (job && performance.now() - start < SLICE) {
        if (job.next().done) this.#jobs.shift();
        job = this.#jobs[0];
      }
    } finally {
      // A job that throws has ended; the next ones are due all the same.
      this.#rest(start);
    }
  }

  #rest(start: number): void {
    this.#last = performance.now();
    const took = this.#last - start;
    // One step may cost more than its slice on a page that is made for it: the page pays with waiting.
    if (took > 2 * SLICE) {
      this.#resting = setTimeout(() => {
        this.#resting = undefined;
        this.#schedule();
      }, took * REST);
    } else {
      this.#schedule();
    }
  }
}
