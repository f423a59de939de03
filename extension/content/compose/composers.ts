// The ways to composer windows: each has one port, named with a ticket that this very script was given.

import type { Composing, PageReply } from 'waxseal-wasm';
import type { InsertedMessage, SelectionMessage } from '../../desk/channel.js';
import { record } from '../../ui/record.js';
import { fields } from '../fields.js';
import { insert } from '../insert/insert.js';
import { MAX_COMPOSERS, MAX_INSERT } from '../limits.js';
import type { Selected } from '../select/selection.js';
import { writingAt } from '../sites/writing.js';
import { askVault } from '../vault.js';
import { beat } from './wait.js';
import { type Task, Writer } from './writer.js';

const FIRST = 'waxseal:';
/** A window whose page went elsewhere; it has shown its ticket before, and the browser says that it is ours. */
const AGAIN = 'waxseal-write:';

export class Composers {
  readonly #waiting = new Map<string, (port: chrome.runtime.Port) => void>();
  /** Calls under way: the window may be faster than the vault's answer. */
  readonly #asking = new Set<Promise<PageReply>>();

  /** Opens a window for a selection. */
  open(what: 'selection', picked: Selected): Promise<PageReply>;
  /** Opens a window for a mail. */
  open(what: 'mail', task: Task): Promise<PageReply>;
  async open(what: Composing, about: Selected | Task): Promise<PageReply> {
    const call = askVault({ kind: 'open_composer', what });
    this.#asking.add(call);
    const reply = await call;
    if (reply.kind === 'ticket') {
      const [oldest] = this.#waiting.keys();
      if (this.#waiting.size >= MAX_COMPOSERS && oldest !== undefined) this.#waiting.delete(oldest);
      this.#waiting.set(reply.ticket, (port) => {
        if ('kind' in about) serve(port, about);
        else new Writer(port, about);
      });
    }
    this.#asking.delete(call);
    return reply;
  }

  /** A port of a window of ours. */
  async connected(port: chrome.runtime.Port): Promise<void> {
    if (port.name.startsWith(AGAIN)) {
      new Writer(port, {});
      return;
    }
    if (!port.name.startsWith(FIRST)) return;
    const ticket = port.name.slice(FIRST.length);
    if (!this.#waiting.has(ticket)) await Promise.all(this.#asking);
    const take = this.#waiting.get(ticket);
    // In Firefox all frames of a tab may hear a port: the one with the ticket keeps it.
    if (!take) return;
    this.#waiting.delete(ticket);
    take(port);
  }
}

function serve(port: chrome.runtime.Port, picked: Selected): void {
  let done = false;
  let open = true;
  port.onDisconnect.addListener(() => {
    open = false;
  });
  port.onMessage.addListener((message: unknown) => {
    const { t, armored } = fields(message);
    if (t === 'beat') beat();
    if (t !== 'insert' || typeof armored !== 'string' || armored.length > MAX_INSERT) return;
    void (done ? Promise.resolve('done') : insert(picked, armored, () => open)).then((reason) => {
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
