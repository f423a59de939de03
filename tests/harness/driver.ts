import type { Seen } from './proxy.js';
import type { View } from './view.js';

/** The browsers that every spec runs in. */
export type Kind = 'chromium' | 'firefox';
export const KINDS: readonly Kind[] = ['chromium', 'firefox'];

/** The windows that the extension opens for one thing to be done in them. */
export const DESK_WINDOWS = ['compose.html', 'write.html', 'unlock.html', 'password.html', 'lookup.html'] as const;

/** Servers of the test that the browser takes for hosts of the internet, by HTTPS. */
export interface Hosts {
  /** Host names, each with the port on loopback that answers for it; all others do not exist. */
  ports: Readonly<Record<string, number>>;
  /** What the browser must know their one certificate by: base64 of the SHA-256 of its public key. */
  certificate: string;
}

/** How to start a browser. */
export interface LaunchOptions {
  /** The unpacked extension. */
  extension: string;
  /** Firefox: installs the same extension from this zip. (Chromium loads folders only.) */
  archive?: string;
  /** Draw real windows, for a person, instead of running headless; nothing is recorded or kept off the network then. */
  visible?: boolean;
  /** Width and height of the first window in CSS pixels. */
  size?: [number, number];
  /** Hosts of the internet that the test plays. */
  hosts?: Hosts;
  /**
   * Holds back the timers of pages that nobody sees as far as browsers do: one turn a minute. Chromium begins with that a minute
   * after such a page has come out of sight; without this option, driven as it is, it never does.
   */
  heldBack?: boolean;
  /**
   * A folder for the profile, which stays when the browser ends; the caller removes it. In one that is not empty the browser goes
   * on where it ended, with the extension that is there. Firefox wants `archive` besides: it forgets what comes from a folder.
   */
  profile?: string;
  /** Preferences of Firefox (`about:config`); the other browser has none. */
  prefs?: Record<string, string | number | boolean>;
}

/**
 * One browser with the extension installed. Both browsers do all of it; what they cannot do alike is said at the
 * method. Everything waits for its condition, nothing sleeps.
 */
export interface Driver {
  readonly kind: Kind;
  /** For example `Chromium 156.0.8078.79`. */
  readonly version: string;
  /** The extension's origin with a slash: `chrome-extension://…/`, `moz-extension://…/`. */
  readonly base: string;
  /** Where downloads land. */
  readonly downloads: string;
  /** Every request that left the (headless) browser for the network, from whatever context, in order. */
  readonly requests: readonly Seen[];

  /** Opens a tab, at an address if given. */
  tab(url?: string): Promise<View>;
  /** Opens a page of the extension in a tab: `settings.html`. */
  page(path: string): Promise<View>;
  /** Waits for an extension frame inside a view, however deep: `frame(roundcube, 'reader.html')`. */
  frame(view: View, path: string): Promise<View>;
  /** All extension frames of that path inside a view, now. */
  frames(view: View, path: string): Promise<View[]>;
  /** Waits for a tab or window that the extension opened by itself: `window('unlock.html')`. Each is returned once. */
  window(path: string, ms?: number): Promise<View>;
  /**
   * Closes what is open of {@link DESK_WINDOWS}. A test that failed may have left one behind, and the next would take it
   * for its own.
   */
  closeWindows(): Promise<void>;
  /** Opens the real toolbar popup over a tab, as a click on the icon does (this also gives `activeTab`). */
  popup(over: View): Promise<View>;

  /**
   * Calls a function in the background script. It may use nothing from outside but its arguments. A stopped
   * background is started again first (an event would do that too).
   */
  background<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Promise<Awaited<R>>;
  /** Stops the background as the browser does when it is idle; returns when it has stopped. */
  stopBackground(): Promise<void>;
  /** Whether the background runs at the moment. */
  backgroundRuns(): Promise<boolean>;

  /**
   * Firefox: tells the extension of a new version, as the browser does when it has one; it is let in by `runtime.reload`,
   * which does nothing else then. Chromium asks no extension.
   */
  offerUpdate(): Promise<void>;
  /** Whether the extension has let in what was offered. */
  updated(): Promise<boolean>;

  /**
   * Makes the next `permissions.request` for these match patterns (`http://localhost/*`) succeed without a dialog.
   * The click that asks is still needed, as for a person. In Firefox the permission is granted outright.
   */
  grant(origins: string[]): Promise<void>;
  /**
   * Says yes or no to the permission dialog. Firefox: presses its real button. Chromium's dialog is native and cannot be
   * reached: there {@link grant} beforehand makes the browser say yes by itself, and nothing makes it say no.
   */
  answerPermission(yes: boolean): Promise<void>;
  /**
   * Chooses an item of the page's context menu over an element. Firefox: the real menu by the item's label.
   * Chromium draws menus outside of what can be driven: there the item's event is dispatched by id, and `activeTab`
   * has been given only if {@link popup} was opened over that tab before.
   */
  contextMenu(view: View, selector: string, item: { id: string; label: string }): Promise<void>;
  /** Triggers a keyboard command of the manifest. Firefox: through its real key binding; Chromium: its event. */
  command(view: View, name: string): Promise<void>;
  /** Switches the whole browser (Firefox) or this view (Chromium) to dark or light. */
  dark(view: View, on: boolean): Promise<void>;
  /** Takes the page's own colours away, as a system in high contrast does: of the whole browser (Firefox) or this view. */
  contrast(view: View, on: boolean): Promise<void>;
  /** Waits for a finished download with this name and returns its path. */
  download(name: RegExp, ms?: number): Promise<string>;
  /**
   * Whether a text is in what the browser keeps of its pages, to open them again after a crash. Firefox: what it would write
   * to the disk now. Chromium: what it has written, which is some seconds old.
   */
  remembers(text: string): Promise<boolean>;
  /** Ends the browser and removes its profile, unless that is the caller's. */
  close(): Promise<void>;
  /** Ends it as a crash does: all at once, without a word to anybody. */
  kill(): Promise<void>;
  /** Settles when the person has closed the browser's last window. */
  closed(): Promise<void>;
}

/**
 * Whether the page that the extension opens by itself, in front of all others, is there and has all that it asks for: it comes
 * at a time of its own, and must not in the middle of a test.
 */
export const hasGreeted = (): boolean => document.querySelector('#emblem-words') !== null;
