import { DEMO_WRITING } from './demo.js';
import { GENERIC_WRITING } from './generic.js';
import { home, originOf, profileOf } from './index.js';
import { ROUNDCUBE_WRITING } from './roundcube.js';

const PROFILES = [ROUNDCUBE_WRITING, DEMO_WRITING];

/** What the page says about a message that is written. */
export function writingAt(el: Element): { recipients: string[]; sender: string | null; site: string } {
  const doc = home(el);
  const profile = profileOf(doc, PROFILES, GENERIC_WRITING);
  return {
    recipients: profile.recipients(doc, el),
    sender: profile.self(doc, el),
    site: originOf(doc),
  };
}
