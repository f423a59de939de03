import { CARBONIO_MAILS } from './carbonio.js';
import { DEMO_MAILS } from './demo.js';
import { GMAIL_MAILS } from './gmail.js';
import { HORDE_MAILS } from './horde.js';
import type { MailProfile, MailSource } from './index.js';
import { ROUNDCUBE_MAILS } from './roundcube.js';
import { isOneBlock } from './signed.js';
import { SOGO_MAILS } from './sogo.js';
import { ZIMBRA_MAILS } from './zimbra/mails.js';

const PROFILES: readonly MailProfile[] = [
  ROUNDCUBE_MAILS,
  SOGO_MAILS,
  HORDE_MAILS,
  GMAIL_MAILS,
  ZIMBRA_MAILS,
  CARBONIO_MAILS,
  DEMO_MAILS,
];

/** Whole mails that a page shows at most: a thread of more is read from its end. */
const MAX_MAILS = 20;

/** The whole mails that the document shows, where the site serves them; see `MailProfile.sources`. */
export function mailsIn(doc: Document): readonly MailSource[] {
  for (const profile of PROFILES) {
    const found = profile.sources(doc);
    if (found.length > 0) return found.filter(({ cover }) => !isOneBlock(cover)).slice(-MAX_MAILS);
  }
  return [];
}
