// What is known about the DOM of webmails. A profile answers what the page itself says; it guesses nothing.

import { docOf, frameAround, windowOf } from '../dom.js';
import { belongsToParent } from '../scan/territory.js';
import { DEMO } from './demo.js';
import { GENERIC } from './generic.js';
import { ROUNDCUBE } from './roundcube.js';

/** One family of webmails. `document` is the page's own; `el` may be in a frame of it. */
export interface SiteProfile {
  /** Whether the document belongs to this family. */
  matches(doc: Document): boolean;
  /** Address of the sender of the message that `el` is part of; `null` when the page does not say exactly one. */
  sender(doc: Document, el: Element): string | null;
  /** Addresses that the message being written around `el` goes to. */
  recipients(doc: Document, el: Element): string[];
  /** The user's own address in that message. */
  self(doc: Document, el: Element): string | null;
}

const PROFILES: readonly SiteProfile[] = [ROUNDCUBE, DEMO];

/** What the page says about a message that is read. */
export function senderOf(el: Element): { sender: string | null; site: string } {
  const doc = home(el);
  return { sender: profileOf(doc).sender(doc, el), site: originOf(doc) };
}

/** What the page says about a message that is written. */
export function writingAt(el: Element): { recipients: string[]; sender: string | null; site: string } {
  const doc = home(el);
  const profile = profileOf(doc);
  return {
    recipients: profile.recipients(doc, el),
    sender: profile.self(doc, el),
    site: originOf(doc),
  };
}

function profileOf(doc: Document): SiteProfile {
  return PROFILES.find((known) => known.matches(doc)) ?? GENERIC;
}

/** The document of the page around an editor's or a message's frame without an address of its own. */
function home(el: Element): Document {
  let doc = docOf(el) ?? window.document;
  for (let frame = frameAround(doc); frame && belongsToParent(doc); frame = frameAround(doc)) {
    doc = docOf(frame) ?? doc;
  }
  return doc;
}

/** As the browser says; `null` as text for a document of no origin. */
function originOf(doc: Document): string {
  return (windowOf(doc) ?? window).origin;
}
