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
