// A composer window and the content script of the page that the text came from.

import type { Target } from 'waxseal-wasm';
import { record } from '../ui/record.js';
import {
  asInserted,
  asSelection,
  type Beat,
  type InsertedMessage,
  type InsertMessage,
  type SelectionMessage,
} from './channel.js';
import { PageWait } from './page-wait.js';

/**
 * Milliseconds that the page has for an insertion. Mostly it is done in a few; an editor that takes a long text line by line needs
 * many seconds, and who is told too early that nothing was inserted pastes it a second time. A page that is closed is heard of.
 */
const INSERT_LIMIT = 60_000;

/** The page is gone: closed, navigated, or its content script does not answer. */
export const PAGE_GONE: InsertedMessage = { t: 'inserted', ok: false, reason: 'page_gone' };

/** A port straight to the page's content script. */
export class ComposerChannel {
  readonly #port: chrome.runtime.Port;
  #inserted: ((answer: InsertedMessage) => void) | undefined;
  #gone = false;

  /**
   * Connects to the document that asked for the window. `onSelection` is called with the text when the content script
   * sends it, `onGone` once when the page is closed or navigates (or has no such content script).
   */
  constructor(target: Target, ticket: string, onSelection: (selection: SelectionMessage) => void, onGone: () => void) {
    this.#port = connect(target, `waxseal:${ticket}`);
    this.#port.onMessage.addListener((message: unknown) => {
      record('content-desk', 'content', 'composer', message);
      const selection = asSelection(message);
      if (selection) onSelection(selection);
      const inserted = asInserted(message);
      if (inserted) this.#settle(inserted);
    });
    this.#port.onDisconnect.addListener(() => {
      // Reading the error tells the browser that it was seen.
      void chrome.runtime.lastError;
      this.#gone = true;
      this.#settle(PAGE_GONE);
      onGone();
    });
  }

  /** Puts the armored message in the place of the selection. Never rejects. */
  async insert(armored: string): Promise<InsertedMessage> {
    if (this.#gone) return PAGE_GONE;
    // The earlier of two insertions has lost its answer.
    this.#settle(PAGE_GONE);
    const answer = new Promise<InsertedMessage>((resolve) => {
      this.#inserted = resolve;
    });
    this.#send({ t: 'insert', armored });
    // What the user is told stays true: an editor that wakes up later finds nobody to put a text in for.
    const late = () => {
      this.close();
      this.#settle(PAGE_GONE);
    };
    const wait = new PageWait(INSERT_LIMIT, () => this.#send({ t: 'beat' }), late);
    return answer.finally(() => wait.end());
  }

  /** Lets the page go. */
  close(): void {
    this.#gone = true;
    this.#port.disconnect();
  }

  #send(message: InsertMessage | Beat): void {
    record('content-desk', 'composer', 'content', message);
    try {
      this.#port.postMessage(message);
    } catch {
      this.#settle(PAGE_GONE);
    }
  }

  #settle(answer: InsertedMessage): void {
    this.#inserted?.(answer);
    this.#inserted = undefined;
  }
}

/** The document where the browser can name it, so that a page that navigated meanwhile is not reached; else the frame. */
function connect({ tab, frame, document }: Target, name: string): chrome.runtime.Port {
  return chrome.tabs.connect(tab, document === undefined ? { frameId: frame, name } : { documentId: document, name });
}
