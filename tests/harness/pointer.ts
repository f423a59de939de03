// A click reaches what it is meant for, or nothing: the page around it scrolls, a reader grows, a line comes above a button.
//
// The place of an element is asked for, and the click comes there some time later. On a machine with much to do the page
// can have moved in between, and the click would land on whatever is there now. So the document is told what the next press
// is for: one that lands elsewhere it hears nothing of, and it is aimed anew, as a person does whose button has just moved.

import { PATIENCE, until } from './until.js';
import type { Point, View } from './view.js';

/** How often it is looked whether a frame stands still in its page, and how often a click is aimed in any case. */
export const LOOKS = 20;

/** Where a pointer that has been taken away is, in both directions: there is a control nowhere. */
export const CORNER = 1;

/** Milliseconds in which a frame hears of the pointer that moves over it. */
const POINTING = 1_000;
/** Milliseconds in which a document hears of a press. A press that comes later would be a second one. */
const PRESSING = 5_000;
/** Milliseconds in which the pointer stays away from what lies over a control, before it is tried again. */
const COVERED = 2_000;
/**
 * What the browsers say of a press that was not made, because the document has just become smaller or another one. (That a
 * page has gone is said of one that was made, too.)
 */
const NOT_MADE = /out of bounds|has left its page|context was destroyed|Cannot find context/i;

/** What a click is meant for. */
export interface Aim {
  /** An expression that yields the element now, or null. Without it, whatever is at the point is meant. */
  target?: string | undefined;
  /** Where that is now, or null if it has gone. */
  aim?: (() => Promise<Point | null>) | undefined;
}

interface Watch {
  moved?: MouseEvent;
  /** `hit`, or what was pressed in its place, or where it was let go. */
  pressed?: string;
  end(): void;
}

/**
 * Makes a document watch for the next press. True if it can: one without script (the HTML of a mail) hears nothing, and
 * neither does one that has a frame of another document at that point. Runs inside the page: only its source text travels.
 */
function watch(find: (() => Element | null) | null, x: number, y: number): boolean {
  const home = globalThis as { harnessWatch?: Watch | undefined };
  home.harnessWatch?.end();
  home.harnessWatch = undefined;

  let under = document.elementFromPoint(x, y);
  while (under?.shadowRoot) {
    const deeper = under.shadowRoot.elementFromPoint(x, y);
    if (!deeper || deeper === under) break;
    under = deeper;
  }
  if (under && /^(?:IFRAME|FRAME|EMBED|OBJECT)$/.test(under.tagName)) return false;

  const isMeant = (path: EventTarget[]): boolean => {
    if (!find) return true;
    const target = find();
    if (!target) return false;
    // What is pressed on a label is pressed on what it is the label of.
    const labels = [...((target as HTMLInputElement).labels ?? [])];
    return path.includes(target) || labels.some((label) => path.includes(label));
  };
  const named = (one: EventTarget | undefined): string =>
    one instanceof Element
      ? `<${one.localName} id="${one.id}" class="${one.getAttribute('class') ?? ''}">`
      : String(one);

  // What moved between the press and its end gets no click; the press is made anew then.
  let over = false;
  const letGo = (path: EventTarget[]): void => {
    over = true;
    if (find?.() && !isMeant(path)) own.pressed = `let go over ${named(path[0])}`;
  };

  const types = ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click', 'dblclick', 'auxclick', 'contextmenu'];
  let heard = false;
  const listen = (event: Event): void => {
    if (event.type === 'harness') heard = true;
    if (event.type === 'mousemove') own.moved = event as MouseEvent;
    if (own.pressed === undefined && /down$/.test(event.type)) {
      const path = event.composedPath();
      // What listens before this is the document itself, which takes no presses yet.
      const early = event.defaultPrevented && document.documentElement.hasAttribute('data-early');
      own.pressed = early ? 'it came too early' : isMeant(path) ? 'hit' : named(path[0]);
    }
    if (own.pressed === 'hit' && !over && /up$/.test(event.type)) letGo(event.composedPath());
    if (own.pressed === undefined || own.pressed === 'hit' || !types.includes(event.type)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const all = [...types, 'mousemove', 'harness'];
  const own: Watch = {
    end() {
      for (const type of all) removeEventListener(type, listen, { capture: true });
    },
  };
  home.harnessWatch = own;
  for (const type of all) addEventListener(type, listen, { capture: true });
  dispatchEvent(new Event('harness'));
  return heard;
}

// Runs inside the page. One that cannot watch does not know.
function isNear(x: number, y: number): boolean {
  const own = (globalThis as { harnessWatch?: Watch }).harnessWatch;
  const event = own?.moved;
  return !own || (event !== undefined && Math.abs(event.clientX - x) < 2 && Math.abs(event.clientY - y) < 2);
}

// Runs inside the page: whether what is meant is what one sees at that point.
function isSeen(find: (() => Element | null) | null, x: number, y: number): boolean {
  const target = find?.();
  if (!find || !target) return !find;
  let under = document.elementFromPoint(x, y);
  while (under?.shadowRoot) {
    const deeper = under.shadowRoot.elementFromPoint(x, y);
    if (!deeper || deeper === under) break;
    under = deeper;
  }
  const meant: Node[] = [target, ...((target as HTMLInputElement).labels ?? [])];
  for (let at: Node | null = under; at; ) {
    if (meant.includes(at)) return true;
    at = (at as Element).assignedSlot ?? at.parentNode ?? (at as ShadowRoot).host ?? null;
  }
  return false;
}

/** How a browser moves the pointer and presses. */
export interface Hand {
  /** Brings the pointer there, before it presses. Whether it may. */
  reach?(point: Point, pointer: Pointer): Promise<boolean>;
  /** Presses there. */
  press(point: Point): Promise<void>;
  /** Takes the pointer away from what it is over: some of that goes only then. */
  away(): Promise<void>;
}

/** The pointer over a document. */
export class Pointer {
  constructor(
    private readonly view: View,
    private readonly aim: Aim,
  ) {}

  /** Clicks, aiming anew until the press has reached what it is meant for. */
  async click(point: Point, hand: Hand): Promise<void> {
    let there = point;
    let last = 'it never stood still';
    // What lies over a control (a line that says what was done, a dialog that fades) may be there for seconds.
    const end = Date.now() + PATIENCE;
    for (let look = 1; look <= LOOKS || Date.now() < end; look++) {
      // A document that is just changing cannot be asked; the next one can.
      const listens = await until('the document can be asked', async () => {
        const can = await this.#watch(there);
        return { can };
      });
      try {
        const reached = (await hand.reach?.(there, this)) ?? true;
        const now = await this.#aimAgain(there);
        const still = Math.abs(now.x - there.x) < 2 && Math.abs(now.y - there.y) < 2;
        if (!(reached && still) && look < LOOKS) {
          there = now;
          continue;
        }
        // What has just been drawn, or has just moved, takes no press, and may move once more until it does.
        if (await this.view.isEarly().catch(() => false)) {
          await this.view.takesPresses();
          there = await this.#aimAgain(there);
          continue;
        }
        await hand.press(there);
        if (!listens.can) return;
        last = await this.#pressed();
      } catch (error) {
        last = String(error);
        if (!NOT_MADE.test(last)) throw error;
      }
      if (last === 'hit') return;
      await hand.away().catch(() => undefined);
      there = await this.#uncovered(there);
    }
    await this.view.run('void globalThis.harnessWatch?.end()').catch(() => {});
    throw new Error(`a click at ${there.x}, ${there.y} did not reach ${this.aim.target ?? 'the document'}: ${last}`);
  }

  /** Whether the frame has heard that the pointer is at this point, or is gone. */
  async isAt({ x, y }: Point): Promise<boolean> {
    // Which frame is under the pointer, and where in it, the browser finds by what its processes drew last: a frame that has
    // just grown, or a page that scrolls because the frame has asked for it, come later.
    const heard = async () => (await this.view.run(`(${String(isNear)})(${x}, ${y})`).catch(() => true)) === true;
    return until('the frame hears of the pointer', heard, POINTING).then(
      () => true,
      () => false,
    );
  }

  async #watch(point: Point): Promise<boolean> {
    return (await this.#inPage(watch, point)) === true;
  }

  /** Where it is, once nothing lies over it; or after some time, for a page cannot tell everything. */
  async #uncovered(before: Point): Promise<Point> {
    let there = before;
    const look = async () => {
      there = await this.#aimAgain(there);
      return (await this.#inPage(isSeen, there)) === true;
    };
    await until('nothing lies over it', look, COVERED).catch(() => undefined);
    return there;
  }

  // Calls a function in the page with what is meant, and a point.
  async #inPage(fn: typeof watch | typeof isSeen, { x, y }: Point): Promise<unknown> {
    const { target } = this.aim;
    const find = target === undefined ? 'null' : `() => (${target})`;
    return this.view.run(`(${String(fn)})(${find}, ${x}, ${y})`);
  }

  // `hit` also where the press made the document go.
  async #pressed(): Promise<string> {
    const question = () =>
      this.view.run("globalThis.harnessWatch ? (harnessWatch.pressed ?? '') : 'hit'").catch(() => 'hit');
    return until('the document hears of the press', question, PRESSING).then(String, () => 'nothing was heard of it');
  }

  async #aimAgain(before: Point): Promise<Point> {
    return (await this.aim.aim?.().catch(() => null)) ?? before;
  }
}
