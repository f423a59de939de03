import type { Shown } from '../../desk/channel.js';
import { CARBONIO_MAILS, CARBONIO_READING } from './carbonio.js';
import { DEMO_READING } from './demo.js';
import { GENERIC_READING } from './generic.js';
import { GMAIL_READING } from './gmail.js';
import { HORDE_READING } from './horde.js';
import { home, originOf, profileOf } from './index.js';
import { OX_READING } from './ox.js';
import { ROUNDCUBE_READING } from './roundcube.js';
import { SOGO_READING } from './sogo.js';
import { ZIMBRA_MAILS } from './zimbra/mails.js';

/** Those that serve a mail as it is stored (`mails.ts`). */
const WITH_SOURCE = [ROUNDCUBE_READING, SOGO_READING, HORDE_READING, DEMO_READING, GMAIL_READING];
/** Those that do not say of every mail which one it is: what they do not tell, their links may. */
const OFTEN_WITH_SOURCE = [ZIMBRA_MAILS, CARBONIO_MAILS];
const PROFILES = [...WITH_SOURCE, OX_READING, CARBONIO_READING];

/** What the page says about a message that is read. */
export function senderOf(el: Element): Shown {
  const doc = home(el);
  return { sender: profileOf(doc, PROFILES, GENERIC_READING).sender(doc, el), site: originOf(doc) };
}

/** Where the head of the mail is that must name the sender of `el`, too; see `ReadingProfile.heads`. */
export function headsOf(el: Element): readonly string[] | undefined {
  const doc = home(el);
  return profileOf(doc, PROFILES, GENERIC_READING).heads?.(doc, el);
}

/** Whether whole mails are read on this site, with all their files: its links are left alone. */
export function givesSource(doc: Document): boolean {
  if (WITH_SOURCE.some((profile) => profile.matches(doc))) return true;
  return OFTEN_WITH_SOURCE.some((profile) => profile.sources(doc).length > 0);
}
