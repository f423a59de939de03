import { queryAll, textContent } from '../dom.js';

/**
 * Whether an element shows one cleartext signed block, and lines of it otherwise than they were signed: some webmails draw a
 * quotation as such, without its marks, and how those were written nobody could tell from that.
 *
 * @param quotation what the webmail makes of a quotation, as a selector
 */
export function isSignedWithQuotation(text: Element, quotation: string): boolean {
  if (queryAll(text, quotation).length === 0) return false;
  const shown = textContent(text)?.trim() ?? '';
  return shown.startsWith('-----BEGIN PGP SIGNED MESSAGE-----') && shown.endsWith('-----END PGP SIGNATURE-----');
}

const BEGIN = /-----BEGIN PGP (?:SIGNED )?MESSAGE-----/;

/**
 * Whether an element shows one block and nothing else, as it was written. In a mail with OpenPGP files, as a key of the sender's
 * or signatures on the others, it is no layer of the whole: it is read where it stands, under the sender that the page names.
 */
export function isOneBlock(text: Element): boolean {
  const shown = textContent(text)?.trim() ?? '';
  return (
    shown.search(BEGIN) === 0 &&
    shown.split(BEGIN, 3).length === 2 &&
    /-----END PGP (?:SIGNATURE|MESSAGE)-----$/.test(shown) &&
    queryAll(text, 'blockquote,.citation').length === 0
  );
}
