// SOGo 5 (looked at: 5.8). One page made with AngularJS: messages come and go without a load, names of its own bindings
// (`ng-click`, `ng-bind`, `ng-model`) stay in the DOM and are the same in all languages.

import type { AnswerMode } from '../../desk/write-channel.js';
import { chipField, textIn, typeInto } from '../compose/fields.js';
import { giveFiles } from '../compose/files.js';
import { until } from '../compose/wait.js';
import {
  addressOf,
  attribute,
  bodyOf,
  closest,
  contains,
  docOf,
  documentIn,
  firstChild,
  frameAround,
  isDrawn,
  isHtml,
  matches,
  parentElement,
  queryAll,
  queryIn,
  textContent,
} from '../dom.js';
import { NOBODY, onlyAddress, peopleIn, soleAddress } from './address.js';
import type {
  AttachedFile,
  ComposeForm,
  FileField,
  MailProfile,
  ReadingProfile,
  RecipientField,
  WritingProfile,
} from './index.js';
import { isOpenPgpName, urlOf } from './links.js';

/** A message that is shown: its head is the page's own, its parts are in {@link BODY}. */
const MESSAGE = '.sg-face > md-card > md-card-content';
const BODY = `${MESSAGE} > div > .msg-body`;
/** A file, or a part that the site cannot draw. What a message brings lies deeper: in an element of the site's around it. */
const CARD = ':scope > div > .mailer_mailcontent > .sg-mail-part > md-card';

export const SOGO_READING: ReadingProfile = {
  matches: isSogo,

  sender(_doc, el) {
    const body = outermost(el, BODY);
    const message = body && closest(body, '.sg-face');
    if (!message) return null;
    const from = [...queryAll(message, 'a[ng-bind*="message.from[0].email"]')].filter((link) => !contains(body, link));
    return from.length === 1 ? soleAddress(...from.map((link) => textContent(link))) : null;
  },

  // Of several senders it shows the first. The mail is that of the page's address: a mere text has no links that would say
  // more. While the user goes back in the history, the address is ahead until SOGo has got the mail that it shows. The head of
  // that one agrees only where both show the same sender; a text of several is the first one's then, until it goes.
  heads(doc, el) {
    const here = new URL(addressOf(doc));
    const [body, another] = bodiesIn(doc);
    return body && !another && contains(body, el) ? pathsOf(here).map((path) => here.origin + path) : [];
  },
};

export const SOGO_MAILS: MailProfile = {
  sources(doc) {
    const here = new URL(addressOf(doc));
    const paths = pathsOf(here);
    if (paths.length === 0 || !isSogo(doc)) return [];
    const [cover, another] = bodiesIn(doc);
    const path = cover && !another && paths.find((one) => hasOpenPgp(cover, here, one));
    // Asked for without an action, the site gives the mail as it is stored, with line feeds alone for line ends.
    return path ? [{ url: here.origin + path, cover, key: path }] : [];
  },
};

/** The messages that are shown: while one takes the place of another, both are there. */
function bodiesIn(doc: Document): Element[] {
  return [...queryIn(doc, BODY)].filter((body) => outermost(body, BODY) === body);
}

/** The outermost around an element: what a message brings along may look the same, and is within. */
function outermost(el: Element, selector: string): Element | null {
  let found: Element | null = null;
  for (let up: Element | null = el; up; up = found && parentElement(found)) {
    const next = closest(up, selector);
    if (!next) break;
    found = next;
  }
  return found;
}

/** The scripts of SOGo's mail module, which the text of a message cannot bring. */
function isSogo(doc: Document): boolean {
  const [script] = queryIn(doc, 'script[src*="/WebServerResources/js/Mailer"]');
  return script !== undefined;
}

/** How the site writes characters of a folder's name in addresses, in this order. */
const ESCAPES: readonly (readonly [char: string, escaped: string])[] = [
  ['_', '_U_'],
  ['.', '_D_'],
  ['#', '_H_'],
  ['@', '_A_'],
  ['*', '_S_'],
  [':', '_C_'],
  [',', '_CO_'],
  [' ', '_SP_'],
  ["'", '_SQ_'],
  ['&', '_AM_'],
  ['+', '_P_'],
];

/**
 * Where the mail may be that an address shows: `…/so/alice/Mail/view#!/Mail/0/INBOX/4`. Of the address, never of the
 * page: what a mail brings along must not choose what is fetched. The site encodes the path of a folder two or three
 * times, depending on the way there; the links of the message say which.
 */
function pathsOf(here: URL): string[] {
  const user = /^(?:\/[^/]+)+?\/so\/[^/]+(?=\/)/.exec(here.pathname)?.[0];
  const [, account, folder = '', uid] = /^#!\/Mail\/(\d+)\/(?:virtual\/)?([^/]+)\/(\d+)$/.exec(here.hash) ?? [];
  if (!user || !account || !uid) return [];
  const twice = decoded(decoded(folder));
  const names = [twice, decoded(twice)].filter((name) => name !== undefined);
  return [...new Set(names)].map((name) => {
    return `${user}/Mail/${account}/${name.split('/').map(folderName).join('/')}/${uid}`;
  });
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text && decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function folderName(name: string): string {
  let escaped = name;
  for (const [char, instead] of ESCAPES) escaped = escaped.replaceAll(char, instead);
  escaped = [...escaped].filter((char) => char.charCodeAt(0) < 0x80).join('');
  return encodeURI(`folder${/^\d/.test(escaped) ? '_' : ''}${escaped}`);
}

/** Whether the message has OpenPGP files, or is in its whole of a kind that the site cannot draw, as multipart/encrypted. */
function hasOpenPgp(body: Element, here: URL, path: string): boolean {
  const cards = [...queryAll(body, CARD)].filter((card) => {
    // The message of the address, not the one before it.
    return linksOf(card, here).some((link) => link.startsWith(`${path}/`));
  });
  if (cards.some((card) => isOpenPgpName(nameOf(card)))) return true;
  // The parts of a mail are counted from 1.
  const [whole] = cards;
  return cards.length === 1 && whole !== undefined && linksOf(whole, here).includes(`${path}/asAttachment/0`);
}

/** The full name is a tooltip; what is drawn may be shortened. */
function nameOf(card: Element): string {
  const [name] = queryAll(card, '.sg-attachment-name');
  return (name && (attribute(name, 'title') ?? textContent(name)))?.trim() ?? '';
}

function linksOf(card: Element, here: URL): string[] {
  return [...queryAll(card, 'md-dialog-actions > a')].flatMap((link) => {
    const url = urlOf(link, here);
    return url?.origin === here.origin ? [url.pathname] : [];
  });
}

/** How long the site may take to make a chip of an address, in ms: where nobody sees the page, some of its turns last a second. */
const CHIP = 10_000;

/** A form, in the same page or in a window of its own. */
const FORM = '#mailEditor';

export const SOGO_WRITING: WritingProfile = {
  name: 'sogo',
  matches: isSogo,

  form(doc, el) {
    const form = formOf(doc, el);
    const [plain] = form ? queryAll(form, 'textarea[name="content"]') : [];
    const [frame] = form ? queryAll(form, 'sg-ckeditor iframe.cke_wysiwyg_frame') : [];
    const inside = frame && documentIn(frame);
    const body = plain ?? (inside && bodyOf(inside));
    if (!form || !body) return null;
    return {
      body,
      subject: queryAll(form, 'input[name="subject"]')[0] ?? null,
      to: addressField(form, 'to'),
      cc: addressField(form, 'cc'),
      bcc: addressField(form, 'bcc'),
      files: fileField(form),
    } satisfies ComposeForm;
  },

  answer(doc, mode, el) {
    const message = el ? outermost(el, '.sg-face') : queryIn(doc, '.sg-face')[0];
    const buttons = message ? [...queryAll(message, BUTTONS[mode])] : [];
    // "Reply all" is always there, but hidden where there is nobody else.
    const button = buttons.find((one) => isDrawn(one) && !closest(one, BODY));
    if (button) (button as HTMLElement).click();
    return button !== undefined;
  },

  recipients(doc, el) {
    const form = formOf(doc, el);
    return form ? peopleIn((name) => addressField(form, name)) : NOBODY;
  },

  self(doc, el) {
    const form = formOf(doc, el);
    const [from] = form ? queryAll(form, 'input[name="from"]') : [];
    return from ? onlyAddress(textIn(from)) : null;
  },
};

const BUTTONS: Readonly<Record<AnswerMode, string>> = {
  reply: 'button[ng-click^="viewer.reply("]',
  reply_all: 'button[ng-click^="viewer.replyAll("]',
  forward: 'button[ng-click^="viewer.forward("]',
};

/** The form around an element, which may be in the frame of its editor; else the one that is drawn. */
function formOf(doc: Document, el?: Element): Element | undefined {
  if (!el) return [...queryIn(doc, FORM)].filter(isDrawn).at(-1);
  const inner = docOf(el);
  const here = inner && inner !== doc ? frameAround(inner) : el;
  return (here && closest(here, FORM)) ?? undefined;
}

function addressField(form: Element, name: 'to' | 'cc' | 'bcc'): RecipientField | null {
  const find = (selector = '') => [
    ...queryAll(form, `md-chips[ng-model="editor.message.editable.${name}"] ${selector}`),
  ];
  if (find().length === 0) return null;
  const chips = () => find('md-chip');
  const field = chipField({
    input: () => find('input')[0],
    chips,
    // Behind the address of a group stands a button with the number of its members.
    text(chip) {
      const [tile] = queryAll(chip, '.sg-tile-content');
      const text = tile && firstChild(tile);
      return (text && textContent(text))?.trim() ?? '';
    },
    remove(chip) {
      const [button] = queryAll(chip, 'button.md-chip-remove');
      (button as HTMLElement | undefined)?.click();
    },
    key: 'Enter',
  });
  return {
    read: field.read,
    async write(addresses) {
      // Cc and Bcc are folded away until they are asked for: nobody shall be written to unseen.
      const [button] = queryAll(form, `button[ng-click^="editor.hide${name === 'cc' ? 'Cc' : 'Bcc'} "]`);
      if (name !== 'to' && addresses.length > 0 && button && isDrawn(button)) (button as HTMLElement).click();
      await field.write([]);
      for (const address of addresses) {
        const [input] = find('input');
        if (!input) return;
        const before = chips().length;
        typeInto(input, address);
        // Leaving the field ends an address; the Enter key is kept for the list of suggestions.
        input.dispatchEvent(new FocusEvent('blur'));
        if (!(await until(() => chips().length > before, CHIP))) return;
      }
    },
  };
}

function fileField(form: Element): FileField | null {
  // Made anew by the site after each file.
  const input = () => queryAll(form, 'input#fileInput[type="file"]')[0];
  const found = input();
  if (!found || !isHtml(found, 'input')) return null;
  return {
    // The page does not say it.
    max: null,
    list: () => [...queryAll(form, '.sg-mail-editor-attachments md-chips md-chip')].map(asAttached),
    add(file) {
      const now = input();
      if (now) giveFiles(now as HTMLInputElement, [file]);
    },

    remove({ element }) {
      const [button] = queryAll(element, 'button.md-chip-remove');
      (button as HTMLElement | undefined)?.click();
      return button !== undefined;
    },

    // What the server does not take vanishes from the list again.
    trouble: () => null,
  };
}

/** The name is a link once the server has the file. */
function asAttached(element: Element): AttachedFile {
  const [link] = queryAll(element, 'a');
  const [bar] = queryAll(element, '.sg-chip-progress');
  const busy = (bar && !matches(bar, '.ng-hide')) || !(link && attribute(link, 'href'));
  return {
    name: (link && textContent(link))?.trim() ?? '',
    size: null,
    state: busy ? 'busy' : 'done',
    element,
  };
}
