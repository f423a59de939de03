// Waiting for a page to follow what was done to it.

/** How often is looked, in ms. A tab behind the window gets its turn once a second at least. */
const TURN = 40;

/** Looks until `condition` holds; false when it has not within `ms`. */
export async function until(condition: () => boolean, ms: number): Promise<boolean> {
  const end = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > end) return false;
    await pause(TURN);
  }
  return true;
}

/** Lets the page run. */
export function pause(ms = 0): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
