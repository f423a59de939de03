// Gmail, as extensions and scripts of others describe it in 2026 (docs/SITES.md). Class names are those that have been
// the same for years; what is said differently from source to source is left out.

import type { AnswerMode } from '../../desk/write-channel.js';
import { bare, chipField, click } from '../compose/fields.js';
import { giveFiles, isSameName } from '../compose/files.js';
import {
  addressOf,
  attribute,
  closest,
  isDrawn,
  isHtml,
  parentElement,
  queryAll,
  queryIn,
  textContent,
} from '../dom.js';
import { NOBODY, peopleIn, soleAddress } from './address.js';
import {
  type AttachedFile,
  type FileField,
  type MailProfile,
  type MailSource,
  originOf,
  type ReadingProfile,
  type RecipientField,
  type WritingProfile,
} from './index.js';
import { isOpenPgpName, urlOf } from './links.js';

/** Where Gmail is, and nothing else. On a webmail of somebody else's, a mail could bring all that its pages are known by. */
const ORIGIN = 'https://mail.google.com';

/** What Gmail attaches; it puts larger files into the user's Drive, which is no attachment. */
const MAX_FILE = 25_000_000;

export const GMAIL_READING: ReadingProfile = {
  matches: isGmail,

  sender(_doc, el) {
    const message = closest(el, '.adn');
    if (!message || !closest(el, '.a3s')) return null;
    const from = [...queryAll(message, '.gD[email]')].filter((name) => !closest(name, '.a3s'));
    return soleAddress(...from.map((name) => attribute(name, 'email')));
  },
};

/** A file of a mail, in the area that Gmail has for them below its text. */
const FILE = '.aQH a.aQy';

export const GMAIL_MAILS: MailProfile = {
  sources(doc) {
    // A thread has several mails, those that are folded have no text yet.
    const mails = new Set([...queryIn(doc, `.adn ${FILE}`)].map((file) => closest(file, '.adn')));
    if (mails.size === 0 || !isGmail(doc)) return [];
    const here = new URL(addressOf(doc));
    return [...mails].flatMap((mail) => (mail && sourceOf(mail, here)) ?? []);
  },
};

/** What "Show original" opens. (What it offers for saving is at another origin, and so out of reach.) */
function sourceOf(mail: Element, here: URL): MailSource | undefined {
  const [cover, another] = queryAll(mail, '.a3s');
  const id = attribute(mail, 'data-message-id')?.replace(/^#/, '') ?? '';
  const files = [...queryAll(mail, FILE)].filter((file) => !closest(file, '.a3s'));
  if (!cover || another || !/^msg-[af]:[\w:-]{1,100}$/.test(id) || !files.some(isOpenPgp)) return undefined;
  for (const file of files) {
    const url = urlOf(file, here);
    // The key of the session for requests, as it is in the links of files; and they must be this mail's.
    const ik =
      url?.origin === here.origin && url.searchParams.get('permmsgid') === id ? url.searchParams.get('ik') : '';
    if (!ik || !/^\w{1,100}$/.test(ik)) continue;
    const query = new URLSearchParams({ ik, view: 'om', permmsgid: id });
    return { url: `${here.origin}${here.pathname}?${query}`, within: 'pre#raw_message_text', cover, key: id };
  }
  return undefined;
}

function isOpenPgp(file: Element): boolean {
  return [...queryAll(file, '.aV3')].some((name) => isOpenPgpName(textContent(name)?.trim() ?? ''));
}

const BODY = 'div[role="textbox"][contenteditable="true"][g_editable="true"]';

export const GMAIL_WRITING: WritingProfile = {
  name: 'gmail',
  matches: isGmail,
  self: () => null,

  recipients(doc, el) {
    const around = formAround(el) ?? formAround([...queryIn(doc, BODY)].at(-1));
    return around
      ? peopleIn(
          (name) => recipients(around, name),
          (entries) => entries.map(bare),
        )
      : NOBODY;
  },

  form(doc, el) {
    const near = el && formAround(el);
    // A compose window that was opened later comes later.
    const bodies = near ? [...queryAll(near, BODY)] : [...queryIn(doc, BODY)].filter((one) => isDrawn(one));
    const body = bodies.at(-1);
    const around = formAround(body);
    if (!body || !around) return null;
    return {
      body,
      subject: queryAll(around, 'input[name="subjectbox"]')[0] ?? null,
      to: recipients(around, 'to'),
      cc: recipients(around, 'cc'),
      bcc: recipients(around, 'bcc'),
      files: fileField(around),
    };
  },

  answer(_doc, mode: AnswerMode, el) {
    // The other two buttons are told apart differently from source to source.
    const message = mode === 'reply' ? el && closest(el, '.adn') : null;
    for (let up = message ?? null; up; up = parentElement(up)) {
      const [button] = [...queryAll(up, 'span.ams.bkH')].filter((one) => isDrawn(one));
      if (!button) continue;
      click(button);
      return true;
    }
    return false;
  },
};

/** The smallest part of the page around an element that has a subject: a compose window, or a reply below a mail. */
function formAround(el: Element | undefined): Element | undefined {
  for (let up: Element | null = el ?? null; up; up = parentElement(up)) {
    const subjects = queryAll(up, 'input[name="subjectbox"]').length;
    if (subjects > 0) return subjects === 1 ? up : undefined;
  }
  return undefined;
}

function recipients(around: Element, name: 'to' | 'cc' | 'bcc'): RecipientField | null {
  const [row] = queryAll(around, `div[name="${name}"]`);
  if (!row) return null;
  const input = () => queryAll(row, 'input[peoplekit-id]')[0];
  const chips = () => [...queryAll(row, '[role="option"][data-hovercard-id]')];
  const text = (chip: Element) => attribute(chip, 'data-hovercard-id') ?? '';
  return chipField({ input, chips, text, key: 'Enter' });
}

function fileField(around: Element): FileField | null {
  const [input] = queryAll(around, 'input[type="file"][name="Filedata"]');
  if (!input || !isHtml(input, 'input')) return null;
  const list = () => [...queryAll(around, '.dL')].map(asAttached);
  return {
    max: MAX_FILE,
    list,
    add: (file) => giveFiles(input as HTMLInputElement, [file]),
    remove(file) {
      const [button] = list().some(({ name }) => isSameName(name, file.name)) ? queryAll(file.element, '.vq') : [];
      if (button) click(button);
      return button !== undefined;
    },
    trouble: () => null,
  };
}

function asAttached(element: Element): AttachedFile {
  const [name] = queryAll(element, '.vI');
  const busy = queryAll(element, '[role="progressbar"]').length > 0;
  return { name: (name && textContent(name)) ?? '', size: null, state: busy ? 'busy' : 'done', element };
}

/** Its origin, and marks of its own on its frame around the mails, which its cleaning takes out of mails. */
function isGmail(doc: Document): boolean {
  return originOf(doc) === ORIGIN && (queryIn(doc, '[gh="cm"]').length > 0 || queryIn(doc, BODY).length > 0);
}
