// "Encrypt selection" and "Write an encrypted message here" from the context menu and from the keyboard.

import { type TextKey, t } from '../ui/i18n.js';
import { inject } from './sites.js';

/** What can be asked for: by the name of the command and of the entry in the menu. */
const WISHES = [
  {
    name: 'encrypt-selection',
    act: 'encrypt_selection',
    title: 'encrypt_selection',
    contexts: ['selection', 'editable'],
  },
  { name: 'write-mail', act: 'write_mail', title: 'write_here', contexts: ['editable'] },
] as const satisfies readonly {
  name: string;
  act: string;
  title: TextKey;
  contexts: chrome.contextMenus.CreateProperties['contexts'];
}[];
type Act = (typeof WISHES)[number]['act'];

/** How long a hint stays at the toolbar button, in milliseconds. */
const HINT_TIME = 8_000;

/** What a content script answers to the request. */
interface Answer {
  readonly ok: boolean;
  readonly reason?: string;
}

/** Registers the listeners; must run at the top of the background script. */
export function listenForWishes(): void {
  chrome.contextMenus.onClicked.addListener((info, tab) => {
    const wish = WISHES.find(({ name }) => name === info.menuItemId);
    if (wish) void fulfil(wish.act, tab, info.frameId);
  });
  chrome.commands.onCommand.addListener((command, tab) => {
    const wish = WISHES.find(({ name }) => name === command);
    if (wish) void fulfil(wish.act, tab, undefined);
  });
}

/** Makes the menu's entries anew: the browser keeps them while the background sleeps, but not across updates. */
export async function makeMenu(): Promise<void> {
  await chrome.contextMenus.removeAll();
  for (const { name, title, contexts } of WISHES) {
    chrome.contextMenus.create(
      { id: name, title: t(title), contexts: [...contexts] },
      // Reading the error tells the browser that it was seen: two starts at once may both make the entry.
      () => void chrome.runtime.lastError,
    );
  }
}

async function fulfil(act: Act, tab: chrome.tabs.Tab | undefined, frame: number | undefined): Promise<void> {
  const tabId = tab?.id ?? (await activeTab());
  if (tabId === undefined) return;
  const frameId = frame ?? (await frameOfUser(tabId));
  const first = await request(act, tabId, frameId);
  const answer = first?.reason === 'parent' ? await requestAround(act, tabId, frameId) : first;
  if (answer?.ok) return;
  await hint(tabId, explain(answer?.reason));
}

/** In words; the content script's reason may be the vault's error code. */
function explain(reason: string | undefined): string {
  switch (reason) {
    case undefined:
      return t('hint_not_here');
    case 'no_selection':
      return t('hint_no_selection');
    case 'no_form':
      return t('hint_no_form');
    case 'too_long':
      return t('err_limit');
    default:
      return chrome.i18n.getMessage(`err_${reason}`) || t('hint_not_here');
  }
}

/** Older Chromium does not tell the tab of a command. */
async function activeTab(): Promise<number | undefined> {
  const [tab] = await chrome.tabs.query({ active: true, lastFocusedWindow: true });
  return tab?.id;
}

/** Asks the content script; where the site is not switched on, `activeTab` lets it in for this once. */
async function request(act: Act, tabId: number, frameId: number): Promise<Answer | undefined> {
  const ask = async (): Promise<Answer | undefined> => {
    const message = { to: 'content', act };
    return chrome.tabs.sendMessage(tabId, message, { frameId }).catch(() => undefined);
  };
  const first = await ask();
  if (first) return first;
  return (await inject({ tabId, frameIds: [frameId] })) ? ask() : undefined;
}

/**
 * An editor in a frame without an address of its own is looked after by the script of a frame around it, mostly the
 * page itself. The browser does not say which one that is: the others are asked, the page first.
 */
async function requestAround(act: Act, tabId: number, frameId: number): Promise<Answer | undefined> {
  const looks = await chrome.scripting
    .executeScript({ target: { tabId, allFrames: true }, func: look, injectImmediately: true })
    .catch(() => []);
  const others = new Set([0, ...looks.map((one) => one.frameId)]);
  others.delete(frameId);
  let answer: Answer | undefined;
  for (const other of others) {
    answer = await request(act, tabId, other);
    if (answer?.ok) break;
  }
  return answer;
}

/** A command does not say which frame it was meant for: the focused one, else one with a selection, else the page. */
async function frameOfUser(tabId: number): Promise<number> {
  const looks = await chrome.scripting
    .executeScript({ target: { tabId, allFrames: true }, func: look, injectImmediately: true })
    .catch(() => []);
  const best = (key: 'focused' | 'selected') => looks.find(({ result }) => result?.[key])?.frameId;
  return best('focused') ?? best('selected') ?? 0;
}

/** Runs in each frame of the page; must not refer to anything outside itself. */
function look(): { focused: boolean; selected: boolean } {
  const active = document.activeElement;
  const field = active instanceof HTMLTextAreaElement || active instanceof HTMLInputElement ? active : undefined;
  const inField = field !== undefined && field.selectionStart !== field.selectionEnd;
  const elsewhere = active instanceof HTMLIFrameElement || active instanceof HTMLFrameElement;
  return {
    focused: document.hasFocus() && !elsewhere,
    selected: inField || getSelection()?.isCollapsed === false,
  };
}

/** The newest hint of each tab: an older one that ends must not take it away. */
const hints = new Map<number, symbol>();

/**
 * Says at the toolbar button why nothing happened: in the page there may be nobody to say it. The popup, which reads it from
 * there, opens by itself where the browser lets it (not in an older Firefox: for that the click or key is too long ago).
 */
async function hint(tabId: number, text: string): Promise<void> {
  const { action } = chrome;
  const own = Symbol();
  hints.set(tabId, own);
  try {
    await action.setBadgeBackgroundColor({ tabId, color: '#b3261e' });
    await action.setBadgeText({ tabId, text: '!' });
    await action.setTitle({ tabId, title: text });
    void action.openPopup().catch(() => undefined);
    await new Promise((done) => setTimeout(done, HINT_TIME));
    if (hints.get(tabId) !== own) return;
    await action.setBadgeText({ tabId, text: '' });
    await action.setTitle({ tabId, title: t('app_name') });
  } catch {
    // The tab was closed.
  } finally {
    if (hints.get(tabId) === own) hints.delete(tabId);
  }
}
