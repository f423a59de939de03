// What is known about the DOM of webmails. A profile answers what the page itself says; it guesses nothing.
//
// Each webmail is one file. What it knows is exported in roles, so that a part of the content script carries only those
// that it asks: `reading.ts`, `writing.ts` and `mails.ts` ask one each.

import { docOf, frameAround, windowOf } from '../dom.js';
import { belongsToParent } from '../scan/territory.js';

/** One family of webmails. `doc` is the page's own; `el` may be in a frame of it. */
interface SiteProfile {
  /** Whether the document belongs to this family. */
  matches(doc: Document): boolean;
}

/** Messages that are read. */
export interface ReadingProfile extends SiteProfile {
  /** Address of the sender of the message that `el` is part of; `null` when the page does not say exactly one. */
  sender(doc: Document, el: Element): string | null;
}

/** Messages that are written. */
export interface WritingProfile extends SiteProfile {
  /** Addresses that the message being written around `el` goes to. */
  recipients(doc: Document, el: Element): string[];
  /** The user's own address in that message. */
  self(doc: Document, el: Element): string | null;
}

/** Whole mails. */
export interface MailProfile {
  /**
   * The mail that the document shows, if the page says that it is PGP/MIME or carries OpenPGP files. Asked again after
   * each change of the page: it must be cheap where there is none. It includes `matches`.
   */
  source(doc: Document): MailSource | null;
}

/** Where a mail is. */
export interface MailSource {
  /** The mail as it is stored, served to the page's own origin on a plain GET. */
  readonly url: string;
  /** What the reader stands for: the element in which the site shows the mail's text. */
  readonly cover: Element;
  /** Another one for each mail of the site. */
  readonly key: string;
}

/** The first profile that knows the document. */
export function profileOf<P extends SiteProfile>(doc: Document, known: readonly P[], generic: P): P {
  return known.find((profile) => profile.matches(doc)) ?? generic;
}

/** The document of the page around an editor's or a message's frame without an address of its own. */
export function home(el: Element): Document {
  let doc = docOf(el) ?? window.document;
  for (let frame = frameAround(doc); frame && belongsToParent(doc); frame = frameAround(doc)) {
    doc = docOf(frame) ?? doc;
  }
  return doc;
}

/** As the browser says; `null` as text for a document of no origin. */
export function originOf(doc: Document): string {
  return (windowOf(doc) ?? window).origin;
}
