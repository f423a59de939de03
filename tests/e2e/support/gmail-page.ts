// The structure page of Gmail, where Gmail is: nowhere else is it taken for Gmail.

import { type Armor, pagesWith } from '../../pages/server.js';
import { type Played, played } from './played.js';

/** The host of Gmail. */
export const GMAIL = 'mail.google.com';

/** The page. */
export interface GmailPage extends Played {
  /** Where it is, in a browser that was started with these hosts. */
  readonly url: string;
}

/** Starts it, and all other structure pages at hosts of `others`. */
export async function gmailPage(
  armor: Armor = { message: '', signed: '', key: '' },
  others: readonly string[] = [],
): Promise<GmailPage> {
  return { ...(await played([GMAIL, ...others], pagesWith(armor))), url: `https://${GMAIL}/sites/gmail` };
}
