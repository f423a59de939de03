// Waiting for a page to follow what was done to it. Browsers hold back the timers of a page that nobody sees, as that of a
// webmail behind the window in which a mail is written. So the window gives beats while it waits: they count like timers.

import { Stopwatch } from '../../desk/stopwatch.js';

/** How often is looked, in ms. */
const TURN = 40;

/** Pauses that are not over. */
const PAUSES = new Set<() => void>();

/** Looks until `condition` holds; false when it has not within `ms`. */
export async function until(condition: () => boolean, ms: number): Promise<boolean> {
  const watch = new Stopwatch();
  while (!condition()) {
    if (watch.ms > ms) return false;
    await pause(TURN);
  }
  return true;
}

/** Lets the page run for `ms`, and until the next timer or beat then. */
export function pause(ms: number): Promise<void> {
  return new Promise((done) => {
    const end = performance.now() + ms;
    const over = () => {
      clearTimeout(timer);
      PAUSES.delete(heard);
      done();
    };
    const heard = () => {
      if (performance.now() >= end) over();
    };
    const timer = setTimeout(over, ms);
    PAUSES.add(heard);
  });
}

/** A window has given a beat: pauses that have lasted long enough are over. */
export function beat(): void {
  for (const heard of PAUSES) heard();
}

/** Does something every `ms`, until what it gives back is called. */
export function every(ms: number, job: () => void): () => void {
  let going = true;
  const go = async () => {
    for (;;) {
      await pause(ms);
      if (!going) return;
      job();
    }
  };
  void go();
  return () => {
    going = false;
  };
}
