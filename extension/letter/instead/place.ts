// What can be done with a mail in a letter, in place of ui/mail/place.ts: nothing that needs an extension or the internet.

import type { Place } from '../../ui/mail/place.js';

/** Written into the script by the build: the empty document for HTML, with its style. */
declare const __BODY__: string;

/** A file on somebody's disk. */
export const place: Place = {
  loadsPictures: false,
  opensParts: false,
  // It would make each letter three times as large.
  loadPdf: undefined,
  importKey: undefined,
  frame: () => ({ srcdoc: __BODY__ }),
  isFrame: (doc) => doc.URL === 'about:srcdoc',
};
