import { DEMO_MAILS } from './demo.js';
import type { MailProfile, MailSource } from './index.js';
import { ROUNDCUBE_MAILS } from './roundcube.js';
import { SOGO_MAILS } from './sogo.js';

const PROFILES: readonly MailProfile[] = [ROUNDCUBE_MAILS, SOGO_MAILS, DEMO_MAILS];

/** The whole mail that the document shows, where the site serves it; see `MailProfile.source`. */
export function mailIn(doc: Document): MailSource | undefined {
  for (const profile of PROFILES) {
    const found = profile.source(doc);
    if (found) return found;
  }
  return undefined;
}
