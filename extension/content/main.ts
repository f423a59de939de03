// The content script. It finds what a person could read or encrypt in the page; it never sees plaintext or keys that the
// page does not show by itself. Where the site is not switched on it only waits for the user's own request.

import type { PageReply } from 'waxseal-wasm';
import { askAgain } from './again.js';
import type { Writing } from './compose/writing.js';
import { listen } from './dom.js';
import { activeField } from './editor.js';
import { fields } from './fields.js';
import { part } from './parts.js';
import { Reading } from './reading.js';
import { Scanner } from './scan/scanner.js';
import { belongsToParent } from './scan/territory.js';
import { currentSelection, isTooLong, type Selected } from './select/selection.js';
import { Watch } from './select/watch.js';
import { say } from './text.js';
import { askVault, isAlive, isLost } from './vault.js';

/** What the background hears from us about a selection. */
type Answer = { readonly ok: true } | { readonly ok: false; readonly reason: string };

class Content {
  #scanner: Scanner | undefined;
  #reading: Reading | undefined;
  #writing: Writing | undefined;
  #watch: Watch | undefined;
  #asked = 0;

  start(): void {
    chrome.runtime.onMessage.addListener((message: unknown, sender, respond) => {
      if (sender.id !== chrome.runtime.id) return false;
      const { to, act } = fields(message);
      if (to !== 'content') return false;
      if (act === 'site_changed') void this.#ask();
      if (act === 'leave') this.#leave();
      if (act !== 'encrypt_selection' && act !== 'write_mail') return false;
      void (act === 'write_mail' ? this.#writeMail() : this.#encryptSelection()).then(respond);
      return true;
    });
    // Nothing is heard while the browser keeps the page for the way back.
    listen(window, 'pageshow', ({ persisted }: PageTransitionEvent) => {
      if (persisted) void this.#ask();
    });
    // From now on: a port that nobody hears is closed.
    chrome.runtime.onConnect.addListener((port) => void this.#connected(port));
    void this.#ask();
  }

  /** Asks the vault what is wanted here; also when something has changed. */
  async #ask(): Promise<void> {
    // The script of the frame around does it for this one too. A document of no origin cannot be told from any other.
    if (belongsToParent(document) || origin === 'null') return;
    const turn = ++this.#asked;
    const reply = await askAgain(
      () => askVault({ kind: 'hello' }),
      isLost,
      () => turn === this.#asked && isAlive(),
    );
    if (turn !== this.#asked) return;
    if (reply.kind === 'site' && reply.enabled) this.#begin(reply.selection_button);
    // Who has heard neither yes nor no goes on as before: somebody may be reading.
    else if (!isLost(reply)) this.#end();
  }

  #begin(button: boolean): void {
    if (button && !this.#watch) {
      this.#watch = new Watch(document, {
        alive: () => this.#alive(),
        encrypt: (picked) => this.#encrypt(picked),
        quietly: (change) => this.#quietly(change),
        rests: (selected) => void this.#offer(selected),
      });
      for (const each of this.#scanner?.documents ?? []) this.#watch.watch(each);
    } else if (!button) {
      this.#watch?.stop();
      this.#watch = undefined;
      this.#writing?.offer.stop();
    }
    if (this.#scanner) return;
    const scanner = new Scanner(document, {
      alive: () => this.#alive(),
      skip: (element) => this.#owns(element),
      looks: () => this.#reading?.look(),
      reads: (text) => this.#reading?.reads(text),
      found: (blocks) => this.#reading?.offer(blocks),
      changed: (records) => this.#reading?.check(records),
      claimed: (claimed) => this.#watch?.watch(claimed),
    });
    this.#scanner = scanner;
    this.#reading = new Reading(document, {
      quietly: (change) => scanner.quietly(change),
      lookAt: (part) => scanner.lookAt(part),
      answer: async (answered) => void (await this.#part())?.answer(answered),
    });
    scanner.start();
  }

  #owns(element: Element): boolean {
    if (this.#reading?.owns(element) || this.#watch?.owns(element)) return true;
    return this.#writing?.offer.owns(element) ?? false;
  }

  /** Leaves the page as if we had not been there. */
  #end(): void {
    const parts = [this.#scanner, this.#watch, this.#writing?.offer];
    const reading = this.#reading;
    // Before they are stopped: one that fails then keeps none of the others.
    this.#reading = this.#scanner = this.#watch = undefined;
    try {
      reading?.clear();
    } finally {
      for (const one of parts) one?.stop();
    }
  }

  /** A new version comes in, which begins anew: what was asked before begins nothing here any more. */
  #leave(): void {
    this.#asked++;
    this.#end();
  }

  /** In Chromium an old script lives on after the extension was reloaded: it stops quietly. Firefox ends it, and says so before an update (`leave`). */
  #alive(): boolean {
    if (isAlive()) return true;
    this.#end();
    return false;
  }

  #quietly(change: () => void): void {
    if (this.#scanner) this.#scanner.quietly(change);
    else change();
  }

  async #encryptSelection(): Promise<Answer> {
    // The script of the frame around looks after this document too, and it knows the recipients.
    if (belongsToParent(document)) return { ok: false, reason: 'parent' };
    const picked = currentSelection(document);
    if (!picked) return { ok: false, reason: 'no_selection' };
    if (isTooLong(picked)) return { ok: false, reason: 'too_long' };
    return answerOf(await this.#compose(picked));
  }

  /** For the editor that has the focus, wherever the user wants to write. */
  async #writeMail(): Promise<Answer> {
    if (belongsToParent(document)) return { ok: false, reason: 'parent' };
    const reply = await (await this.#part())?.write(activeField(document));
    return reply ? answerOf(reply) : { ok: false, reason: 'no_form' };
  }

  async #encrypt(picked: Selected): Promise<string | undefined> {
    const reply = await this.#compose(picked);
    return reply.kind === 'refused' ? say(`err_${reply.error}`) : undefined;
  }

  async #compose(picked: Selected): Promise<PageReply> {
    return (await (await this.#part())?.encrypt(picked)) ?? { kind: 'refused', error: 'crashed' };
  }

  /** Whole mails can be written where the user is: in an editor that a mail is written in. */
  async #offer(selected: boolean): Promise<void> {
    const field = selected ? undefined : activeField(document);
    if (field && !this.#writing && !(await this.#part())) return;
    // Switched off meanwhile.
    if (this.#watch) this.#writing?.offer.at(field);
  }

  /** A window of ours; the first for a document comes when the part is there, one that comes again may be before it. */
  async #connected(port: chrome.runtime.Port): Promise<void> {
    if (port.sender?.id !== chrome.runtime.id || !port.name.startsWith('waxseal')) return;
    const again = port.name.startsWith('waxseal-write:') && !belongsToParent(document);
    // Meant for what was here when the window looked.
    if (again && !port.name.endsWith(`:${location.origin}`)) return port.disconnect();
    const writing = again ? await this.#part() : this.#writing;
    if (writing) writing.connected(port);
    // Nobody serves it: the window hears that at once, and need not wait.
    else if (again) port.disconnect();
  }

  async #part(): Promise<Writing | undefined> {
    const write = await part('write');
    // Two calls may have waited for the part.
    this.#writing ??= write?.(document, { quietly: (change) => this.#quietly(change), alive: () => this.#alive() });
    return this.#writing;
  }
}

function answerOf(reply: PageReply): Answer {
  return reply.kind === 'ticket'
    ? { ok: true }
    : { ok: false, reason: reply.kind === 'refused' ? reply.error : 'failed' };
}

// A symbol: an element with the same id would be found under a name.
const RUNNING = Symbol.for('waxseal.content');
const world = globalThis as { [RUNNING]?: true };
if (!world[RUNNING]) {
  world[RUNNING] = true;
  new Content().start();
}
