import { type Control, control, type Query } from './control.js';
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

/** What a click looks like, when it is not one click with the left button. */
export interface ClickOptions {
  button?: 'left' | 'right';
  count?: 1 | 2 | 3;
  /** Where what is to be clicked is now, if it is still there: it may move while the pointer is on its way. */
  aim?: () => Promise<Point | null>;
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
  abstract press(chord: string): Promise<void>;
  /** Types text key by key into whatever has focus. */
  abstract type(text: string): Promise<void>;
  /** Gives files to the `<input type=file>` that the expression yields. */
  abstract upload(expression: string, files: string[]): Promise<void>;
  /** Writes a PNG of the visible part. */
  abstract screenshot(file: string): Promise<void>;
  /** Goes to an address and waits for its load event. Tabs and windows only. */
  abstract goto(url: string): Promise<void>;
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
    return this.evaluate((s) => {
      const element = [...document.querySelectorAll(s)].find((one) => one.getClientRects().length > 0);
      if (!element) return null;
      element.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
      const { x, y, width, height } = element.getBoundingClientRect();
      return { x, y, width, height };
    }, selector);
  }

  /** Clicks the middle of the first match, once it is drawn and stands still. */
  async click(selector: string, options?: ClickOptions): Promise<void> {
    let before: Rect | null = null;
    const rect = await until(`${selector} can be clicked`, async () => {
      const found = await this.rect(selector);
      const still = found !== null && found.x === before?.x && found.y === before.y;
      before = found;
      return still && found.width > 0 && found.height > 0 ? found : null;
    });
    const aim = async () => {
      const found = await this.rect(selector);
      return found && middle(found);
    };
    await this.clickAt(middle(rect), { ...options, aim });
  }

  /** Clicks a field and types. */
  async typeInto(selector: string, text: string): Promise<void> {
    await this.click(selector);
    await this.type(text);
  }

  /** A control by what a person reads on it. */
  find(query: Query): Control {
    return control(this, query);
  }
}
