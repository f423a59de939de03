// What has the focus may go, or be out of use for a moment: the browser leaves the focus to the whole document then, and who uses
// the keyboard or a screen reader begins again at its top.

/** What has the focus, if that is in `part`, and all that is around it: the innermost first. */
export function focusIn(part: Element): readonly HTMLElement[] {
  const path: HTMLElement[] = [];
  let one = document.activeElement;
  if (!one || !part.contains(one)) return path;
  for (; one instanceof HTMLElement && one !== document.body; one = one.parentElement) path.push(one);
  return path;
}

/**
 * Gives the focus back to what had it, or else to the first of `places` that there is. Not if it has been put elsewhere
 * meanwhile; nor is it taken from another document: in a frame or window that does not have it, that waits until it does.
 */
export function keepFocus(places: () => Iterable<HTMLElement>): void {
  // Whoever moves it on purpose, after the next drawing, comes first.
  setTimeout(() => {
    if (!isLost()) return;
    if (document.hasFocus()) giveTo(places());
    else addEventListener('focus', () => isLost() && giveTo(places()), { once: true });
  });
}

function isLost(): boolean {
  const { activeElement: active } = document;
  return !active || active === document.body || active.matches(':disabled') || active.getClientRects().length === 0;
}

function giveTo(places: Iterable<HTMLElement>): void {
  for (const place of places) {
    if (!place.isConnected) continue;
    place.focus({ preventScroll: true });
    // A part of the page that is no control: it is read out, and one goes on from there.
    if (document.activeElement !== place && !place.matches(':disabled')) {
      place.tabIndex = -1;
      place.focus({ preventScroll: true });
    }
    if (document.activeElement === place) return;
  }
}
