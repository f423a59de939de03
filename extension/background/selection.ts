// "Encrypt selection" from the context menu and from the keyboard.

import { t } from '../ui/i18n.js';
import { inject } from './sites.js';

const MENU_ITEM = 'encrypt-selection';
const COMMAND = 'encrypt-selection';

/** How long a hint stays at the toolbar button, in milliseconds. */
const HINT_TIME = 8_000;

/** What a content script answers to the request. */
interface Answer {
  readonly ok: boolean;
  readonly reason?: string;
}

/** Registers the listeners; must run at the top of the background script. */
export function listenForSelection(): void {
  chrome.contextMenus.onClicked.addListener((info, tab) => {
    if (info.menuItemId === MENU_ITEM) void encryptIn(tab, info.frameId);
  });
  chrome.commands.onCommand.addListener((command, tab) => {
    if (command === COMMAND) void encryptIn(tab, undefined);
  });
}

/** Makes the menu item anew: the browser keeps it while the background sleeps, but not across updates. */
export async function makeMenu(): Promise<void> {
  await chrome.contextMenus.removeAll();
  chrome.contextMenus.create(
    { id: MENU_ITEM, title: t('encrypt_selection'), contexts: ['selection', 'editable'] },
    // Reading the error tells the browser that it was seen: two starts at once may both make the item.
    () => void chrome.runtime.lastError,
  );
}

async function encryptIn(tab: chrome.tabs.Tab | undefined, frame: number | undefined): Promise<void> {
  const tabId = tab?.id ?? (await activeTab());
  if (tabId === undefined) return;
  const frameId = frame ?? (await frameWithSelection(tabId));
  const first = await request(tabId, frameId);
  const answer = first?.reason === 'parent' ? await requestAround(tabId, frameId) : first;
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
async function request(tabId: number, frameId: number): Promise<Answer | undefined> {
  const ask = async (): Promise<Answer | undefined> => {
    const message = { to: 'content', act: 'encrypt_selection' };
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
async function requestAround(tabId: number, frameId: number): Promise<Answer | undefined> {
  const looks = await chrome.scripting
    .executeScript({ target: { tabId, allFrames: true }, func: look })
    .catch(() => []);
  const others = new Set([0, ...looks.map((one) => one.frameId)]);
  others.delete(frameId);
  let answer: Answer | undefined;
  for (const other of others) {
    answer = await request(tabId, other);
    if (answer?.ok) break;
  }
  return answer;
}

/** A command does not say which frame it was meant for: the focused one, else one with a selection, else the page. */
async function frameWithSelection(tabId: number): Promise<number> {
  const looks = await chrome.scripting
    .executeScript({ target: { tabId, allFrames: true }, func: look })
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

/** Says at the toolbar button why nothing happened: in the page there may be nobody to say it. */
async function hint(tabId: number, text: string): Promise<void> {
  const { action } = chrome;
  try {
    await action.setBadgeBackgroundColor({ tabId, color: '#b3261e' });
    await action.setBadgeText({ tabId, text: '!' });
    await action.setTitle({ tabId, title: text });
    await new Promise((done) => setTimeout(done, HINT_TIME));
    await action.setBadgeText({ tabId, text: '' });
    await action.setTitle({ tabId, title: t('app_name') });
  } catch {
    // The tab was closed.
  }
}
