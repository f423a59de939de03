// What there is to read in the page. Readers are a part that is loaded with the first find; what was found waits here.

import type { Page, Readers } from './frames/readers.js';
import { MAX_BLOCKS } from './limits.js';
import { part } from './parts.js';
import type { Found } from './scan/look.js';
import type { MailSource } from './sites/index.js';
import { mailIn } from './sites/mails.js';

export class Reading {
  #readers: Readers | undefined;
  #blocks: Found[] = [];
  #mail: MailSource | undefined;
  #loading = false;
  #over = false;

  constructor(
    readonly document: Document,
    readonly page: Page,
  ) {}

  /** Whether an element is ours or is read as a whole by us: what is in it is not looked at. */
  owns(element: Element): boolean {
    return this.#readers?.owns(element) ?? this.#mail?.cover === element;
  }

  /** Looks whether the page shows a whole mail now. */
  look(): void {
    this.#mail = mailIn(this.document);
    this.#readers?.show(this.#mail);
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
    if (this.#readers || this.#loading || (!this.#mail && this.#blocks.length === 0)) return;
    this.#loading = true;
    void part('read').then((read) => {
      this.#loading = false;
      if (this.#over || !read) return;
      this.#readers = read(this.document, this.page);
      this.#readers.show(this.#mail);
      this.#readers.offer(this.#blocks);
      this.#blocks = [];
    });
  }
}
