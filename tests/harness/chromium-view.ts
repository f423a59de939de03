import type { CDPSession, Frame, KeyInput, Page } from 'puppeteer-core';
import { CORNER, LOOKS, Pointer } from './pointer.js';
import { PATIENCE, patiently } from './until.js';
import { type ClickOptions, type Point, PRESSING, View } from './view.js';

/** What Puppeteer says when the document went while it was asked. */
const LEFT = /Execution context was destroyed/;
/** How often another document is asked then: as often as Firefox does it by itself. */
const AGAIN = 10;

/** Milliseconds that a frame has to stand still in its page: what moves it may still be on its way from another process. */
const REST = 60;
/** Milliseconds after which a page that is not drawn at all (a tab behind another) is looked at without its frames. */
const UNDRAWN = 250;

// Keys that come over the protocol do not reach Chromium's own shortcuts for editing: these are named along with them.
const EDITING: Record<string, string> = {
  'Control+a': 'SelectAll',
  'Control+c': 'Copy',
  'Control+v': 'Paste',
  'Control+x': 'Cut',
  'Control+z': 'Undo',
  'Control+Shift+z': 'Redo',
};

/** Whether it is a frame of the extension in a page: another process than the page's draws it. */
function isForeign(frame: Frame): boolean {
  const parent = frame.parentFrame();
  const own = (one: Frame): boolean => one.url().startsWith('chrome-extension:');
  return parent !== null && own(frame) && !own(parent);
}

// Sessions that we opened ourselves, and those of Puppeteer's that did not answer; see below.
const opened = new WeakMap<Frame, Promise<CDPSession>>();
const silent = new WeakMap<Frame, CDPSession>();

/**
 * The debugging session of a frame of the extension in a page, which is drawn by another process than the page.
 * Puppeteer has one for each, but when several such frames come at once it sometimes hears of the process before it
 * hears of the frame, and then waits for ever for the frame to be able to answer. Then we open a session ourselves.
 */
function ownSession(frame: Frame, tab: Page): Promise<CDPSession> | null {
  const parent = frame.parentFrame();
  if (!parent || !isForeign(frame)) return null;
  const { client, _id } = inside(frame);
  if (client !== inside(parent).client && client !== silent.get(frame)) return Promise.resolve(client);
  const session = opened.get(frame) ?? openSession(_id, tab);
  opened.set(frame, session);
  return session;
}

/** Part of a press. The window may close by that, and takes the answers to all that is under way along. */
async function unlessClosed(act: Promise<void>): Promise<void> {
  await act.catch((error: Error) => {
    if (!/closed/i.test(error.message)) throw error;
  });
}

/** What Puppeteer keeps to itself. */
const inside = (frame: Frame): { client: CDPSession; _id: string } =>
  frame as unknown as { client: CDPSession; _id: string };

async function openSession(frameId: string, tab: Page): Promise<CDPSession> {
  const browser = await tab.browser().target().createCDPSession();
  // The target of such a frame has the frame's own id.
  const { sessionId } = await browser.send('Target.attachToTarget', { targetId: frameId, flatten: true });
  const session = browser.connection()?.session(sessionId);
  if (!session) throw new Error('the frame has left its page');
  return session;
}

/** A page, or a frame in one. Puppeteer reaches frames of other processes and in closed shadow roots by itself. */
export class ChromiumView extends View {
  constructor(
    readonly tab: Page,
    readonly inner: Frame,
  ) {
    super();
  }

  override async run(expression: string): Promise<unknown> {
    const session = ownSession(this.inner, this.tab);
    if (!session) return this.#ask(expression);
    const question = { expression, awaitPromise: true, returnByValue: true };
    const answer = session.then((open) => open.send('Runtime.evaluate', question));
    const { result, exceptionDetails } = await patiently('the frame does not answer', answer).catch(
      (error: unknown) => {
        // It was opened before the frame had its process, or the frame has another one by now: the next question opens another.
        opened.delete(this.inner);
        silent.set(this.inner, inside(this.inner).client);
        throw error;
      },
    );
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  // As in Firefox (`remote.retry-on-abort`): a question is not lost with a document that goes, the next one is asked.
  async #ask(expression: string): Promise<unknown> {
    for (let turn = 0; ; turn++) {
      try {
        return await this.inner.evaluate(expression);
      } catch (error) {
        if (turn === AGAIN || (await this.gone()) || !LEFT.test(String(error))) throw error;
      }
    }
  }

  // Where a point of this frame is in the page. A frame is often higher than the part of its page that can be seen:
  // what scrolls around it is brought there first. Another process than the frame's does that, some time after the frame
  // has asked for it, and the browser finds the frame under the pointer by what was drawn last: so it has to stand still.
  async #inPage(point: Point): Promise<Point> {
    const parent = this.inner.parentFrame();
    if (!parent) return point;
    const element = await this.inner.frameElement();
    if (!element) throw new Error('the frame has left its page');
    const own = await element.evaluate(
      async (frame, { x, y }, undrawn, rest, looks) => {
        const style = getComputedStyle(frame);
        const where = () => {
          const box = frame.getBoundingClientRect();
          return {
            x: box.x + frame.clientLeft + Number.parseFloat(style.paddingLeft) + x,
            y: box.y + frame.clientTop + Number.parseFloat(style.paddingTop) + y,
          };
        };
        for (let up = frame.parentElement; up; up = up.parentElement) {
          if (up.scrollHeight <= up.clientHeight) continue;
          const { top, bottom } =
            up === document.documentElement ? { top: 0, bottom: innerHeight } : up.getBoundingClientRect();
          const at = where().y;
          if (at < top || at > bottom) up.scrollTop += at - (top + bottom) / 2;
        }
        let at = where();
        // A page that never rests is clicked where it was last.
        for (let look = 0; look < looks; look++) {
          const drawn = new Promise<void>((done) => {
            setTimeout(done, undrawn);
            requestAnimationFrame(() => requestAnimationFrame(() => done()));
          });
          await Promise.all([drawn, new Promise((done) => setTimeout(done, rest))]);
          const before = at;
          at = where();
          if (at.x === before.x && at.y === before.y) break;
        }
        return at;
      },
      point,
      UNDRAWN,
      REST,
      LOOKS,
    );
    await element.dispose();
    return new ChromiumView(this.tab, parent).#inPage(own);
  }

  override async clickAt(point: Point, options: ClickOptions = {}): Promise<void> {
    const { button = 'left', count = 1 } = options;
    const { mouse } = this.tab;
    const press = async ({ x, y }: Point) => {
      if (this.tab.isClosed()) throw new Error('the window had closed before the press');
      // One behind the other, without waiting for answers: twice in a hurry is faster than those.
      const acts = [mouse.move(x, y), mouse.down({ button })];
      for (let clickCount = 1; clickCount <= count; clickCount++) {
        if (clickCount > 1) acts.push(mouse.down({ button, clickCount }));
        acts.push(mouse.up({ button, clickCount }));
      }
      await Promise.all(acts.map(unlessClosed));
    };
    const away = async () => mouse.move(CORNER, CORNER);
    if (options.blind) return press(await this.#inPage(point));
    if (!isForeign(this.inner)) {
      return new Pointer(this, options).click(point, { press: async (at) => press(await this.#inPage(at)), away });
    }
    let inPage = point;
    return new Pointer(this, options).click(point, {
      reach: async (at, pointer) => {
        inPage = await this.#inPage(at);
        // Two places: a pointer that does not move is not told.
        await mouse.move(inPage.x + 1, inPage.y + 1);
        await mouse.move(inPage.x, inPage.y);
        return pointer.isAt(at);
      },
      press: () => press(inPage),
      away,
    });
  }

  override async press(chord: string, { blind = false } = {}): Promise<void> {
    if (PRESSING.test(chord) && !blind) await this.takesPresses();
    const keys = chord.split('+') as KeyInput[];
    const last = keys.pop();
    if (!last) throw new Error('no key');
    for (const key of keys) await this.tab.keyboard.down(key);
    const command = EDITING[chord];
    await this.tab.keyboard.down(last, command ? { commands: [command] } : {});
    for (const key of [last, ...keys.reverse()]) await unlessClosed(this.tab.keyboard.up(key));
  }

  override async type(text: string): Promise<void> {
    await this.tab.keyboard.type(text);
  }

  protected override async give(expression: string, files: string[]): Promise<void> {
    const handle = await this.inner.evaluateHandle(expression);
    const element = handle.asElement();
    if (!element) throw new Error('no file input');
    await (element as unknown as { uploadFile(...files: string[]): Promise<void> }).uploadFile(...files);
  }

  override async screenshot(file: string): Promise<void> {
    await this.tab.screenshot({ path: file as `${string}.png` });
  }

  override async printed(): Promise<Uint8Array> {
    return this.tab.pdf({ format: 'a4' });
  }

  override async goto(url: string): Promise<void> {
    for (let turn = 1; ; turn++) {
      try {
        await this.tab.goto(url, { waitUntil: 'load', timeout: PATIENCE });
        return;
      } catch (error) {
        // A page that is just going elsewhere by itself, after a press, breaks it off.
        if (turn === 3 || !/ERR_ABORTED|interrupted by another|frame was detached/i.test(String(error))) throw error;
      }
    }
  }

  override async back(): Promise<void> {
    await this.tab.goBack({ waitUntil: 'load', timeout: PATIENCE });
  }

  override async resize(width: number, height: number): Promise<void> {
    await this.tab.setViewport({ width, height });
  }

  override async front(): Promise<void> {
    await this.tab.bringToFront();
  }

  override async close(): Promise<void> {
    if (!this.tab.isClosed()) await this.tab.close();
  }

  override async gone(): Promise<boolean> {
    return this.tab.isClosed() || this.inner.detached;
  }

  override async frames(): Promise<View[]> {
    const below = (frame: Frame): Frame[] => frame.childFrames().flatMap((child) => [child, ...below(child)]);
    return below(this.inner).map((frame) => new ChromiumView(this.tab, frame));
  }
}
