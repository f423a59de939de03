// Roundcube 1.4 to 1.7, skins elastic and larry.

import type { AnswerMode } from '../../desk/write-channel.js';
import { click, plainField } from '../compose/fields.js';
import { giveFiles, sizeIn } from '../compose/files.js';
import {
  addressOf,
  attribute,
  closest,
  docOf,
  frameAround,
  isDrawn,
  isHtml,
  queryAll,
  queryIn,
  textContent,
} from '../dom.js';
import { addressChosen, fieldText, onlyAddress, peopleIn, soleAddress } from './address.js';
import { inFrame } from './editors.js';
import type { AttachedFile, FileField, MailProfile, ReadingProfile, RecipientField, WritingProfile } from './index.js';
import { urlOf } from './links.js';
import { isSignedWithQuotation } from './signed.js';

// The text of a message is below #messagebody: what it calls itself there counts for nothing.
const BODY = '#messagebody, .message-part, .message-htmlpart';

export const ROUNDCUBE_READING: ReadingProfile = {
  matches: isRoundcube,

  sender(doc, el) {
    // A message forwarded inside of this one has headers of its own, in the body.
    if (!closest(el, '#messagebody') && !one(doc, '#messagebody')) return null;
    const from = outside(doc, '.header-headers .header.from, .headers-table .header.from').map((cell) => [
      ...queryAll(cell, 'a.rcmContactAddress, span.rcmContactAddress'),
    ]);
    if (from.length !== 1) return null;
    // More than one address in From is no sender.
    return soleAddress(...(from[0] ?? []).map(addressIn));
  },
};

/** A tooltip beside a name; who wants addresses to be shown with names has none, but the link. It is not encoded there. */
function addressIn(link: Element): string | null {
  return attribute(link, 'title') ?? attribute(link, 'href')?.replace(/^mailto:/, '') ?? null;
}

export const ROUNDCUBE_WRITING: WritingProfile = {
  name: 'roundcube',
  matches: isRoundcube,

  form(doc) {
    const plain = one(doc, 'textarea#composebody');
    if (!plain) return null;
    // The HTML editor hides the field and stands in its place.
    const frame = one(doc, 'iframe#composebody_ifr');
    const body = (frame && isDrawn(frame) && inFrame(frame)) || plain;
    return {
      body,
      subject: one(doc, 'input#compose-subject') ?? null,
      to: addressField(doc, 'to'),
      cc: addressField(doc, 'cc'),
      bcc: addressField(doc, 'bcc'),
      files: fileField(doc),
    };
  },

  answer(doc, mode, el) {
    // The preview beside the list has no buttons of its own.
    const frame = el && docOf(el) === doc ? frameAround(doc) : null;
    const outer = frame && docOf(frame);
    for (const place of outer ? [doc, outer] : [doc]) {
      const [button] = outside(place, BUTTONS[mode]);
      if (!button) continue;
      click(button);
      return true;
    }
    return false;
  },

  recipients: (doc) => peopleIn((name) => addressField(doc, name)),

  self(doc) {
    const from = one(doc, '#_from');
    if (!from) return null;
    return isHtml(from, 'select') ? addressChosen(from) : onlyAddress(fieldText(from));
  },
};

/** Those that are enabled; disabled ones, and entries of menus for kinds of them, have one class more. */
const BUTTONS: Readonly<Record<AnswerMode, string>> = {
  reply: 'a[class="reply"]',
  reply_all: 'a[class="reply-all"]',
  forward: 'a[class="forward"]',
};

/** The field that is sent. Elastic hides it and draws chips from it, anew after each `change`. */
function addressField(doc: Document, name: 'to' | 'cc' | 'bcc'): RecipientField | null {
  const field = one(doc, `textarea#_${name}, input#_${name}`);
  if (!field) return null;
  const plain = plainField(field);
  return {
    read: plain.read,
    write(addresses) {
      // Elastic folds Cc and Bcc away until they are asked for: nobody shall be written to unseen.
      if (addresses.length > 0) one(doc, `#compose_${name}.hidden`)?.classList.remove('hidden');
      return plain.write(addresses);
    },
  };
}

function fileField(doc: Document): FileField | null {
  const input = one(doc, '#uploadform input[type="file"], form[name="uploadform"] input[type="file"]');
  if (!input || !isHtml(input, 'input')) return null;
  const hint = one(doc, '#compose-attachments .hint, #attachment-form .hint, #uploadform .hint');
  return {
    max: sizeIn((hint && textContent(hint)) ?? ''),
    list: () => all(doc, '#attachment-list > li, #attachmentslist > li').map(asAttached),
    add: (file) => giveFiles(input as HTMLInputElement, [file]),

    remove({ element }) {
      const [button] = queryAll(element, 'a.delete');
      if (button) (button as HTMLElement).click();
      return button !== undefined;
    },

    trouble() {
      const said = one(doc, '#messagestack .error, #messagestack .alert-danger');
      if (!said) return null;
      // "The uploaded file exceeds the maximum size of 5 MB", in whatever language.
      return sizeIn(textContent(said) ?? '') === null ? 'attach' : 'too_large';
    },
  };
}

function asAttached(element: Element): AttachedFile {
  const [name] = queryAll(element, '.attachment-name');
  const [size] = queryAll(element, '.attachment-size');
  const busy = queryAll(element, '.uploading').length > 0 || closest(element, '.uploading') !== null;
  return {
    name: ((name ?? element) && textContent(name ?? element)?.trim()) ?? '',
    size: sizeIn((size && textContent(size)) ?? ''),
    state: busy ? 'busy' : 'done',
    element,
  };
}

export const ROUNDCUBE_MAILS: MailProfile = {
  sources(doc) {
    const address = addressOf(doc);
    if (!/[?&]_action=(?:show|preview)(?:&|#|$)/.test(address)) return [];
    const here = new URL(address);
    // Of the address, never of the page: what a mail brings along must not choose what is fetched.
    const uid = here.searchParams.get('_uid') ?? '';
    const mbox = here.searchParams.get('_mbox') ?? '';
    const cover = one(doc, '#messagebody');
    if (!/^\d+(?:\.[\d.]+)?$/.test(uid) || mbox === '' || !cover || !isRoundcube(doc) || !hasOpenPgp(doc)) return [];
    const query = new URLSearchParams({ _task: 'mail', _action: 'viewsource', _uid: uid, _mbox: mbox });
    // Octet by octet it is given only for saving, and that only to who knows the session's token. The view has other
    // line ends, and lines without tabs at their end.
    const token = tokenOf(doc, here);
    if (token) {
      query.set('_save', '1');
      query.set('_token', token);
    }
    return [{ url: `${here.origin}${here.pathname}?${query}`, cover, key: `${mbox} ${uid}` }];
  },
};

/** Roundcube's own scripts, which the text of a message cannot bring, beside its own elements. */
function isRoundcube(doc: Document): boolean {
  if (!one(doc, '#messagebody, #composebody, #messagelist')) return false;
  return one(doc, 'script[src*="program/js/app"]') !== undefined;
}

/** The list of attachments names media types and the ends of names as classes, in whatever language. */
const FILES = ['pgp-encrypted', 'pgp-signature', 'pgp-keys', 'asc', 'pgp', 'gpg', 'sig'];

/** Whether the page shows that the mail is PGP/MIME or that OpenPGP files are attached. */
function hasOpenPgp(doc: Document): boolean {
  const list = '#attachment-list > li';
  if (outside(doc, FILES.map((name) => `${list}.${name}`).join()).length > 0) return true;
  if (hasChangedLines(doc)) return true;
  // multipart/encrypted: in place of a text a notice (those about a text that is too large have a link), and the data
  // as a file of whatever name.
  const notice = one(doc, '#messagebody > .part-notice, #messagebody > .boxwarning');
  if (!notice || queryAll(notice, 'a').length > 0) return false;
  const text = one(doc, '#messagebody > .message-part, #messagebody > .message-htmlpart');
  return text === undefined && outside(doc, `${list}.octet-stream`).length > 0;
}

/** The mail must be nothing else: what stands beside the text would be read as well. */
function hasChangedLines(doc: Document): boolean {
  const [part, another] = all(doc, '#messagebody > .message-part');
  const [text] = part && !another ? queryAll(part, ':scope > .pre') : [];
  if (!text || !isSignedWithQuotation(text, 'blockquote')) return false;
  return outside(doc, '#attachment-list > li').length === 0;
}

/** The session's token for requests, as it is in the links of attachments. */
function tokenOf(doc: Document, here: URL): string | undefined {
  for (const link of outside(doc, '#attachment-list > li > a.filename')) {
    const url = urlOf(link, here);
    const token = url?.origin === here.origin ? url.searchParams.get('_token') : null;
    if (token && /^\w{1,100}$/.test(token)) return token;
  }
  return undefined;
}

/** Elements of the page that no message has brought. */
function outside(doc: Document, selector: string): Element[] {
  return all(doc, selector).filter((element) => !closest(element, BODY));
}

function all(doc: Document, selector: string): Element[] {
  return [...queryIn(doc, selector)];
}

function one(doc: Document, selector: string): Element | undefined {
  return queryIn(doc, selector)[0];
}
