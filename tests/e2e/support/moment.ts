// The first moment of a window or frame of ours, in which presses do nothing (extension/ui/standing.ts), made as long as a test needs.

import assert from 'node:assert/strict';
import { middle, until, type View } from '../../harness/index.js';

interface Held {
  harnessHeld?: { frames: typeof requestAnimationFrame; heard: string[]; acted: string[] };
}

/** Nothing of the document is drawn from now on, as far as it hears: what has to stand first does not begin to. */
export async function hold(view: View): Promise<void> {
  await view.evaluate(() => {
    const home = globalThis as Held;
    const held = { frames: window.requestAnimationFrame, heard: [] as string[], acted: [] as string[] };
    home.harnessHeld = held;
    window.requestAnimationFrame = () => 0;
    document.dispatchEvent(new Event('visibilitychange'));
    for (const type of ['pointerdown', 'click', 'keydown', 'submit']) {
      // Beside what keeps presses away, and behind it.
      addEventListener(type, (event) => void (event.isTrusted && held.heard.push(type)), { capture: true });
      document.addEventListener(type, (event) => void (event.isTrusted && held.acted.push(type)), { capture: true });
    }
  });
}

/** It is drawn again: it stands a moment later. */
export async function release(view: View): Promise<void> {
  await view.evaluate(() => {
    const { harnessHeld } = globalThis as Held;
    if (harnessHeld) window.requestAnimationFrame = harnessHeld.frames;
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await view.takesPresses();
}

/** What of the presses was heard in a document that is held, and what of it came through. */
export async function presses(view: View): Promise<{ heard: string[]; acted: string[] }> {
  const held = await view.evaluate(() => (globalThis as Held).harnessHeld);
  assert.ok(held, 'it is held');
  return { heard: held.heard, acted: held.acted };
}

/** Clicks the first match at once, as a click that was meant for something else, in a document that is held: it does nothing. */
export async function clickInVain(view: View, selector: string): Promise<void> {
  const rect = await until(`${selector} is there`, () => view.rect(selector));
  const clicks = async () => (await presses(view)).heard.filter((type) => type === 'click').length;
  const before = await clicks();
  await view.clickAt(middle(rect), { blind: true });
  await until('it hears of the click', async () => (await clicks()) > before);
  assert.deepEqual((await presses(view)).acted, [], 'nothing in the document does');
}

/** The same with a key. */
export async function pressInVain(view: View, chord: string): Promise<void> {
  const keys = async () => (await presses(view)).heard.filter((type) => type === 'keydown').length;
  const before = await keys();
  await view.press(chord, { blind: true });
  await until('it hears of the key', async () => (await keys()) > before);
  const { acted } = await presses(view);
  assert.ok(!acted.includes('submit') && !acted.includes('click'), acted.join());
}
