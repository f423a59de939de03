// The demo webmail that comes with the project (tests/demo).

import { click, plainField } from '../compose/fields.js';
import { giveFiles, sizeIn } from '../compose/files.js';
import { addressOf, attribute, closest, isDrawn, isHtml, queryAll, queryIn, textContent } from '../dom.js';
import { onlyAddress, soleAddress } from './address.js';
import { GENERIC_WRITING } from './generic.js';
import type { AttachedFile, FileField, MailProfile, ReadingProfile, WritingProfile } from './index.js';
import { isOpenPgpName } from './links.js';

export const DEMO_READING: ReadingProfile = {
  matches: isDemo,

  sender(_document, el) {
    const mail = closest(el, 'article.mail');
    if (!mail || !closest(el, '.body')) return null;
    const from = [...queryAll(mail, ':scope > header .from a')];
    return soleAddress(...from.map((link) => attribute(link, 'href')?.replace(/^mailto:/, '')));
  },
};

export const DEMO_MAILS: MailProfile = {
  sources(doc) {
    const [file] = queryIn(doc, 'article.mail > ul.files > li > a.name[href*="/file/"]');
    const [cover] = queryIn(doc, 'article.mail > .body');
    if (!file || !cover || !isDemo(doc)) return [];
    const names = [...queryIn(doc, 'article.mail > ul.files > li > a.name')].map((link) => textContent(link) ?? '');
    if (!names.some(isOpenPgpName)) return [];
    const here = new URL(addressOf(doc));
    const [, person = '', box = '', id = ''] = /^\/(\w+)#(inbox|sent)\/(\d+)$/.exec(here.pathname + here.hash) ?? [];
    return id === '' ? [] : [{ url: `${here.origin}/api/${person}/${box}/${id}/source`, cover, key: `${box} ${id}` }];
  },
};

export const DEMO_WRITING: WritingProfile = {
  name: 'demo',
  matches: isDemo,
  recipients: (doc, el) => GENERIC_WRITING.recipients(doc, el),

  self(doc) {
    return onlyAddress(...[...queryIn(doc, 'aside #me')].map((me) => textContent(me)));
  },

  form(doc) {
    const [body] = [...queryIn(doc, 'form.write .editor > *')].filter((editor) => isDrawn(editor));
    const field = (name: string) => {
      const [input] = queryIn(doc, `form.write input#${name}`);
      return input ? plainField(input) : null;
    };
    if (!body) return null;
    const subject = queryIn(doc, 'form.write input#subject')[0] ?? null;
    return { body, subject, to: field('to'), cc: field('cc'), bcc: field('bcc'), files: fileField(doc) };
  },

  answer(doc, mode) {
    const [button] = queryIn(doc, `article.mail > header button[data-answer="${mode}"]`);
    if (button) click(button);
    return button !== undefined;
  },
};

function fileField(doc: Document): FileField | null {
  const [input] = queryIn(doc, 'form.write input#attach');
  if (!input || !isHtml(input, 'input')) return null;
  return {
    max: Number(attribute(input, 'data-max')) || null,
    list: () => [...queryIn(doc, 'form.write ul.files > li')].map(asAttached),
    add: (file) => giveFiles(input as HTMLInputElement, [file]),

    remove({ element }) {
      const [button] = queryAll(element, 'button');
      if (button) click(button);
      return button !== undefined;
    },

    trouble() {
      const [state] = queryIn(doc, 'form.write #state[data-trouble]');
      if (!state) return null;
      return attribute(state, 'data-trouble') === 'too_large' ? 'too_large' : 'attach';
    },
  };
}

function asAttached(element: Element): AttachedFile {
  const [name] = queryAll(element, '.name');
  const [size] = queryAll(element, '.size');
  return {
    name: (name && textContent(name)) ?? '',
    size: sizeIn((size && textContent(size)) ?? ''),
    state: attribute(element, 'aria-busy') === 'true' ? 'busy' : 'done',
    element,
  };
}

function isDemo(doc: Document): boolean {
  const links = queryIn(doc, 'head > link[rel="icon"][href="letter.svg"]');
  return links.length === 1 && queryIn(doc, 'body.app > main#main').length === 1;
}
