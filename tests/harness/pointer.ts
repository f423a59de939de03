// A click in a frame that may still move: the page around it scrolls, a reader grows, a line comes above a button.

import { until } from './until.js';
import type { Point, View } from './view.js';

/** How often it is looked whether a frame stands still in its page, and whether a click reached it. */
export const LOOKS = 20;

/** Milliseconds in which a frame hears of the pointer. */
const POINTING = 1_000;

/**
 * Makes a frame remember where the pointer was last, and that it was pressed. True if it can: a document without script (the
 * HTML of a mail) hears nothing.
 */
const FOLLOW = `(() => {
  globalThis.pointer = {};
  for (const type of ['mousemove', 'mousedown', 'harness']) {
    addEventListener(type, (event) => { globalThis.pointer[type] = event; }, { capture: true });
  }
  dispatchEvent(new Event('harness'));
  return globalThis.pointer.harness !== undefined;
})()`;

// Runs inside the frame.
function isNear(x: number, y: number): boolean {
  const { pointer } = globalThis as { pointer?: { mousemove?: MouseEvent } };
  const event = pointer?.mousemove;
  return event !== undefined && Math.abs(event.clientX - x) < 2 && Math.abs(event.clientY - y) < 2;
}

/** What a frame hears of the pointer. */
export class Pointer {
  constructor(readonly view: View) {}

  /** From here on it listens, if it can. */
  async follow(): Promise<boolean> {
    return (await this.view.run(FOLLOW)) === true;
  }

  /** Whether the pointer is at this point of the frame. */
  isAt({ x, y }: Point): Promise<boolean> {
    return this.#heard(`(${String(isNear)})(${x}, ${y})`);
  }

  /** Whether it was pressed in the frame. */
  wasPressed(): Promise<boolean> {
    return this.#heard('pointer.mousedown !== undefined');
  }

  // Whether the frame has heard of the pointer, or is gone. Which frame is under the pointer, and where in it, the browser
  // finds by what its processes drew last: a frame that has just grown, or a page that scrolls because the frame has asked
  // for it, come later.
  #heard(question: string): Promise<boolean> {
    const heard = async () => (await this.view.run(question).catch(() => true)) === true;
    return until('the frame hears of the pointer', heard, POINTING).then(
      () => true,
      () => false,
    );
  }
}

/** Where what is aimed at is now, and whether that is where it was. */
export async function aimAgain(
  before: Point,
  aim: (() => Promise<Point | null>) | undefined,
): Promise<{ point: Point; still: boolean }> {
  const now = (await aim?.().catch(() => null)) ?? before;
  return { point: now, still: Math.abs(now.x - before.x) < 2 && Math.abs(now.y - before.y) < 2 };
}
