import puppeteer, {
  type Browser,
  type CDPSession,
  type Frame,
  type KeyInput,
  type Page,
  type Target,
  type WebWorker,
} from 'puppeteer-core';
import { download, downloadFolder, removeFolder } from './download.js';
import type { Driver, LaunchOptions } from './driver.js';
import { startProxy } from './proxy.js';
import { until } from './until.js';
import { type ClickOptions, type Point, View } from './view.js';

/** Milliseconds that a frame may take to answer a question before it is asked anew. */
const ANSWER = 5_000;

// Keys that come over the protocol do not reach Chromium's own shortcuts for editing: these are named along with them.
const EDITING: Record<string, string> = {
  'Control+a': 'SelectAll',
  'Control+c': 'Copy',
  'Control+v': 'Paste',
  'Control+x': 'Cut',
  'Control+z': 'Undo',
  'Control+Shift+z': 'Redo',
};

// Sessions that we opened ourselves; see below.
const opened = new WeakMap<Frame, Promise<CDPSession>>();

/**
 * The debugging session of a frame of the extension in a page, which is drawn by another process than the page.
 * Puppeteer has one for each, but when several such frames come at once it sometimes hears of the process before it
 * hears of the frame, and then waits for ever for the frame to be able to answer. Then we open a session ourselves.
 */
function ownSession(frame: Frame, tab: Page): Promise<CDPSession> | null {
  const parent = frame.parentFrame();
  const foreign = (one: Frame): boolean => one.url().startsWith('chrome-extension:');
  if (!parent || !foreign(frame) || foreign(parent)) return null;
  const { client, _id } = inside(frame);
  if (client !== inside(parent).client) return Promise.resolve(client);
  const session = opened.get(frame) ?? openSession(_id, tab);
  opened.set(frame, session);
  return session;
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

/** A frame that goes away while it is asked may never answer. */
async function patiently<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the frame does not answer')), ANSWER);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

/** A page, or a frame in one. Puppeteer reaches frames of other processes and in closed shadow roots by itself. */
class ChromiumView extends View {
  constructor(
    readonly tab: Page,
    readonly inner: Frame,
  ) {
    super();
  }

  override async run(expression: string): Promise<unknown> {
    const session = ownSession(this.inner, this.tab);
    if (!session) return this.inner.evaluate(expression);
    const question = { expression, awaitPromise: true, returnByValue: true };
    const answer = session.then((open) => open.send('Runtime.evaluate', question));
    const { result, exceptionDetails } = await patiently(answer);
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  // Where this frame's viewport begins in the page's; brings the frame into view.
  async #origin(): Promise<Point> {
    const parent = this.inner.parentFrame();
    if (!parent) return { x: 0, y: 0 };
    const outer = await new ChromiumView(this.tab, parent).#origin();
    const element = await this.inner.frameElement();
    if (!element) throw new Error('the frame has left its page');
    const own = await element.evaluate((frame) => {
      const box = frame.getBoundingClientRect();
      const style = getComputedStyle(frame);
      return {
        x: box.x + frame.clientLeft + Number.parseFloat(style.paddingLeft),
        y: box.y + frame.clientTop + Number.parseFloat(style.paddingTop),
      };
    });
    await element.dispose();
    return { x: outer.x + own.x, y: outer.y + own.y };
  }

  override async clickAt(point: Point, options: ClickOptions = {}): Promise<void> {
    const origin = await this.#origin();
    const { button = 'left', count = 1 } = options;
    await this.tab.mouse.click(origin.x + point.x, origin.y + point.y, { button, count });
  }

  override async press(chord: string): Promise<void> {
    const keys = chord.split('+') as KeyInput[];
    const last = keys.pop();
    if (!last) throw new Error('no key');
    for (const key of keys) await this.tab.keyboard.down(key);
    const command = EDITING[chord];
    await this.tab.keyboard.press(last, command ? { commands: [command] } : {});
    for (const key of keys.reverse()) await this.tab.keyboard.up(key);
  }

  override async type(text: string): Promise<void> {
    await this.tab.keyboard.type(text);
  }

  override async upload(expression: string, files: string[]): Promise<void> {
    const handle = await this.inner.evaluateHandle(expression);
    const element = handle.asElement();
    if (!element) throw new Error('no file input');
    await (element as unknown as { uploadFile(...files: string[]): Promise<void> }).uploadFile(...files);
  }

  override async screenshot(file: string): Promise<void> {
    await this.tab.screenshot({ path: file as `${string}.png` });
  }

  override async goto(url: string): Promise<void> {
    await this.tab.goto(url, { waitUntil: 'load' });
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

/** Starts Debian's Chromium with the extension, driven over the DevTools protocol. */
export async function launchChromium(options: LaunchOptions): Promise<Driver> {
  const proxy = await startProxy();
  const downloads = downloadFolder();
  const [width, height] = options.size ?? [1200, 900];
  const browser: Browser = await puppeteer.launch({
    executablePath: '/usr/bin/chromium',
    headless: !options.visible,
    pipe: true,
    enableExtensions: true,
    defaultViewport: null,
    args: [
      // The sandbox refuses to run as root, which CI is, and in most containers; a person's own browser keeps it.
      ...(options.visible && process.getuid?.() !== 0 ? [] : ['--no-sandbox']),
      '--disable-quic',
      '--disable-component-update',
      '--disable-sync',
      '--disable-gpu',
      `--window-size=${width},${height}`,
      ...(options.visible
        ? []
        : [
            `--proxy-server=http://127.0.0.1:${proxy.port}`,
            '--proxy-bypass-list=<-loopback>', // loopback too
          ]),
    ],
  });
  // What the browser asks by itself (a page that does not want to be left) is answered with yes.
  const attend = (page: Page | null): void => {
    page?.on('dialog', (dialog) => void dialog.accept().catch(() => undefined));
  };
  browser.on('targetcreated', (target: Target) => {
    if (target.type() === 'page') void target.page().then(attend, () => undefined);
  });
  for (const page of await browser.pages()) attend(page);

  const id = await browser.installExtension(options.extension);
  const base = `chrome-extension://${id}/`;
  const session = await browser.target().createCDPSession();
  await session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: downloads });

  const taken = new Set<Target>();
  const viewOf = (page: Page): ChromiumView => new ChromiumView(page, page.mainFrame());
  const tabOf = (view: View): Page => (view as ChromiumView).tab;
  const isBackground = (target: Target): boolean => target.type() === 'service_worker' && target.url().startsWith(base);

  const newPage = async (url?: string): Promise<ChromiumView> => {
    const page = await browser.newPage();
    taken.add(page.target());
    const view = viewOf(page);
    if (url) await view.goto(url);
    return view;
  };

  const worker = async (): Promise<WebWorker> => {
    if (!browser.targets().some(isBackground)) {
      const page = await newPage(`${base}manifest.json`);
      await page.run('chrome.runtime.sendMessage({ to: "nobody" }).catch(() => undefined)');
      await page.close();
    }
    const target = await browser.waitForTarget(isBackground, { timeout: 10_000 });
    const found = await target.worker();
    if (!found) throw new Error('the background has gone');
    return found;
  };

  const driver: Driver = {
    kind: 'chromium',
    version: (await browser.version()).replace('Chrome/', 'Chromium '),
    base,
    downloads,
    requests: proxy.seen,
    tab: newPage,
    page: (file) => newPage(base + file),

    async frames(view, file) {
      const all = (await view.frames()) as ChromiumView[];
      return all.filter((frame) => frame.inner.url().startsWith(base + file));
    },

    async frame(view, file) {
      const frame = await until(`a frame ${file}`, async () => (await driver.frames(view, file))[0]);
      await until(`${file} has loaded`, () => frame.evaluate(() => document.readyState === 'complete'));
      return frame;
    },

    async window(file, ms) {
      const target = await until(
        `the extension opens ${file}`,
        () => browser.targets().find((t) => t.type() === 'page' && !taken.has(t) && t.url().startsWith(base + file)),
        ms,
      );
      taken.add(target);
      const page = await target.page();
      if (!page) throw new Error(`${file} closed at once`);
      const view = viewOf(page);
      await until(`${file} has loaded`, () => view.evaluate(() => document.readyState === 'complete'));
      return view;
    },

    async popup(over) {
      await over.front();
      const extension = (await browser.extensions()).get(id);
      if (!extension) throw new Error('the extension is not installed');
      const before = new Set(browser.targets());
      await extension.triggerAction(tabOf(over));
      const target = await browser.waitForTarget((t) => !before.has(t) && t.url().startsWith(`${base}popup.html`));
      taken.add(target);
      const view = viewOf(await target.asPage());
      await until('the popup has loaded', () => view.evaluate(() => document.readyState === 'complete'));
      return view;
    },

    async background(fn, ...args) {
      const expression = `(${String(fn)})(...${JSON.stringify(args)})`;
      return (await (await worker()).evaluate(expression)) as never;
    },

    async stopBackground() {
      const target = browser.targets().find(isBackground);
      if (!target) return;
      await (await target.worker())?.close();
      // What wakes it again at once starts another one.
      await until('the background has stopped', async () => !browser.targets().includes(target));
    },

    backgroundRuns: async () => browser.targets().some(isBackground),

    async grant(origins) {
      const page = await newPage('chrome://extensions/');
      for (const origin of origins) {
        await page.run(`new Promise((done, fail) => chrome.developerPrivate.addHostPermission(
          ${JSON.stringify(id)}, ${JSON.stringify(origin)},
          () => chrome.runtime.lastError ? fail(new Error(chrome.runtime.lastError.message)) : done(true)))`);
      }
      await page.close();
    },

    acceptPermission: async () => undefined,

    async contextMenu(view, selector, item) {
      await view.front();
      await view.visible(selector);
      // The event names the frame by a number only extensions know: mark the document, and look for the mark.
      const mark = `m${Date.now()}`;
      await view.evaluate((m) => void document.documentElement.setAttribute('data-menu', m), mark);
      await driver.background(
        async (menuItemId, m) => {
          const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
          const found = await chrome.scripting
            .executeScript({
              target: { tabId: tab?.id ?? -1, allFrames: true },
              func: (wanted: string) => document.documentElement.getAttribute('data-menu') === wanted,
              args: [m],
            })
            .catch(() => []);
          const frameId = found.find((frame) => frame.result === true)?.frameId ?? 0;
          const event = chrome.contextMenus.onClicked as unknown as { dispatch(...args: unknown[]): void };
          event.dispatch({ menuItemId, frameId, editable: true, pageUrl: tab?.url }, tab);
        },
        item.id,
        mark,
      );
      await view.evaluate(() => document.documentElement.removeAttribute('data-menu'));
    },

    async command(view, name) {
      await view.front();
      await driver.background(async (command) => {
        const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
        (chrome.commands.onCommand as unknown as { dispatch(...args: unknown[]): void }).dispatch(command, tab);
      }, name);
    },

    async dark(view, on) {
      const value = on ? 'dark' : 'light';
      await tabOf(view).emulateMediaFeatures([{ name: 'prefers-color-scheme', value }]);
    },

    download: (name, ms) => download(downloads, name, ms),

    async close() {
      await browser.close();
      proxy.close();
      removeFolder(downloads);
    },

    closed: () =>
      new Promise((done) => {
        browser.once('disconnected', () => done());
        // The process may outlive its last window, because it is driven.
        browser.on('targetdestroyed', () => {
          if (!browser.targets().some((target) => target.type() === 'page')) done();
        });
      }),
  };
  return driver;
}
