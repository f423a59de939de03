// OX App Suite 7.10 and 8 (mailbox.org and others), as its source says. The text of a mail is in a frame that scripts fill,
// so that what a mail brings along is in no element around it.

import { closest, matches, queryAll, queryIn, textContent } from '../dom.js';
import { soleAddress } from './address.js';
import { inPage, type ReadingProfile } from './index.js';

const HEAD = 'header.detail-view-header';

export const OX_READING: ReadingProfile = {
  matches: (doc) => queryIn(doc, `.mail-detail > ${HEAD}`).length > 0,

  sender(doc, el) {
    const frame = inPage(doc, el);
    const message = matches(frame, 'iframe.mail-detail-frame') ? closest(frame, '.mail-detail') : null;
    const from = message ? [...queryAll(message, `:scope > ${HEAD} .from > a`)] : [];
    // Where the address is not beside it, a name alone is what the sender chose to be called.
    const addresses = from.map((link) => [...queryAll(link, ':scope > .address')]);
    const [[address, another] = []] = addresses;
    return from.length === 1 && address && !another ? soleAddress(textContent(address)) : null;
  },
};
