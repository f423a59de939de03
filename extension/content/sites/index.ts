// What is known about the DOM of webmails. A profile answers what the page itself says; it guesses nothing.
//
// Each webmail is one file, or one folder where that is too much for one. What it knows is exported in roles, so that a part of the content script carries only those
// that it asks: `reading.ts`, `writing.ts` and `mails.ts` ask one each.

import type { AnswerMode } from '../../desk/write-channel.js';
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
  /**
   * A site that shows the first of several senders only: where the mail is, as {@link MailSource.url}, that `el` is part of; if
   * it may be in several places, all of them, none if the page does not say which mail it is. The sender counts only when the
   * head of that mail names it and nobody else.
   */
  heads?(doc: Document, el: Element): readonly string[];
}

/** Addresses that a message goes to. */
export interface People {
  /** In To and Cc. */
  readonly named: string[];
  /** In Bcc: the others must not learn of them. */
  readonly hidden: string[];
}

/** Messages that are written. */
export interface WritingProfile extends SiteProfile {
  /** Whom the message being written around `el` goes to. */
  recipients(doc: Document, el: Element): People;
  /** The user's own address in that message. */
  self(doc: Document, el: Element): string | null;
  /** Name of the family. */
  readonly name: string;
  /**
   * The compose form around `el` (an element of it that has the focus or the selection), or without `el` the newest one
   * that is drawn. Asked when an editor gets the focus: it must be cheap.
   */
  form(doc: Document, el?: Element): ComposeForm | null;
  /**
   * Presses the site's own button to answer the message that `el` is part of, or the one that is shown. False when there
   * is no such button.
   */
  answer(doc: Document, mode: AnswerMode, el?: Element): boolean;
}

/** A form in which a mail is written. Made anew whenever it is needed: it remembers nothing. */
export interface ComposeForm {
  /** The editor: a `<textarea>`, or the editable element itself (of an editor in a frame: that frame's body). */
  readonly body: Element;
  /** A text field, or an editable element. */
  readonly subject: Element | null;
  readonly to: RecipientField | null;
  /** `null` when the form has no such field and none can be opened. */
  readonly cc: RecipientField | null;
  readonly bcc: RecipientField | null;
  /** `null` when no file can be given to the site. */
  readonly files: FileField | null;
}

/** A field for addresses, whatever it is made of. */
export interface RecipientField {
  /** Each as `Name <address>`, or the address. What stands half typed in the field counts too. */
  read(): string[];
  /** Replaces all, so that the site notices. Whether it did is seen by reading again. */
  write(addresses: readonly string[]): void | Promise<void>;
}

/** Where files are attached. */
export interface FileField {
  /** Octets that the site takes as one file, when the page says so. */
  readonly max: number | null;
  /**
   * The files that the form shows, whoever attached them. A profile that knows no list looks for the names, and without any
   * gives those that the form's own field holds.
   */
  list(names: readonly string[]): AttachedFile[];
  /** Gives a file to the site, as if the user had chosen it. */
  add(file: File): void | Promise<void>;
  /** Takes a file out by the site's own control; false when there is none. */
  remove(file: AttachedFile): boolean;
  /** What the site complains about now. */
  trouble(): 'too_large' | 'attach' | null;
}

/** A file in the site's list. */
export interface AttachedFile {
  readonly name: string;
  /** Octets as the page says, mostly rounded; `null` when it does not. */
  readonly size: number | null;
  readonly state: 'busy' | 'done' | 'failed';
  readonly element: Element;
}

/** Whole mails. */
export interface MailProfile {
  /**
   * The mails that the document shows of which the page says that they are PGP/MIME or carry OpenPGP files, or may be; see
   * {@link MailSource.unsure}. Asked again after each change of the page: it must be cheap where there is none. It
   * includes `matches`.
   */
  sources(doc: Document): readonly MailSource[];
}

/** Where a mail is. */
export interface MailSource {
  /** The mail as it is stored, served to the page's own origin on a plain GET. */
  readonly url: string;
  /**
   * The site shows the source only as a page of its own: this element of it holds the mail as text. `undefined` when the
   * answer is the mail.
   */
  readonly within?: string;
  /** What the reader stands for: the element in which the site shows the mail's text. */
  readonly cover: Element;
  /** The site puts the next mail into the same element, and measures it there: what is in it is hidden, piece by piece, and not it. */
  readonly inside?: boolean;
  /** Another one for each mail of the site. */
  readonly key: string;
  /** The page does not say whether the mail is signed as a whole. It is read when its head says so, else left to the site. */
  readonly unsure?: boolean;
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

/** The element of the page itself that `el` is, or else the frame that it is in. */
export function inPage(doc: Document, el: Element): Element {
  let here = el;
  for (let inner = docOf(here); inner && inner !== doc; inner = docOf(here)) {
    const frame = frameAround(inner);
    if (!frame) break;
    here = frame;
  }
  return here;
}

/** As the browser says; `null` as text for a document of no origin. */
export function originOf(doc: Document): string {
  return (windowOf(doc) ?? window).origin;
}
