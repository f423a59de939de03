// The ways to composer windows: each has one port, named with a ticket that this very script was given.

import type { PageReply } from 'waxseal-wasm';
import type { InsertedMessage, SelectionMessage } from '../../desk/channel.js';
import { record } from '../../ui/record.js';
import { fields } from '../fields.js';
import { insert } from '../insert/insert.js';
import { MAX_COMPOSERS, MAX_INSERT } from '../limits.js';
import type { Selected } from '../select/selection.js';
import { writingAt } from '../sites/writing.js';
import { askVault } from '../vault.js';

const PREFIX = 'waxseal:';

export class Composers {
  readonly #waiting = new Map<string, Selected>();
  /** Calls under way: the window may be faster than the vault's answer. */
  readonly #asking = new Set<Promise<PageReply>>();

  /** Listens from now on, before any window is asked for: a port that nobody hears is closed. */
  constructor() {
    chrome.runtime.onConnect.addListener((port) => void this.#connected(port));
  }

  /** Opens a composer for a selection. */
  async open(picked: Selected): Promise<PageReply> {
    const call = askVault({ kind: 'open_composer' });
    this.#asking.add(call);
    const reply = await call;
    if (reply.kind === 'ticket') {
      const [oldest] = this.#waiting.keys();
      if (this.#waiting.size >= MAX_COMPOSERS && oldest !== undefined) this.#waiting.delete(oldest);
      this.#waiting.set(reply.ticket, picked);
    }
    this.#asking.delete(call);
    return reply;
  }

  async #connected(port: chrome.runtime.Port): Promise<void> {
    if (!port.name.startsWith(PREFIX) || port.sender?.id !== chrome.runtime.id) return;
    const ticket = port.name.slice(PREFIX.length);
    if (!this.#waiting.has(ticket)) await Promise.all(this.#asking);
    const picked = this.#waiting.get(ticket);
    // In Firefox all frames of a tab may hear a port: the one with the ticket keeps it.
    if (!picked) return;
    this.#waiting.delete(ticket);
    serve(port, picked);
  }
}

function serve(port: chrome.runtime.Port, picked: Selected): void {
  let done = false;
  port.onMessage.addListener((message: unknown) => {
    const { t, armored } = fields(message);
    if (t !== 'insert' || typeof armored !== 'string' || armored.length > MAX_INSERT) return;
    void (done ? Promise.resolve('done') : insert(picked, armored)).then((reason) => {
      done ||= reason === undefined;
      const answer: InsertedMessage = { t: 'inserted', ok: reason === undefined, ...(reason && { reason }) };
      send(port, answer);
    });
  });
  const message: SelectionMessage = { t: 'selection', text: picked.text, ...writingAt(picked.element) };
  send(port, message);
}

function send(port: chrome.runtime.Port, message: SelectionMessage | InsertedMessage): void {
  record('content-desk', 'content', 'composer', message);
  try {
    port.postMessage(message);
  } catch {
    // The window was closed meanwhile.
  }
}
