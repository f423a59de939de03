// A frame in a page is where the page has put it, under whatever the page lays over it.

import { Standing } from '../../ui/standing.js';

/** What can be pressed and does something outside of the frame. Text can be selected at any time, and folded parts opened. */
const PRESSED = 'a[href], button, input, select, label';

/** The browser can say that nothing of the page lies over a frame (IntersectionObserver, second version: Chromium). */
export const seesCovers = 'isVisible' in IntersectionObserverEntry.prototype;

/** Milliseconds between two of its answers; it takes no fewer. */
const DELAY = 100;

let covered = true;
let observer: IntersectionObserver | undefined;
let standing: Standing | undefined;
let told = 0;

function heard(all: readonly IntersectionObserverEntry[]): void {
  const last = all.at(-1) as (IntersectionObserverEntry & { isVisible?: boolean }) | undefined;
  if (!last || !standing) return;
  standing.seen = last.isIntersecting;
  const now = last.isVisible !== true;
  if (covered && !now) standing.stir();
  covered = now;
}

/** Presses do nothing until the frame has stood for a moment, as it is and where it is, as far as it can know. */
export function standInPlace(): void {
  standing = new Standing({ guarded: (target) => target.closest(PRESSED) !== null, once: false });
  let width = innerWidth;
  addEventListener('resize', () => {
    // What was asked for is no surprise, and moves nothing in the frame.
    const asked = innerWidth === width && Math.abs(innerHeight - told) <= 1;
    width = innerWidth;
    if (!asked) standing?.stir();
  });
  const second: IntersectionObserverInit & { trackVisibility: boolean; delay: number } = {
    trackVisibility: seesCovers,
    delay: DELAY,
  };
  observer = new IntersectionObserver(heard, second);
  observer.observe(document.documentElement);
}

/** The page has been asked to make the frame as high as this, in CSS pixels. */
export function asked(height: number): void {
  told = height;
}

/** Whether the page has something over the frame, or draws it so that one cannot tell; also where the browser does not know. */
export function isCovered(): boolean {
  heard(observer?.takeRecords() ?? []);
  return covered;
}
