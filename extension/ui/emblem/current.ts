// The user's own sign, as this page knows it. It is asked for once however often it is drawn, and never kept elsewhere.

import type { Emblem } from 'waxseal-wasm';
import { expect, onPulse } from '../vault.js';

let current: Emblem | undefined;
let asked = false;
const listeners = new Set<() => void>();

/** What the vault told last; nothing before it has answered, and nothing ever where the vault refuses it. */
export function currentEmblem(): Emblem | undefined {
  return current;
}

/**
 * Asks for it, now and whenever something changed. Windows do at once; a frame in a page only when its ticket was
 * accepted, or the page could borrow the sign by framing it.
 */
export function askForEmblem(): void {
  if (asked) return;
  asked = true;
  const ask = () => {
    // What is drawn already stays, also when the background is just being restarted.
    expect('emblem', { kind: 'emblem' }).then(
      ({ emblem }) => setEmblem(emblem),
      () => undefined,
    );
  };
  onPulse(ask);
  // The background may have been on its way out when it was asked.
  addEventListener('focus', () => {
    if (!current) ask();
  });
  ask();
}

/** The vault has told a newer one. */
export function setEmblem(emblem: Emblem): void {
  current = emblem;
  for (const listener of listeners) listener();
}

/** Calls `listener` whenever it has come or changed; gives the way to stop. */
export function onEmblem(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
