import fs from 'node:fs';
import type { Bidi, Context } from './firefox-bidi.js';
import { CORNER, Pointer } from './pointer.js';
import { patiently, until } from './until.js';
import { type ClickOptions, type Point, PRESSING, View } from './view.js';

// Key names as people write them, and the code points that WebDriver uses for them.
const ENTER = '\uE007';
const KEYS: Record<string, string> = {
  Control: '\uE009',
  Shift: '\uE008',
  Alt: '\uE00A',
  Meta: '\uE03D',
  Enter: ENTER,
  Tab: '\uE004',
  Backspace: '\uE003',
  Delete: '\uE017',
  Escape: '\uE00C',
  End: '\uE010',
  Home: '\uE011',
  PageUp: '\uE00E',
  PageDown: '\uE00F',
  ArrowLeft: '\uE012',
  ArrowUp: '\uE013',
  ArrowRight: '\uE014',
  ArrowDown: '\uE015',
  Space: ' ',
};

interface KeyAction {
  type: 'keyDown' | 'keyUp';
  value: string;
}

/** A tab, window or frame of Firefox: one browsing context. Input goes to that context, in its own coordinates. */
export class FirefoxView extends View {
  constructor(
    readonly bidi: Bidi,
    readonly context: string,
    /** The tab or window that holds it. */
    readonly top: string = context,
  ) {
    super();
  }

  override async run(expression: string): Promise<unknown> {
    return this.bidi.run(this.context, expression);
  }

  override async clickAt(point: Point, options: ClickOptions = {}): Promise<void> {
    if (options.blind) return this.#hand(point, options.count ?? 1, options.button);
    return new Pointer(this, options).click(point, {
      press: (at) => this.#hand(at, options.count ?? 1, options.button),
      away: () => this.#hand({ x: CORNER, y: CORNER }, 0),
    });
  }

  // Moves the pointer, and presses that often.
  async #hand(point: Point, count: number, button: ClickOptions['button'] = 'left'): Promise<void> {
    const code = button === 'left' ? 0 : 2;
    const presses = Array.from({ length: count }, () => [
      { type: 'pointerDown', button: code },
      { type: 'pointerUp', button: code },
    ]).flat();
    const move = { type: 'pointerMove', x: Math.round(point.x), y: Math.round(point.y), origin: 'viewport' };
    await this.bidi.send('input.performActions', {
      context: this.context,
      actions: [{ type: 'pointer', id: 'hand', parameters: { pointerType: 'mouse' }, actions: [move, ...presses] }],
    });
  }

  async #keys(actions: KeyAction[]): Promise<void> {
    await this.bidi.send('input.performActions', {
      context: this.context,
      actions: [{ type: 'key', id: 'keyboard', actions }],
    });
  }

  override async press(chord: string, { blind = false } = {}): Promise<void> {
    if (PRESSING.test(chord) && !blind) await this.takesPresses();
    const keys = chord.split('+').map((key) => KEYS[key] ?? key);
    const down = keys.map((value): KeyAction => ({ type: 'keyDown', value }));
    const up = keys.reverse().map((value): KeyAction => ({ type: 'keyUp', value }));
    await this.#keys(down);
    // What was pressed may have closed the window, or taken the frame away: there is no key in it to be let go then.
    await this.#keys(up).catch(async (error: Error) => {
      if (!/no such frame|no longer exist|discarded/.test(error.message) && !(await this.gone())) throw error;
      await this.bidi.send('input.releaseActions', { context: this.top }).catch(() => undefined);
    });
  }

  override async type(text: string): Promise<void> {
    const values = [...text].map((char) => (char === '\n' ? ENTER : char));
    await this.#keys(
      values.flatMap((value): KeyAction[] => [
        { type: 'keyDown', value },
        { type: 'keyUp', value },
      ]),
    );
  }

  protected override async give(expression: string, files: string[]): Promise<void> {
    const element = await this.bidi.element(this.context, expression);
    await this.bidi.send('input.setFiles', { context: this.context, element, files });
  }

  override async screenshot(file: string): Promise<void> {
    const shot = await this.bidi.send<{ data: string }>('browsingContext.captureScreenshot', { context: this.top });
    fs.writeFileSync(file, Buffer.from(shot.data, 'base64'));
  }

  override async printed(): Promise<Uint8Array> {
    const { data } = await this.bidi.send<{ data: string }>('browsingContext.print', { context: this.top });
    return Buffer.from(data, 'base64');
  }

  override async goto(url: string): Promise<void> {
    // The protocol reports a load event neither for moz-extension documents, nor where a page changes its fragment
    // while it loads. So the new document is watched from inside: it has not the mark of the old one.
    // A page that is just going elsewhere by itself may not be there to be asked.
    const mark = () => this.run('(window.harnessLeaves = true, location.href)');
    const here = String(await until('the page can be left', mark));
    await this.bidi
      .send('browsingContext.navigate', { context: this.context, url, wait: 'none' })
      .catch((error: Error) => {
        // It takes a frame of the old document that stops loading for the new one (harness.spec).
        if (!/NS_BINDING_ABORTED|NS_ERROR_ABORT/.test(error.message)) throw error;
      });
    const wanted = new URL(url).href;
    if (wanted.includes('#') && wanted.split('#')[0] === here.split('#')[0]) {
      // The page may change it again at once.
      if (wanted !== here) await until(`${url} is there`, () => this.run(`location.href !== ${JSON.stringify(here)}`));
      return;
    }
    // A process that the page gets for itself begins with an empty document.
    const there = wanted === 'about:blank' ? '' : "location.href !== 'about:blank' && ";
    await until(`${url} has loaded`, () =>
      this.run(`${there}!window.harnessLeaves && document.readyState === 'complete'`),
    );
  }

  override async back(): Promise<void> {
    await this.bidi.send('browsingContext.traverseHistory', { context: this.context, delta: -1 });
  }

  override async resize(width: number, height: number): Promise<void> {
    await this.bidi.send('browsingContext.setViewport', { context: this.context, viewport: { width, height } });
  }

  override async front(): Promise<void> {
    // It is answered when the window has the focus. One that another takes it from in that moment waits for ever.
    await until('it is in front', () =>
      patiently('the browser does not answer', this.bidi.send('browsingContext.activate', { context: this.top })),
    );
  }

  override async close(): Promise<void> {
    if (await this.gone()) return;
    await this.bidi.send('browsingContext.close', { context: this.context });
  }

  override async gone(): Promise<boolean> {
    const listed = (all: Context[]): boolean =>
      all.some((one) => one.context === this.context || listed(one.children ?? []));
    return !listed(await this.bidi.tree());
  }

  override async frames(): Promise<View[]> {
    return (await this.contexts()).map(({ context }) => new FirefoxView(this.bidi, context, this.top));
  }

  /** The frames inside, flat, with their addresses. */
  async contexts(): Promise<Context[]> {
    const below = (all: Context[]): Context[] => all.flatMap((one) => [one, ...below(one.children ?? [])]);
    const [own] = await this.bidi.tree(this.context);
    return below(own?.children ?? []);
  }
}
