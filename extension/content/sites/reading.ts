import type { Shown } from '../../desk/channel.js';
import { DEMO_READING } from './demo.js';
import { GENERIC_READING } from './generic.js';
import { GMAIL_READING } from './gmail.js';
import { home, originOf, profileOf } from './index.js';
import { ROUNDCUBE_READING } from './roundcube.js';
import { SOGO_READING } from './sogo.js';

const PROFILES = [ROUNDCUBE_READING, SOGO_READING, DEMO_READING, GMAIL_READING];

/** What the page says about a message that is read. */
export function senderOf(el: Element): Shown {
  const doc = home(el);
  return { sender: profileOf(doc, PROFILES, GENERIC_READING).sender(doc, el), site: originOf(doc) };
}
