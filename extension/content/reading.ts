// What there is to read in the page. Readers are a part that is loaded with the first find; what was found waits here.

import type { Page, Readers } from './frames/readers.js';
import { MAX_BLOCKS } from './limits.js';
import { part } from './parts.js';
import type { Found } from './scan/look.js';
import type { MailSource } from './sites/index.js';
import { mailsIn } from './sites/mails.js';

export class Reading {
  #readers: Readers | undefined;
  #blocks: Found[] = [];
  #mails: readonly MailSource[] = [];
  #loading = false;
  #over = false;

  constructor(
    readonly document: Document,
    readonly page: Page,
  ) {}

  /** Whether an element is ours or is read as a whole by us: what is in it is not looked at. */
  owns(element: Element): boolean {
    return this.#readers?.owns(element) ?? this.#mails.some(({ cover }) => cover === element);
  }

  /** Looks which whole mails the page shows now. */
  look(): void {
    this.#mails = mailsIn(this.document);
    this.#readers?.show(this.#mails);
    this.#load();
  }

  offer(blocks: readonly Found[]): void {
    this.#readers?.offer(blocks);
    if (!this.#readers) this.#blocks = [...this.#blocks, ...blocks].slice(-MAX_BLOCKS);
    this.#load();
  }

  /** After a change of the page. */
  check(records: readonly MutationRecord[]): void {
    this.#readers?.check(records);
  }

  /** Takes all readers away and leaves the page as it was. */
  clear(): void {
    this.#over = true;
    this.#readers?.clear();
  }

  /** When it fails, the next find tries again. */
  #load(): void {
    if (this.#readers || this.#loading || (this.#mails.length === 0 && this.#blocks.length === 0)) return;
    this.#loading = true;
    void part('read').then((read) => {
      this.#loading = false;
      if (this.#over || !read) return;
      this.#readers = read(this.document, this.page);
      this.#readers.show(this.#mails);
      this.#readers.offer(this.#blocks);
      this.#blocks = [];
    });
  }
}
