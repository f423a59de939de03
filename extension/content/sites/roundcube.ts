// Roundcube 1.4 to 1.7, skins elastic and larry.

import { attribute, closest, isHtml, queryAll, queryIn, textContent } from '../dom.js';
import { addressesIn, fieldText, onlyAddress } from './address.js';
import type { SiteProfile } from './index.js';

// The text of a message is below #messagebody: what it calls itself there counts for nothing.
const BODY = '#messagebody, .message-part, .message-htmlpart';

export const ROUNDCUBE: SiteProfile = {
  matches(doc) {
    return one(doc, '#messagebody, #composebody, #messagelist') !== undefined && hasRoundcube(doc);
  },

  sender(doc, el) {
    // A message forwarded inside of this one has headers of its own, in the body.
    if (!closest(el, '#messagebody') && !one(doc, '#messagebody')) return null;
    const from = all(doc, '.header-headers .header.from, .headers-table .header.from')
      .filter((cell) => !closest(cell, BODY))
      .map((cell) => [...queryAll(cell, 'a.rcmContactAddress, span.rcmContactAddress')]);
    if (from.length !== 1) return null;
    // More than one address in From is no sender.
    return onlyAddress(...(from[0] ?? []).map((link) => attribute(link, 'title')));
  },

  recipients(doc) {
    const fields = all(doc, '#_to, #_cc, #_bcc').map(fieldText);
    const chips = all(doc, '.recipient-input .recipient .email').map((chip) => textContent(chip));
    return addressesIn(...fields, ...chips);
  },

  self(doc) {
    const from = one(doc, '#_from');
    if (!from) return null;
    if (!isHtml(from, 'select')) return onlyAddress(fieldText(from));
    const chosen = [...queryAll(from, 'option')].find((option) => (option as HTMLOptionElement).selected);
    return onlyAddress(chosen && textContent(chosen));
  },
};

/** Roundcube's own scripts, which the text of a message cannot bring. */
function hasRoundcube(doc: Document): boolean {
  return one(doc, 'script[src*="program/js/app"]') !== undefined;
}

function all(doc: Document, selector: string): Element[] {
  return [...queryIn(doc, selector)];
}

function one(doc: Document, selector: string): Element | undefined {
  return queryIn(doc, selector)[0];
}
