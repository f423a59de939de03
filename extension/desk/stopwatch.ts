// Time as it is lived by who waits: limits are measured by it.

/** Milliseconds that count of a gap between two looks, however long it was. */
const GAP = 1_000;

/**
 * Counts the time in which somebody could look. A page that nobody sees may get one turn a minute, a computer that sleeps none:
 * no limit shall be over after a single late look. Whoever waits asks again and again; between two times a second counts at
 * most.
 */
export class Stopwatch {
  #counted = 0;
  #asked = performance.now();

  /** Milliseconds so far. */
  get ms(): number {
    const now = performance.now();
    this.#counted += Math.min(now - this.#asked, GAP);
    this.#asked = now;
    return this.#counted;
  }
}
