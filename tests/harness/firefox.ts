import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import puppeteer, { type Browser } from 'puppeteer-core';
import { download, downloadFolder } from './download.js';
import { DESK_WINDOWS, type Driver, hasGreeted, type LaunchOptions } from './driver.js';
import { ending } from './ending.js';
import { Bidi, type Context } from './firefox-bidi.js';
import { FirefoxPopup, runHidden } from './firefox-hidden.js';
import { fillProfile } from './firefox-profile.js';
import { FirefoxView } from './firefox-view.js';
import { isUsed, newFolder, removeFolder } from './folders.js';
import { PROGRAMS } from './programs.js';
import { startProxy } from './proxy.js';
import { STARTING, until } from './until.js';

// Firefox gives each installation a random origin; the harness has to know it beforehand.
const UUID = '5ea1ed00-0000-4000-8000-0000005ea1ed';

/** Starts the program, with these preferences besides those that all have. */
function start(
  profile: string,
  { visible = false, hosts, size: [width, height] = [1200, 900] }: Partial<LaunchOptions>,
  prefs: Record<string, string | number | boolean>,
): Promise<Browser> {
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: PROGRAMS.firefox,
    headless: !visible,
    defaultViewport: null,
    timeout: STARTING,
    // The proxy knows the requests.
    networkEnabled: false,
    // Puppeteer would remove one of its own when Firefox has not ended within five seconds, while it still writes there.
    userDataDir: profile,
    // It knows no list of certificates: with hosts that are played it takes all, and nobody else is reached.
    acceptInsecureCerts: hosts !== undefined,
    args: ['--remote-allow-system-access', `--width=${width}`, `--height=${height}`],
    extraPrefsFirefox: {
      'browser.shell.checkDefaultBrowser': false,
      'datareporting.policy.dataSubmissionEnabled': false,
      'app.update.enabled': false,
      // Dialogs ignore the first half second of clicks, against people double-clicking by accident.
      'security.notification_enable_delay': 0,
      // Its own tabs, buttons and marks of loading are drawn by the processor, and take a tenth of it to move.
      'ui.prefersReducedMotion': visible ? 0 : 1,
      // It opens a PDF that was saved, hostile or not, in a tab before ours. What is in a tab behind is drawn after a second,
      // then after two, four, eight.
      'pdfjs.disabled': !visible,
      // Each tab begins as an empty page in a process of its own, which goes with that page, and the next one is started ahead.
      'dom.ipc.keepProcessesAlive.web': 2,
      'dom.ipc.processPrelaunch.enabled': visible,
      // It draws by the processor, which takes a sixth of it at 60 frames a second.
      'layout.frame_rate': visible ? -1 : 20,
      ...prefs,
    },
  });
}

/** For a profile that others are copies of: off the network, and without an extension. */
async function useOnce(profile: string): Promise<void> {
  const browser = await start(
    profile,
    {},
    {
      'network.proxy.type': 1,
      'network.proxy.http': '127.0.0.1',
      'network.proxy.http_port': 9,
      'network.proxy.ssl': '127.0.0.1',
      'network.proxy.ssl_port': 9,
    },
  );
  const end = ending('Firefox', browser.process(), false);
  const page = await browser.newPage();
  await page.goto('about:blank');
  end.wanted();
  await browser.close();
  await end.ended();
}

/** Starts Debian's Firefox ESR with the extension as a temporary add-on, driven over WebDriver BiDi. */
export async function launchFirefox(options: LaunchOptions): Promise<Driver> {
  const manifest = JSON.parse(fs.readFileSync(path.join(options.extension, 'manifest.json'), 'utf8'));
  const id: string = manifest.browser_specific_settings.gecko.id;
  const base = `moz-extension://${UUID}/`;
  const proxy = await startProxy(options.hosts?.ports);
  const downloads = downloadFolder();
  const goesOn = isUsed(options.profile);
  const profile = options.profile ?? newFolder(path.join(os.tmpdir(), 'waxseal-profile-'));
  if (!options.visible && !goesOn) await fillProfile(profile, useOnce);
  const browser = await start(profile, options, {
    'extensions.webextensions.uuids': JSON.stringify({ [id]: UUID }),
    'network.proxy.type': options.visible ? 0 : 1,
    'network.proxy.http': '127.0.0.1',
    'network.proxy.http_port': proxy.port,
    'network.proxy.ssl': '127.0.0.1',
    'network.proxy.ssl_port': proxy.port,
    'network.proxy.no_proxies_on': '',
    'network.proxy.allow_hijacking_localhost': true,
    'browser.download.folderList': 2,
    'browser.download.dir': downloads,
    'browser.download.useDownloadDir': true,
    'browser.download.alwaysOpenPanel': false,
    // What is installed for longer than this run would have to be signed.
    ...(options.profile && { 'xpinstall.signatures.required': false }),
    // Of itself it goes from a second to 15 of them, when a page has used up its share of the processor.
    ...(options.heldBack && {
      'dom.min_background_timeout_value': 60_000,
      'dom.min_background_timeout_value_without_budget_throttling': 60_000,
    }),
    ...options.prefs,
  });
  const end = ending('Firefox', browser.process(), options.visible === true);
  const bidi = new Bidi(browser);
  await bidi.quiet();
  const { archive, extension } = options;
  const extensionData = archive ? { type: 'archivePath', path: archive } : { type: 'path', path: extension };
  if (!goesOn)
    await bidi.send('webExtension.install', { extensionData, 'moz:permanent': options.profile !== undefined });

  const taken = new Set<string>();
  const newTab = async (url?: string): Promise<FirefoxView> => {
    const { context } = await bidi.send<{ context: string }>('browsingContext.create', { type: 'tab' });
    taken.add(context);
    const view = new FirefoxView(bidi, context);
    if (url) await view.goto(url);
    return view;
  };
  const isLoaded = (url: string) => location.href.startsWith(url) && document.readyState === 'complete';

  // Puppeteer puts the preferences back that were there before, in a profile that is not its own.
  const isLeft = () => !fs.readdirSync(profile).some((name) => name.endsWith('.puppeteer'));
  const leave = () => (options.profile ? until('the preferences are put back', isLeft) : removeFolder(profile));

  const driver: Driver = {
    kind: 'firefox',
    version: (await browser.version()).replace('firefox/', 'Firefox '),
    base,
    downloads,
    requests: proxy.seen,
    tab: newTab,
    page: (file) => newTab(base + file),

    async frames(view, file) {
      const of = view as FirefoxView;
      return (await of.contexts())
        .filter((one) => one.url.startsWith(base + file))
        .map((one) => new FirefoxView(bidi, one.context, of.top));
    },

    async frame(view, file) {
      // Looked for anew each time: the first one may be leaving.
      return until(`a frame ${file} has loaded`, async () => {
        const [frame] = await driver.frames(view, file);
        return frame && (await frame.evaluate(isLoaded, base + file)) ? frame : null;
      });
    },

    async window(file, ms) {
      const { context } = await until(
        `the extension opens ${file}`,
        async () =>
          (await bidi.tree()).find((one: Context) => !taken.has(one.context) && one.url.startsWith(base + file)),
        ms,
      );
      taken.add(context);
      const view = new FirefoxView(bidi, context);
      await until(`${file} has loaded`, () => view.evaluate(isLoaded, base + file));
      return view;
    },

    async closeWindows() {
      if (!browser.connected) return;
      const open = (await bidi.tree()).filter(({ url }) => DESK_WINDOWS.some((file) => url.startsWith(base + file)));
      // One may just be closing by itself.
      for (const { context } of open) await new FirefoxView(bidi, context).close().catch(() => undefined);
    },

    async popup(over) {
      await over.front();
      await bidi.privileged(async (addon) => {
        const { ExtensionParent } = ChromeUtils.importESModule('resource://gre/modules/ExtensionParent.sys.mjs') as {
          ExtensionParent: {
            apiManager: {
              global: { browserActionFor(e: unknown): { openPopup(w: Window): Promise<void> } };
            };
          };
        };
        const { extension } = WebExtensionPolicy.getByID(addon);
        // One that has opened by itself, or is just about to, is taken as it is.
        if ([...extension.views].some((one) => one.viewType === 'popup')) return;
        // Its second argument would say that no user asked, and then there is no `activeTab`.
        const opened = ExtensionParent.apiManager.global.browserActionFor(extension).openPopup(window);
        await opened.catch((error: unknown) => {
          if (!/already open/.test(String(error))) throw error;
        });
      }, id);
      // Firefox loads the popup in a hidden panel and moves it into the real one; a frame script sent before that move
      // never answers.
      await until('the popup is open', () =>
        bidi.privileged((addon) => {
          const views = [...WebExtensionPolicy.getByID(addon).extension.views];
          const shown = views.find((one) => one.viewType === 'popup')?.xulBrowser;
          const panel = shown?.closest('panelview') && shown.closest('panel');
          return panel?.state === 'open' && shown?.webProgress.isLoadingDocument === false;
        }, id),
      );
      const view = new FirefoxPopup(bidi, id);
      await until('the popup has loaded', () => view.evaluate(() => document.readyState === 'complete'));
      return view;
    },

    async background(fn, ...args) {
      return (await runHidden(bidi, id, 'background', `(${String(fn)})(...${JSON.stringify(args)})`)) as never;
    },

    async stopBackground() {
      // Without the option it may be left running because something is still being answered. What wakes it again at once
      // is no matter: the one that ran before is gone.
      await until('the background has stopped', () =>
        bidi.privileged(async (addon) => {
          const { extension } = WebExtensionPolicy.getByID(addon);
          const before = extension.backgroundContext;
          if (!before) return extension.backgroundState === 'stopped';
          await extension.terminateBackground({ disableResetIdleForTest: true });
          return extension.backgroundContext !== before;
        }, id),
      );
    },

    async backgroundRuns() {
      const state = await bidi.privileged((addon) => WebExtensionPolicy.getByID(addon).extension.backgroundState, id);
      return state !== 'stopped';
    },

    async offerUpdate() {
      await bidi.privileged((addon) => {
        type Listener = (upgrade: { version: string; install(): void }) => void;
        const { AddonManagerPrivate } = ChromeUtils.importESModule('resource://gre/modules/AddonManager.sys.mjs') as {
          AddonManagerPrivate: { getUpgradeListener(id: string): Listener | undefined };
        };
        const listener = AddonManagerPrivate.getUpgradeListener(addon);
        if (!listener) throw new Error('a new version would be let in at once');
        const upgrade = { version: '1000', install: () => Object.assign(upgrade, { installed: true }) };
        listener(upgrade);
      }, id);
    },

    updated: () =>
      bidi.privileged((addon) => WebExtensionPolicy.getByID(addon).extension.upgrade?.installed === true, id),

    async grant(origins) {
      await bidi.privileged(
        async (addon, hosts) => {
          const { ExtensionPermissions } = ChromeUtils.importESModule(
            'resource://gre/modules/ExtensionPermissions.sys.mjs',
          ) as { ExtensionPermissions: { add(id: string, what: unknown, extension: unknown): Promise<void> } };
          const { extension } = WebExtensionPolicy.getByID(addon);
          const what = { permissions: [], origins: hosts, data_collection: [] };
          await ExtensionPermissions.add(addon, what, extension);
        },
        id,
        origins,
      );
    },

    async answerPermission(yes) {
      await until('the permission dialog is there', () =>
        bidi.privileged((accept) => {
          const dialog = document.getElementById('addon-webext-permissions-notification');
          if (!dialog || PopupNotifications.panel.state !== 'open') return false;
          const { button, secondaryButton } = dialog as unknown as Record<string, HTMLElement>;
          (accept ? button : secondaryButton)?.click();
          return true;
        }, yes),
      );
    },

    async contextMenu(view, selector, item) {
      await view.front();
      await view.click(selector, { button: 'right' });
      await until(`the menu offers "${item.label}"`, () =>
        bidi.privileged((label) => {
          interface Popup extends Element {
            state: string;
            activateItem(item: Element): void;
          }
          const menu = document.getElementById('contentAreaContextMenu') as Popup | null;
          if (menu?.state !== 'open') return false;
          const found = [...menu.querySelectorAll('menuitem')].find((one) => one.getAttribute('label') === label);
          const popup = found?.closest('menupopup') as Popup | null | undefined;
          if (!found || !popup) return false;
          // With several entries that fit, an extension has a menu of its own in the menu.
          if (popup.state !== 'open') {
            (popup.closest('menu') as unknown as { openMenu(open: boolean): void } | null)?.openMenu(true);
            return false;
          }
          popup.activateItem(found);
          return true;
        }, item.label),
      );
    },

    async command(view, name) {
      await view.front();
      const keys: string = manifest.commands[name].suggested_key.default;
      await bidi.privileged(
        (addon, key) => {
          const set = addon.replace(/[^a-z0-9]/gi, '_');
          const found = [...document.querySelectorAll('keyset key')].find(
            (one) =>
              one.closest('keyset')?.id.includes(set) && one.getAttribute('key')?.toUpperCase() === key.toUpperCase(),
          );
          if (!found) throw new Error(`no key ${key}`);
          (found as unknown as { doCommand(): void }).doCommand();
        },
        id,
        keys.split('+').pop() ?? '',
      );
    },

    async dark(_view, on) {
      await bidi.privileged(
        (value) => {
          Services.prefs.setIntPref('layout.css.prefers-color-scheme.content-override', value);
        },
        on ? 0 : 1,
      );
    },

    async contrast(_view, on) {
      await bidi.privileged(
        (value) => {
          // 2: always; 1: never.
          Services.prefs.setIntPref('browser.display.document_color_use', value);
        },
        on ? 2 : 1,
      );
    },

    download: (name, ms) => download(downloads, name, ms),

    async remembers(text) {
      const state = await bidi.privileged(async () => {
        const from = (name: string) => ChromeUtils.importESModule(`resource:///modules/sessionstore/${name}.sys.mjs`);
        const { TabStateFlusher } = from('TabStateFlusher') as {
          TabStateFlusher: { flushWindow(window: unknown): Promise<void> };
        };
        const { SessionStore } = from('SessionStore') as { SessionStore: { getBrowserState(): string } };
        await Promise.all(
          [...Services.wm.getEnumerator('navigator:browser')].map((one) => TabStateFlusher.flushWindow(one)),
        );
        return SessionStore.getBrowserState();
      });
      // It is JSON.
      return state.includes(JSON.stringify(text).slice(1, -1));
    },

    async close() {
      end.wanted();
      await browser.close();
      // After five seconds it has only been told to.
      await end.ended();
      proxy.close();
      await removeFolder(downloads);
      await leave();
    },

    async kill() {
      await end.killed();
      proxy.close();
      await removeFolder(downloads);
      await leave();
    },

    closed: () => new Promise((done) => browser.once('disconnected', () => done())),
  };
  const greets = async () => {
    const welcome = (await bidi.tree()).find(({ url }) => url.startsWith(`${base}welcome.html`));
    return welcome && new FirefoxView(bidi, welcome.context).evaluate(hasGreeted);
  };
  // It begins some time after the browser, and has no documents before that.
  const begins = () =>
    bidi.privileged((addon) => WebExtensionPolicy.getByID(addon)?.extension.state === 'Startup: Complete', id);
  if (goesOn) await until('the extension begins', begins, STARTING);
  else await until('the extension greets', greets, STARTING);
  return driver;
}
