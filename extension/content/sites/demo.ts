// The demo webmail that comes with the project (tests/demo).

import { attribute, closest, queryAll, queryIn, textContent } from '../dom.js';
import { onlyAddress } from './address.js';
import { GENERIC_WRITING } from './generic.js';
import type { ReadingProfile, WritingProfile } from './index.js';

export const DEMO_READING: ReadingProfile = {
  matches: isDemo,

  sender(_document, el) {
    const mail = closest(el, 'article.mail');
    if (!mail || !closest(el, '.body')) return null;
    const from = [...queryAll(mail, ':scope > header .from a')];
    return onlyAddress(...from.map((link) => attribute(link, 'href')?.replace(/^mailto:/, '')));
  },
};

export const DEMO_WRITING: WritingProfile = {
  matches: isDemo,
  recipients: (doc, el) => GENERIC_WRITING.recipients(doc, el),

  self(doc) {
    return onlyAddress(...[...queryIn(doc, 'aside #me')].map((me) => textContent(me)));
  },
};

function isDemo(doc: Document): boolean {
  const links = queryIn(doc, 'head > link[rel="icon"][href="letter.svg"]');
  return links.length === 1 && queryIn(doc, 'body.app > main#main').length === 1;
}
