import type { Shown } from '../../desk/channel.js';
import { DEMO_READING } from './demo.js';
import { GENERIC_READING } from './generic.js';
import { GMAIL_READING } from './gmail.js';
import { HORDE_READING } from './horde.js';
import { home, originOf, profileOf } from './index.js';
import { OX_READING } from './ox.js';
import { ROUNDCUBE_READING } from './roundcube.js';
import { SOGO_READING } from './sogo.js';

/** Those that serve a mail as it is stored (`mails.ts`). */
const WITH_SOURCE = [ROUNDCUBE_READING, SOGO_READING, HORDE_READING, DEMO_READING, GMAIL_READING];
const PROFILES = [...WITH_SOURCE, OX_READING];

/** What the page says about a message that is read. */
export function senderOf(el: Element): Shown {
  const doc = home(el);
  return { sender: profileOf(doc, PROFILES, GENERIC_READING).sender(doc, el), site: originOf(doc) };
}

/** Whether whole mails are read on this site, with all their files: its links are left alone. */
export function givesSource(doc: Document): boolean {
  return WITH_SOURCE.some((profile) => profile.matches(doc));
}
