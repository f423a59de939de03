// Buttons at links to OpenPGP files, on pages whose mails cannot be had as a whole. A link is fetched when the user presses
// its button, once for each time, and never otherwise: whoever wrote the link may have written it for what it does.

import type { AnswerMode } from '../../desk/write-channel.js';
import { attribute, insertBefore, isConnected, isDrawn, nextSibling, parentNode, queryIn, rectOf } from '../dom.js';
import { Reader, type Told } from '../frames/reader.js';
import type { Page } from '../frames/readers.js';
import { fetchMail, toldOf } from '../frames/source.js';
import { MAX_FILE_LINKS, MAX_LINK_BUTTONS, MAX_LINK_MOVES, MAX_LINKS, NEAR } from '../limits.js';
import { Idle, type Steps } from '../scan/idle.js';
import { originOf } from '../sites/index.js';
import { givesSource } from '../sites/reading.js';
import { say } from '../text.js';
import { askVault, isAlive } from '../vault.js';
import { LinkButton } from './button.js';
import { type Target, targetOf } from './find.js';
import { below } from './place.js';

/** Links that are looked at in one step. */
const SOME = 64;

/** What was loaded, or is on its way. */
interface Opened {
  /** Nobody waits any more for what is still on its way. */
  readonly gone: AbortController;
  reader?: Reader;
}

/** A link with its button. */
interface Entry {
  readonly link: Element;
  readonly href: string | null;
  readonly target: Target;
  readonly button: LinkButton;
  opened?: Opened | undefined;
}

export class Links {
  readonly #entries = new Map<Element, Entry>();
  readonly #near: IntersectionObserver;
  readonly #changed: MutationObserver;
  readonly #idle = new Idle(isAlive);
  readonly #moves = new WeakMap<Element, number>();
  #looking = false;
  #again = false;

  constructor(
    readonly document: Document,
    readonly page: Page,
  ) {
    this.#near = new IntersectionObserver(
      (seen) => {
        for (const { target, isIntersecting } of seen) if (isIntersecting) this.#offer(target);
      },
      { rootMargin: `${NEAR}px` },
    );
    this.#changed = new MutationObserver(() => {
      this.check();
      this.look();
    });
  }

  /** Whether an element is ours. */
  owns(element: Element): boolean {
    for (const { button, opened } of this.#entries.values()) {
      if (button.host === element || opened?.reader?.host === element) return true;
    }
    return false;
  }

  /** Looks for links in the page, in idle time. */
  look(): void {
    this.#again = true;
    if (this.#looking) return;
    this.#looking = true;
    this.#idle.add(this.#search());
  }

  /**
   * Only in the script's own document, outside of shadow trees: frames without an address of their own are what mails are
   * drawn in, and what is in them is the sender's.
   */
  *#search(): Steps<void> {
    while (this.#again) {
      this.#again = false;
      yield;
      const links = givesSource(this.document) ? [] : queryIn(this.document, 'a[href]');
      let found = 0;
      for (let at = 0; at < links.length && at < MAX_LINKS && found < MAX_FILE_LINKS; at++) {
        if (at % SOME === SOME - 1) yield;
        const link = links[at];
        if (!link || !isConnected(link) || this.#entries.has(link) || !targetOf(link)) continue;
        found++;
        // Observed already, it would not be told of again.
        this.#near.unobserve(link);
        this.#near.observe(link);
      }
    }
    this.#looking = false;
  }

  #offer(link: Element): void {
    if (!isConnected(link) || this.#entries.has(link) || this.#entries.size >= MAX_LINK_BUTTONS) return;
    const target = targetOf(link);
    if (!target || this.#isTired(link) || !isSeen(link)) return;
    // A picture and a name that lead to the same.
    for (const entry of this.#entries.values()) if (entry.target.url === target.url) return;
    const button = new LinkButton(this.document, target, () => this.#press(entry));
    const entry: Entry = { link, href: attribute(link, 'href'), target, button };
    this.#entries.set(link, entry);
    this.#changed.observe(link, { attributes: true, attributeFilter: ['href', 'download'] });
    this.#place(entry);
  }

  #place({ link, button }: Entry): void {
    const parent = parentNode(link);
    if (parent) this.page.quietly(() => insertBefore(parent, button.host, nextSibling(link)));
  }

  /** Whether it was moved too often; counts. */
  #isTired(link: Element, moved = 0): boolean {
    const moves = (this.#moves.get(link) ?? 0) + moved;
    this.#moves.set(link, moves);
    return moves >= MAX_LINK_MOVES;
  }

  /** After a change of the page: follows the links, and lets go of those that are no longer there. */
  check(): void {
    for (const entry of this.#entries.values()) {
      const { link, href, button, opened } = entry;
      if (!isConnected(link) || attribute(link, 'href') !== href) {
        this.#drop(entry);
        continue;
      }
      if (opened?.reader && !isConnected(opened.reader.host)) this.#close(entry);
      if (nextSibling(link) === button.host) continue;
      if (this.#isTired(link, 1)) this.#drop(entry);
      else this.#place(entry);
    }
  }

  /** Takes all buttons away, with what was opened by them. */
  clear(): void {
    for (const entry of this.#entries.values()) this.#drop(entry);
    this.#near.disconnect();
    this.#changed.disconnect();
    this.#idle.stop();
  }

  #press(entry: Entry): void {
    if (entry.opened) {
      this.#close(entry);
    } else if (targetOf(entry.link)?.url === entry.target.url) {
      void this.#open(entry);
    } else {
      // What stands on the button is what is loaded, or nothing.
      this.#drop(entry);
      this.look();
    }
  }

  async #open(entry: Entry): Promise<void> {
    const { target, button } = entry;
    const opened: Opened = { gone: new AbortController() };
    entry.opened = opened;
    button.open = true;
    const reply = await askVault({ kind: 'open_view', form: 'mail' });
    if (entry.opened !== opened) return;
    const place = below(button.host);
    if (reply.kind !== 'ticket' || !place) {
      this.#close(entry);
      button.tell(say(`err_${reply.kind === 'refused' ? reply.error : 'crashed'}`));
      return;
    }
    const reader = new Reader(this.document, 'mail', reply, this.#load(target, opened), {
      ready: () => undefined,
      failed: () => {
        this.#close(entry);
        button.tell(say('err_timed_out'));
      },
      // It can be opened again.
      expired: () => this.#close(entry),
      // The page shows nothing of it.
      original: () => undefined,
      answer: (mode) => void this.#answer(entry, mode),
    });
    opened.reader = reader;
    this.page.quietly(() => insertBefore(place.parent, reader.host, place.before));
    reader.name();
  }

  async #load({ url }: Target, opened: Opened): Promise<Told> {
    const mail = await fetchMail(url, opened.gone.signal, { link: true });
    // Who sent the mail around a link is not known, nor whether the link is of that mail.
    return toldOf(mail, { sender: null, site: originOf(this.document) }, { file: true });
  }

  async #answer({ link, opened }: Entry, mode: AnswerMode): Promise<void> {
    const told = await opened?.reader?.told;
    if (told && isConnected(link)) this.page.answer({ mode, element: link, told });
  }

  #close(entry: Entry): void {
    const { opened, button } = entry;
    if (!opened) return;
    entry.opened = undefined;
    opened.gone.abort();
    button.open = false;
    this.page.quietly(() => opened.reader?.remove());
  }

  #drop(entry: Entry): void {
    this.#close(entry);
    this.#entries.delete(entry.link);
    this.#near.unobserve(entry.link);
    this.page.quietly(() => entry.button.host.remove());
  }
}

/** Whether a person can see the link, and so knows what the button is for. */
function isSeen(link: Element): boolean {
  const { width, height } = rectOf(link);
  return width > 0 && height > 0 && isDrawn(link);
}
