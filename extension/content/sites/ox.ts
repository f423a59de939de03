// OX App Suite 7.10 and 8 (mailbox.org and others), as its source says. The text of a mail is in a frame that scripts fill,
// so that what a mail brings along is in no element around it.

import { chipField, click } from '../compose/fields.js';
import { giveFiles, sizeIn } from '../compose/files.js';
import { attribute, closest, docOf, focusOn, isDrawn, matches, queryAll, queryIn, textContent } from '../dom.js';
import { soleAddress } from './address.js';
import { formNamed, formProfile } from './forms.js';
import { type AttachedFile, type FileField, inPage, type ReadingProfile, type RecipientField } from './index.js';

const HEAD = 'header.detail-view-header';

export const OX_READING: ReadingProfile = {
  matches: (doc) => queryIn(doc, `.mail-detail > ${HEAD}`).length > 0,

  sender(doc, el) {
    const frame = inPage(doc, el);
    const message = matches(frame, 'iframe.mail-detail-frame') ? closest(frame, '.mail-detail') : null;
    const from = message ? [...queryAll(message, `:scope > ${HEAD} .from > a`)] : [];
    // Where the address is not beside it, a name alone is what the sender chose to be called.
    const addresses = from.map((link) => [...queryAll(link, ':scope > .address')]);
    const [[address, another] = []] = addresses;
    return from.length === 1 && address && !another ? soleAddress(textContent(address)) : null;
  },
};

/** One for each mail that is written, in a window of the site's own. */
const FORM = '.io-ox-mail-compose';
const WINDOW = '.io-ox-mail-compose-window';
/** Both can be there at once: the one that is not in use is hidden. */
const EDITOR = '.io-ox-mail-compose .editor :is(textarea.plain-text, iframe)';

export const OX_WRITING = /* @__PURE__ */ formProfile({
  name: 'ox',
  matches: (doc) => queryIn(doc, `${FORM} .editor`).length > 0,
  find: /* @__PURE__ */ formNamed(FORM, EDITOR),
  self(doc, el) {
    const form = closest(inPage(doc, el), FORM);
    const [from] = form ? queryAll(form, '[data-extension-id="sender"] .dropdown-label > .address') : [];
    return from ? soleAddress(textContent(from)) : null;
  },
  subject: '[data-extension-id="subject"] input[name="subject"]',
  recipients,
  files: (_, form) => fileField(form),
});

function recipients(form: Element, kind: 'to' | 'cc' | 'bcc'): RecipientField | null {
  const [row] = queryAll(form, `[data-extension-id="${kind}"]`);
  if (!row) return null;
  // Beside it is one for the rest of a suggestion, with the same names.
  const input = () => queryAll(row, 'input.tt-input')[0];
  const chips = () => [...queryAll(row, '.token')];
  const remove = (chip: Element) => {
    const [cross] = queryAll(chip, '.close');
    // It takes none away while the field has the focus.
    if (cross) focusOn(cross as HTMLElement, { preventScroll: true });
    (cross as HTMLElement | undefined)?.click();
  };
  const field = chipField({ input, chips, text: labelOf, remove, key: 'paste' });
  return {
    read: field.read,
    write(addresses) {
      if (addresses.length > 0 && !isDrawn(row)) {
        const [button] = queryAll(form, `[data-action="add"][data-type="${kind}"]`);
        if (button) click(button);
        // Nobody shall be written to unseen.
        if (!isDrawn(row)) return undefined;
      }
      return field.write(addresses);
    },
  };
}

/** `Name <address>`: a title has both, in version 8 without brackets, and the address last. Without one, the name alone. */
function labelOf(chip: Element): string {
  const [label] = queryAll(chip, '.token-label');
  const name = (label && textContent(label)) ?? '';
  const title = attribute(chip, 'title') ?? (label && attribute(label, 'title')) ?? name;
  const [, address] = /(?:^|\s)<?([^\s<>]+@[^\s<>]+)>?$/.exec(title) ?? [];
  return address ? `${name.replace(/[<>]/g, '')} <${address}>` : name;
}

/** The field is in a bar of the window, in version 8 in a menu of that. */
function fileField(form: Element): FileField | null {
  const [input] = queryAll(closest(form, WINDOW) ?? form, 'input[type="file"][name="file"]');
  if (!input) return null;
  return {
    // Known only in the moment in which a file is too large.
    max: null,
    list: () => [...queryAll(form, '.mail-attachment-list .list-container li')].map(asAttached),
    add: (file) => giveFiles(input as HTMLInputElement, [file]),
    remove({ element }) {
      const [cross] = queryAll(element, '.remove, .remove-attachment');
      (cross as HTMLElement | undefined)?.click();
      return cross !== undefined;
    },
    trouble() {
      const said = [...queryIn(docOf(form) ?? document, '.io-ox-alert-error')].find(isDrawn);
      if (!said) return null;
      return sizeIn(textContent(said) ?? '') === null ? 'attach' : 'too_large';
    },
  };
}

/** The title has the whole name; what is drawn of a long one is shortened. */
function asAttached(element: Element): AttachedFile {
  const [named] = queryAll(element, '.file[title], .filename[title]');
  return {
    name: (named && attribute(named, 'title')) ?? '',
    size: null,
    state: queryAll(element, '.progress').length > 0 ? 'busy' : 'done',
    element,
  };
}
