import { type Control, control, type Query } from './control.js';
import type { Aim } from './pointer.js';
import { until } from './until.js';

/** A point of a view, in CSS pixels from the upper left corner of that view's own viewport. */
export interface Point {
  x: number;
  y: number;
}

/** The place of an element in its own view's viewport, in CSS pixels. */
export interface Rect extends Point {
  width: number;
  height: number;
}

/** The middle of a place. */
export const middle = ({ x, y, width, height }: Rect): Point => ({ x: x + width / 2, y: y + height / 2 });

/** What a click looks like, when it is not one click with the left button, and what it is meant for. */
export interface ClickOptions extends Aim {
  button?: 'left' | 'right';
  count?: 1 | 2 | 3;
  /** Presses at once, whatever is there by now: a click that was meant for something else. */
  blind?: boolean;
}

/** Keys that press something, where text would do nothing but go into a field. */
export const PRESSING = /(?:^|\+)(?:Enter|Space)$/;

/** An expression for the first drawn element that matches. */
const drawn = (selector: string): string =>
  `[...document.querySelectorAll(${JSON.stringify(selector)})].find((one) => one.getClientRects().length > 0) ?? null`;

// Runs inside the page.
function placeOf(element: Element | null): Rect | null {
  if (!element) return null;
  element.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
  const { x, y, width, height } = element.getBoundingClientRect();
  return { x, y, width, height };
}

// Runs inside the page. The focus may be in a part of the element, or in the editor that it is a part of.
function hasFocus(element: Element | null): boolean {
  let active = document.activeElement;
  for (;;) {
    if (!element || !active) return false;
    if (element.contains(active)) return true;
    if ((active as HTMLElement).isContentEditable && active.contains(element)) return true;
    if (!active.shadowRoot) return false;
    active = active.shadowRoot.activeElement;
  }
}

/**
 * One document that a person could look at and type into: a tab, a window, a frame inside a page, or the toolbar
 * popup. The browsers differ only in the abstract part; whatever can be said with it is said here, once.
 *
 * Input is real (trusted) input at coordinates, as a person's hand would make it; nothing calls `element.click()`.
 */
export abstract class View {
  /** Evaluates an expression in the document (not subject to its CSP), awaits it, and returns its JSON value. */
  abstract run(expression: string): Promise<unknown>;
  /** Moves the pointer there and clicks. */
  abstract clickAt(point: Point, options?: ClickOptions): Promise<void>;
  /** Presses and releases a key or a chord: `Enter`, `Control+z`, `Control+Shift+End`. Goes to whatever has focus. */
  abstract press(chord: string, options?: { blind?: boolean }): Promise<void>;
  /** Types text key by key into whatever has focus. */
  abstract type(text: string): Promise<void>;
  /** Gives files to the `<input type=file>` that the expression yields now. */
  protected abstract give(expression: string, files: string[]): Promise<void>;
  /** Writes a PNG of the visible part. */
  abstract screenshot(file: string): Promise<void>;
  /** Prints it, as a PDF. Tabs and windows only. */
  abstract printed(): Promise<Uint8Array>;
  /** Goes to an address and waits for its load event. Tabs and windows only. */
  abstract goto(url: string): Promise<void>;
  /** Goes one page back in its history, as the button of the browser does. Tabs only. */
  abstract back(): Promise<void>;
  /** Gives the view's viewport this size in CSS pixels. Tabs and windows only. */
  abstract resize(width: number, height: number): Promise<void>;
  /** Makes this tab or window the active one. */
  abstract front(): Promise<void>;
  /** Closes the tab, window or popup. */
  abstract close(): Promise<void>;
  /** True once the document is gone for good. */
  abstract gone(): Promise<boolean>;
  /** The frames directly or deeply inside this view, whatever their origin. */
  abstract frames(): Promise<View[]>;

  /** Calls a function in the document. It may use nothing from outside but its arguments, which travel as JSON. */
  async evaluate<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Promise<Awaited<R>> {
    return (await this.run(`(${String(fn)})(...${JSON.stringify(args)})`)) as Awaited<R>;
  }

  /** Whether the document takes no presses yet, because it has just been drawn or moved (extension/ui/standing.ts). */
  async isEarly(): Promise<boolean> {
    return (await this.run("document.documentElement.hasAttribute('data-early')")) === true;
  }

  /** Waits until the document takes presses, as a person does who first looks at it. */
  async takesPresses(): Promise<void> {
    const waits = () => this.isEarly().catch(async () => !(await this.gone()));
    await until('the document takes presses', async () => !(await waits()));
  }

  /** The address of the document. */
  async url(): Promise<string> {
    return String(await this.run('location.href'));
  }

  /** The text of the document, or of the first element that matches: as drawn, with line breaks. */
  async text(selector = 'body'): Promise<string> {
    return this.evaluate((s) => document.querySelector<HTMLElement>(s)?.innerText ?? '', selector);
  }

  /** How many elements match. */
  async count(selector: string): Promise<number> {
    return this.evaluate((s) => document.querySelectorAll(s).length, selector);
  }

  /** Waits until an element matches and is drawn. */
  async visible(selector: string, ms?: number): Promise<void> {
    await until(`${selector} is visible`, async () => ((await this.rect(selector))?.width ?? 0) > 0, ms);
  }

  /** Where the first drawn match is, or null; scrolls it into view first. */
  async rect(selector: string): Promise<Rect | null> {
    return (await this.run(`(${String(placeOf)})(${drawn(selector)})`)) as Rect | null;
  }

  /** Clicks the middle of the first match, once it is drawn and stands still. */
  async click(selector: string, options?: ClickOptions): Promise<void> {
    await this.clickOn(drawn(selector), selector, options);
  }

  /** The same for the element that an expression yields; it is asked anew until the press has reached it. */
  async clickOn(element: string, what: string, options?: ClickOptions): Promise<void> {
    const place = async () => (await this.run(`(${String(placeOf)})(${element})`)) as Rect | null;
    let before: Rect | null = null;
    const rect = await until(`${what} can be clicked`, async () => {
      const found = await place();
      const still = found !== null && found.x === before?.x && found.y === before.y;
      before = found;
      return still && found.width > 0 && found.height > 0 ? found : null;
    });
    const aim = async () => {
      const found = await place();
      return found && middle(found);
    };
    await this.clickAt(middle(rect), { ...options, aim, target: element });
  }

  /** Clicks a field and types, once it has the focus. */
  async typeInto(selector: string, text: string): Promise<void> {
    await this.click(selector);
    await this.focused(drawn(selector), selector);
    await this.type(text);
  }

  /** Gives files to the `<input type=file>` that the expression yields, once it does. */
  async upload(expression: string, files: string[]): Promise<void> {
    await until('there is an input for files', () => this.run(`(${expression}) instanceof HTMLInputElement`));
    await this.give(expression, files);
  }

  /** Waits until what is typed goes into the element that the expression yields. */
  async focused(element: string, what: string): Promise<void> {
    await until(`${what} has the focus`, () => this.run(`(${String(hasFocus)})(${element})`));
  }

  /** A control by what a person reads on it. */
  find(query: Query): Control {
    return control(this, query);
  }
}
