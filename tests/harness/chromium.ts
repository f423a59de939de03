import fs from 'node:fs';
import path from 'node:path';
import puppeteer, { type Browser, type CDPSession, type Page, type Target, type WebWorker } from 'puppeteer-core';
import { ChromiumView } from './chromium-view.js';
import { download, downloadFolder } from './download.js';
import { DESK_WINDOWS, type Driver, hasGreeted, type LaunchOptions } from './driver.js';
import { ending } from './ending.js';
import { isUsed, removeFolder } from './folders.js';
import { PROGRAMS } from './programs.js';
import { startProxy } from './proxy.js';
import { PATIENCE, STARTING, until } from './until.js';
import type { View } from './view.js';

/**
 * Milliseconds that Puppeteer waits for a frame to have a document before a question to it fails. Where one waits for
 * something in a frame, that question is asked anew: one frame that is leaving may not take the patience for all.
 */
const COMING = 15_000;

/** What Puppeteer asks for, so that pages that nobody sees run as others do. */
const UNTHROTTLED = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

/** Starts Chromium with the extension, driven over the DevTools protocol. */
export async function launchChromium(options: LaunchOptions): Promise<Driver> {
  const proxy = await startProxy(options.hosts?.ports);
  const downloads = downloadFolder();
  const goesOn = isUsed(options.profile);
  const [width, height] = options.size ?? [1200, 900];
  const browser: Browser = await puppeteer.launch({
    executablePath: PROGRAMS.chromium,
    headless: !options.visible,
    ...(options.profile && { userDataDir: options.profile }),
    pipe: true,
    enableExtensions: true,
    defaultViewport: null,
    // Its language would be that of the machine.
    env: options.visible ? process.env : { ...process.env, LANGUAGE: 'en', LC_ALL: 'C.UTF-8' },
    timeout: STARTING,
    // The proxy knows the requests. Told of each file of each page besides, the driver and the browser are busy with nothing else.
    networkEnabled: false,
    issuesEnabled: false,
    ignoreDefaultArgs: options.heldBack ? UNTHROTTLED : false,
    args: [
      // The sandbox refuses to run as root, which CI is, and in most containers; a person's own browser keeps it.
      ...(options.visible && process.getuid?.() !== 0 ? [] : ['--no-sandbox']),
      '--disable-quic',
      '--disable-component-update',
      '--disable-sync',
      '--disable-gpu',
      `--window-size=${width},${height}`,
      ...(options.hosts ? [`--ignore-certificate-errors-spki-list=${options.hosts.certificate}`] : []),
      ...(options.visible
        ? []
        : [
            `--proxy-server=http://127.0.0.1:${proxy.port}`,
            '--proxy-bypass-list=<-loopback>', // loopback too
          ]),
    ],
  });
  const end = ending('Chromium', browser.process(), options.visible === true);
  // What the browser asks by itself (a page that does not want to be left) is answered with yes.
  const attend = (page: Page | null): void => {
    page?.setDefaultTimeout(COMING);
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
  const contrasts = new WeakMap<Page, CDPSession>();
  const viewOf = (page: Page): ChromiumView => new ChromiumView(page, page.mainFrame());
  const tabOf = (view: View): Page => (view as ChromiumView).tab;
  // Makes a tab the active one of its window, and gives the number by which extensions know that window. Which window had
  // the focus last would tell less: it may be one of ours that has just closed.
  const windowOf = async (view: View): Promise<number> => {
    await view.front();
    return Number(await tabOf(view).windowId());
  };
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
    const target = await browser.waitForTarget(isBackground, { timeout: PATIENCE });
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
      // Looked for anew each time: the first one may be leaving.
      return until(`a frame ${file} has loaded`, async () => {
        const [frame] = await driver.frames(view, file);
        return frame && (await frame.evaluate(() => document.readyState === 'complete')) ? frame : null;
      });
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
      // Not the empty document that a new window has for a moment.
      const loaded = (url: string) => document.readyState === 'complete' && location.href.startsWith(url);
      await until(`${file} has loaded`, () => view.evaluate(loaded, base + file));
      return view;
    },

    async closeWindows() {
      if (!browser.connected) return;
      const open = browser
        .targets()
        .filter((t) => t.type() === 'page' && DESK_WINDOWS.some((file) => t.url().startsWith(base + file)));
      // One may just be closing by itself.
      for (const target of open)
        await target
          .page()
          .then((page) => page?.close())
          .catch(() => undefined);
    },

    async popup(over) {
      await over.front();
      const extension = (await browser.extensions()).get(id);
      if (!extension) throw new Error('the extension is not installed');
      const isPopup = (target: Target) => !taken.has(target) && target.url().startsWith(`${base}popup.html`);
      // One that has opened by itself would be closed again.
      if (!browser.targets().some(isPopup)) await extension.triggerAction(tabOf(over));
      const target = await browser.waitForTarget(isPopup, { timeout: PATIENCE });
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
      // It may be gone before the session in which it is asked to go; that is looked at next.
      await target
        .worker()
        .then((found) => found?.close())
        .catch(() => undefined);
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

    offerUpdate: () => Promise.reject(new Error('Chromium asks no extension')),
    updated: () => Promise.resolve(false),

    async answerPermission(yes) {
      if (!yes) throw new Error("Chromium's permission dialog cannot be reached");
    },

    async contextMenu(view, selector, item) {
      const windowId = await windowOf(view);
      await view.visible(selector);
      // The event names the frame by a number only extensions know: mark the document, and look for the mark.
      const mark = `m${Date.now()}`;
      await view.evaluate((m) => void document.documentElement.setAttribute('data-menu', m), mark);
      await driver.background(
        async (windowId, menuItemId, m) => {
          const [tab] = await chrome.tabs.query({ active: true, windowId });
          if (!tab) throw new Error('the tab has gone');
          const found = await chrome.scripting
            .executeScript({
              target: { tabId: tab.id ?? -1, allFrames: true },
              func: (wanted: string) => document.documentElement.getAttribute('data-menu') === wanted,
              args: [m],
            })
            .catch(() => []);
          const frameId = found.find((frame) => frame.result === true)?.frameId ?? 0;
          const event = chrome.contextMenus.onClicked as unknown as { dispatch(...args: unknown[]): void };
          event.dispatch({ menuItemId, frameId, editable: true, pageUrl: tab.url }, tab);
        },
        windowId,
        item.id,
        mark,
      );
      await view.evaluate(() => document.documentElement.removeAttribute('data-menu'));
    },

    async command(view, name) {
      const windowId = await windowOf(view);
      await driver.background(
        async (windowId, command) => {
          const [tab] = await chrome.tabs.query({ active: true, windowId });
          if (!tab) throw new Error('the tab has gone');
          (chrome.commands.onCommand as unknown as { dispatch(...args: unknown[]): void }).dispatch(command, tab);
        },
        windowId,
        name,
      );
    },

    async dark(view, on) {
      const value = on ? 'dark' : 'light';
      await tabOf(view).emulateMediaFeatures([{ name: 'prefers-color-scheme', value }]);
    },

    async contrast(view, on) {
      // Puppeteer does not know the feature. It lasts as long as the session that asked for it.
      const session = contrasts.get(tabOf(view)) ?? (await tabOf(view).createCDPSession());
      contrasts.set(tabOf(view), session);
      const features = [{ name: 'forced-colors', value: on ? 'active' : 'none' }];
      await session.send('Emulation.setEmulatedMedia', { features });
    },

    download: (name, ms) => download(downloads, name, ms),

    async remembers(text) {
      const profile = browser.process()?.spawnargs.find((one) => one.startsWith('--user-data-dir='));
      if (!profile) throw new Error('the browser has no profile');
      const folder = path.join(profile.slice(profile.indexOf('=') + 1), 'Default/Sessions');
      // It is there as soon as there is something to be kept.
      const names = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
      const wanted = Buffer.from(text, 'utf16le');
      return names.some((name) => fs.readFileSync(path.join(folder, name)).includes(wanted));
    },

    async close() {
      end.wanted();
      await browser.close();
      await end.ended();
      proxy.close();
      await removeFolder(downloads);
    },

    async kill() {
      await end.killed();
      proxy.close();
      await removeFolder(downloads);
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
  const welcome = (target: Target) => target.type() === 'page' && target.url().startsWith(`${base}welcome.html`);
  const greets = async () => (await browser.targets().find(welcome)?.page())?.evaluate(hasGreeted);
  if (!goesOn) await until('the extension greets', greets, STARTING);
  return driver;
}
