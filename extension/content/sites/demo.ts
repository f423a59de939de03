// The demo webmail that comes with the project (tests/demo).

import { attribute, closest, queryAll, queryIn, textContent } from '../dom.js';
import { onlyAddress } from './address.js';
import { GENERIC } from './generic.js';
import type { SiteProfile } from './index.js';

export const DEMO: SiteProfile = {
  matches(doc) {
    const links = queryIn(doc, 'head > link[rel="icon"][href="letter.svg"]');
    return links.length === 1 && queryIn(doc, 'body.app > main#main').length === 1;
  },

  sender(_document, el) {
    const mail = closest(el, 'article.mail');
    if (!mail || !closest(el, '.body')) return null;
    const from = [...queryAll(mail, ':scope > header .from a')];
    return onlyAddress(...from.map((link) => attribute(link, 'href')?.replace(/^mailto:/, '')));
  },

  recipients: GENERIC.recipients,

  self(doc) {
    return onlyAddress(...[...queryIn(doc, 'aside #me')].map((me) => textContent(me)));
  },
};
