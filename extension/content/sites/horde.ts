// Horde IMP 6.2, dynamic view: a page with list and preview, a window for each message that is opened, one for each that
// is written. HTML of a mail is in a frame, and of a text no element is made: the elements asked for here are Horde's own.

import type { AnswerMode } from '../../desk/write-channel.js';
import { click, plainField, textIn } from '../compose/fields.js';
import { giveFiles, sizeIn } from '../compose/files.js';
import {
  addressOf,
  attribute,
  closest,
  contains,
  isDrawn,
  isHtml,
  matches,
  queryAll,
  queryIn,
  textContent,
} from '../dom.js';
import { addressChosen, NOBODY, onlyAddress, peopleIn, soleAddress } from './address.js';
import { inFrame } from './editors.js';
import {
  type AttachedFile,
  type ComposeForm,
  type FileField,
  inPage,
  type MailProfile,
  type ReadingProfile,
  type RecipientField,
  type WritingProfile,
} from './index.js';
import { isOpenPgpName, urlOf } from './links.js';
import { isSignedWithQuotation } from './signed.js';

const BODY = '.messageBody';
/** The mail in it, mostly as one part (of parts). */
const PART = `${BODY} > .mimePartBase`;

export const HORDE_READING: ReadingProfile = {
  matches: isHorde,

  sender(doc, el) {
    const body = closest(inPage(doc, el), BODY);
    if (!body) return null;
    const from = [...queryIn(doc, '#msgHeaderFrom > td > a.address')].filter((link) => !closest(link, BODY));
    // Beside a name the address is a tooltip.
    const sender = soleAddress(...from.map((link) => attribute(link, 'title') ?? textContent(link)));
    return matches(el, `${BODY}, ${PART}`) && !isListed(doc, sender) ? null : sender;
  },
};

/**
 * Whether the list says the same of the mail at the page's address. While the user goes from mail to mail the address is
 * ahead of the preview: the mail of the one must be neither fetched for the other nor compared with its sender.
 */
function isListed(doc: Document, sender: string | null): boolean {
  const listed = mailAt(new URL(addressOf(doc)))?.listed ?? false;
  return !listed || (onlyAddress(chosen(doc, 'msgFrom')) === sender && sender !== null);
}

function isPreviewed(doc: Document): boolean {
  const [shown] = queryIn(doc, '#msgHeadersColl .subject');
  const same = (text: string | null) => text?.replace(/\s+/g, ' ').trim();
  return shown !== undefined && same(chosen(doc, 'msgSubject')) === same(textContent(shown));
}

/** What the list says of the mail that is chosen in it: that is the one of the address. */
function chosen(doc: Document, name: string): string | null {
  const [cell, another] = queryIn(doc, `.vpRow.vpRowSelected .${name}`);
  return cell && !another ? attribute(cell, 'title') : null;
}

export const HORDE_MAILS: MailProfile = {
  sources(doc) {
    const here = new URL(addressOf(doc));
    const mail = mailAt(here);
    const [body] = mail && isHorde(doc) ? queryIn(doc, `#previewMsg > ${BODY}, #msgData ${BODY}`) : [];
    // The next mail is put into the same body, and would be measured while that is hidden: HTML would have no height.
    const parts = body ? queryAll(body, ':scope > .mimePartBase') : [];
    const cover = parts.length === 1 ? parts[0] : body;
    if (!mail || !body || !cover || (mail.listed && !isPreviewed(doc))) return [];
    const known = hasOpenPgp(doc, here) || hasChangedLines(doc, [...parts]);
    if (!known && !mayBeSigned(doc, body, here)) return [];
    const { mailbox, buid } = mail;
    const query = new URLSearchParams({ actionID: 'view_source', id: '0', mailbox, buid });
    const path = here.pathname.replace(/dynamic\.php$/, 'view.php');
    return [
      {
        url: `${here.origin}${path}?${query}`,
        cover,
        inside: cover === body,
        key: `${mailbox} ${buid}`,
        unsure: !known,
      },
    ];
  },
};

/** Its address, and what the page shows until its scripts have run. */
function isHorde(doc: Document): boolean {
  return (
    /\/dynamic\.php$/.test(new URL(addressOf(doc)).pathname) &&
    queryIn(doc, 'body.horde-ajax #dimpLoading').length === 1
  );
}

interface Mail {
  readonly mailbox: string;
  readonly buid: string;
  /** It is shown below a list. */
  readonly listed: boolean;
}

/**
 * The mail that an address shows: `dynamic.php?page=message&mailbox=SU5CT1g&buid=4`, or of the list with its preview
 * `dynamic.php?page=mailbox#msg:SU5CT1g;4`. The folder is in a base64 of Horde's; the number is one of its list.
 */
function mailAt({ pathname, searchParams, hash }: URL): Mail | undefined {
  if (!pathname.endsWith('/dynamic.php')) return undefined;
  const alone = searchParams.get('page') === 'message';
  const text = alone
    ? `${searchParams.get('mailbox')};${searchParams.get('buid')}`
    : /^#msg(?::|%3A)(.+)$/i.exec(hash)?.[1]?.replace(/%3B/i, ';');
  const [, mailbox, buid] = /^([\w-]{1,1000});(\d{1,15})$/.exec(text ?? '') ?? [];
  return mailbox && buid ? { mailbox, buid, listed: !alone } : undefined;
}

/** Media types that the icons of parts and files are titled with, in all languages; see {@link hasOpenPgp}. */
const TYPES = /^(?:multipart\/encrypted|application\/pgp-(?:encrypted|signature|keys))$/;

/** The list of files. That of an earlier mail may still be there, hidden. */
const FILES = ':is(#msgAtc, #msgHeaderAtc):not([style*="none"]) #partlist';

/** Whether the page shows that the mail is encrypted as a whole, or has OpenPGP files. */
function hasOpenPgp(doc: Document, here: URL): boolean {
  const icons = queryIn(doc, `${BODY} .mimePartInfo img[title], ${FILES} img[title]`);
  if ([...icons].some((icon) => TYPES.test(attribute(icon, 'title') ?? ''))) return true;
  return [...queryIn(doc, `${FILES} a.downloadAtc`)].some((link) => isOpenPgpName(inLink(link, here, 'fn')));
}

/** The mail must be nothing else: what stands beside the text would be read as well. */
function hasChangedLines(doc: Document, [part, another]: readonly Element[]): boolean {
  const [text] = part && !another ? queryAll(part, '.mimePartData') : [];
  return (
    text !== undefined &&
    isSignedWithQuotation(text, '.citation') &&
    queryIn(doc, `${FILES} a.downloadAtc`).length === 0
  );
}

/**
 * Of a mail that is only signed as a whole Horde shows all but that: neither the signature nor that there is another part.
 * What it shows then is the first part, or is in that: `1`, `1.1`, `1.2.1`.
 */
function mayBeSigned(doc: Document, body: Element, here: URL): boolean {
  const links = [...queryAll(body, '.mimePartInfo a.downloadAtc'), ...queryIn(doc, `${FILES} a.downloadAtc`)];
  return links.length > 0 && links.every((link) => /^1(?:\.|$)/.test(inLink(link, here, 'id')));
}

function inLink(link: Element, here: URL, name: string): string {
  return urlOf(link, here)?.searchParams.get(name) ?? '';
}

export const HORDE_WRITING: WritingProfile = {
  name: 'horde',
  matches: isHorde,

  form(doc, el) {
    const form = formOf(doc, el);
    const [plain] = form ? queryAll(form, 'textarea#composeMessage') : [];
    const [frame] = form ? queryAll(form, '#composeMessageParent iframe') : [];
    const body = plain && isDrawn(plain) ? plain : frame && inFrame(frame);
    if (!form || !body) return null;
    return {
      body,
      subject: queryAll(form, 'input#subject')[0] ?? null,
      to: addressField(form, 'to'),
      cc: addressField(form, 'cc'),
      bcc: addressField(form, 'bcc'),
      files: fileField(doc, form),
    } satisfies ComposeForm;
  },

  answer(doc, mode, el) {
    // Where mails are listed the form opens in another window, which is not this page.
    const message = el && closest(inPage(doc, el), '#msgData');
    const [button, entry] = BUTTONS[mode];
    const [menu] = message ? queryAll(message, `${button} ~ .horde-popdown`) : [];
    if (!menu) return false;
    // The button itself answers to all, or to one, as Horde thinks best. The menu is made when it is first opened.
    click(menu);
    const [chosen] = queryIn(doc, `.contextMenu > ${entry}`);
    if (chosen) click(chosen);
    return chosen !== undefined;
  },

  recipients(doc, el) {
    const form = formOf(doc, el);
    return form ? peopleIn((name) => addressField(form, name)) : NOBODY;
  },

  self(doc, el) {
    // Somebody with one identity is not told which.
    const form = formOf(doc, el);
    const [from] = form ? queryAll(form, 'select#identity') : [];
    return from ? addressChosen(from) : null;
  },
};

const BUTTONS: Readonly<Record<AnswerMode, readonly [button: string, entry: string]>> = {
  reply: ['#reply_link', '#ctx_reply_reply'],
  reply_all: ['#reply_link', '#ctx_reply_reply_all'],
  forward: ['#forward_link', '#ctx_forward_body'],
};

/** The form of the window, as soon as Horde has filled it in: then it knows what its server calls the mail. */
function formOf(doc: Document, el?: Element): Element | undefined {
  const [form] = queryIn(doc, 'form#compose');
  const [known] = form ? queryAll(form, 'input#composeCache') : [];
  if (!form || !known || textIn(known) === '' || !isDrawn(form)) return undefined;
  return !el || contains(form, inPage(doc, el)) ? form : undefined;
}

function addressField(form: Element, name: 'to' | 'cc' | 'bcc'): RecipientField | null {
  const [field] = queryAll(form, `textarea#${name}`);
  if (!field) return null;
  const plain = plainField(field);
  return {
    read: plain.read,
    write(addresses) {
      // Cc and Bcc are folded away until they are asked for: nobody shall be written to unseen.
      const [button] = name === 'to' || isDrawn(field) ? [] : queryAll(form, `#toggle${name}`);
      if (addresses.length > 0 && button) click(button);
      return plain.write(addresses);
    },
  };
}

function fileField(doc: Document, form: Element): FileField | null {
  // Made anew by the site whenever a file was taken out.
  const input = () => queryAll(form, 'input#upload[type="file"]')[0];
  const found = input();
  if (!found || !isHtml(found, 'input')) return null;
  const [max] = queryAll(form, 'input#MAX_FILE_SIZE');
  return {
    max: (max && Number(textIn(max))) || null,

    list() {
      const done = [...queryAll(form, '#attach_list > li')].map(asAttached);
      const under = [...queryAll(form, '#upload_wait')].filter(isDrawn);
      return [...done, ...under.map((element): AttachedFile => ({ name: '', size: null, state: 'busy', element }))];
    },

    add(file) {
      const field = input();
      if (field) giveFiles(field as HTMLInputElement, [file]);
    },

    remove({ element }) {
      const [menu] = queryAll(element, '.horde-popdown');
      if (menu) click(menu);
      const [entry] = menu ? queryIn(doc, '.contextMenu > #ctx_atcfile_delete') : [];
      if (entry) click(entry);
      return entry !== undefined;
    },

    // What it says is in the user's language, and goes away after some seconds.
    trouble: () => (queryIn(doc, '#Growler .horde-error').length > 0 ? 'attach' : null),
  };
}

function asAttached(element: Element): AttachedFile {
  const [name] = queryAll(element, '.attachName, .attachNameNoview');
  const [size] = queryAll(element, '.attachSize');
  return {
    name: (name && textContent(name)) ?? '',
    size: sizeIn((size && textContent(size)) ?? ''),
    state: 'done',
    element,
  };
}
