// What there is to read in the page. Readers are a part that is loaded with the first find; what was found waits here. So
// are the buttons at links to files, which are a part of their own: most pages with a message have none.

import { queryIn } from './dom.js';
import type { Page, Readers } from './frames/readers.js';
import { MAX_BLOCKS } from './limits.js';
import type { Links } from './links/links.js';
import { part } from './parts.js';
import type { Found } from './scan/look.js';
import type { MailSource } from './sites/index.js';
import { mailsIn } from './sites/mails.js';
import { isAlive } from './vault.js';

/**
 * Where an OpenPGP file may be named: that is looked into when the part for links is there. Anything may follow: the text of
 * the next element does, without a space.
 */
const NAME = /\.(?:asc|pgp|gpg)/i;
const LINKS = ['asc', 'pgp', 'gpg'].map((end) => `a[href*=".${end}" i],a[download*=".${end}" i]`).join();

export class Reading {
  #readers: Readers | undefined;
  #links: Links | undefined;
  #blocks: Found[] = [];
  #mails: readonly MailSource[] = [];
  #loading = false;
  /** A name was seen: nobody need look for another. */
  #named = false;
  #over = false;
  readonly #isWanted = () => !this.#over && isAlive();

  constructor(
    readonly document: Document,
    readonly page: Page,
  ) {}

  /** Whether an element is ours or is read as a whole by us: what is in it is not looked at. */
  owns(element: Element): boolean {
    if (this.#links?.owns(element)) return true;
    return this.#readers?.owns(element) ?? this.#mails.some(({ cover, unsure }) => cover === element && !unsure);
  }

  /** Looks which whole mails the page shows now, and whether there are links to files. */
  look(): void {
    this.#mails = mailsIn(this.document);
    this.#readers?.show(this.#mails);
    this.#load();
    this.#links?.look();
    if (!this.#named && queryIn(this.document, LINKS).length > 0) this.#loadLinks();
  }

  /** A text of the page. */
  reads(text: string): void {
    if (!this.#named && NAME.test(text)) this.#loadLinks();
  }

  offer(blocks: readonly Found[]): void {
    this.#readers?.offer(blocks);
    if (!this.#readers) this.#blocks = [...this.#blocks, ...blocks].slice(-MAX_BLOCKS);
    this.#load();
  }

  /** After a change of the page. */
  check(records: readonly MutationRecord[]): void {
    this.#readers?.check(records);
    this.#links?.check();
  }

  /** Takes all readers and buttons away and leaves the page as it was. */
  clear(): void {
    this.#over = true;
    this.#readers?.clear();
    this.#links?.clear();
  }

  /** When it fails, the next find tries again. */
  #load(): void {
    if (this.#readers || this.#loading || (this.#mails.length === 0 && this.#blocks.length === 0)) return;
    this.#loading = true;
    void part('read', this.#isWanted).then((read) => {
      this.#loading = false;
      if (this.#over || !read) return;
      this.#readers = read(this.document, this.page);
      this.#readers.show(this.#mails);
      this.#readers.offer(this.#blocks);
      this.#blocks = [];
    });
  }

  /** The same. Where mails are read as a whole, their files are among what is read. */
  #loadLinks(): void {
    if (this.#mails.length > 0) return;
    this.#named = true;
    void part('links', this.#isWanted).then((links) => {
      if (this.#over) return;
      this.#links = links?.(this.document, this.page);
      this.#links?.look();
      this.#named = links !== undefined;
    });
  }
}
