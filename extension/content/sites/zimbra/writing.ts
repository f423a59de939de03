// The form of Zimbra's classic web client in which a mail is written.

import { chipField } from '../../compose/fields.js';
import { closest, isDrawn, queryAll, queryIn, rectOf, textContent } from '../../dom.js';
import { NOBODY, peopleIn } from '../address.js';
import { inFrame } from '../editors.js';
import { GENERIC_WRITING } from '../generic.js';
import { inPage, type RecipientField, type WritingProfile } from '../index.js';
import { openAnswer } from './answer.js';
import { fileField } from './files.js';
import { isZimbra, MAIL } from './mails.js';

/** One for each mail that is being written, in a tab of the site's own. */
const FORM = '.ZmComposeView[id^="zv__COMPOSE"]';
/** Below a mail of a conversation. */
const QUICK = 'textarea[id$="_replyInput"]';

export const ZIMBRA_WRITING: WritingProfile = {
  name: 'zimbra',
  matches: (doc) => queryIn(doc, `${FORM}, ${MAIL}`).length > 0 && isZimbra(doc),
  // Identities are named as the user likes.
  self: () => null,
  answer: (doc, mode, el) => el !== undefined && openAnswer(doc, mode, el),

  recipients(doc, el) {
    const form = closest(inPage(doc, el), FORM);
    if (form) return peopleIn((name) => recipients(form, name));
    return hasForm(doc) ? NOBODY : GENERIC_WRITING.recipients(doc, el);
  },

  form(doc, el) {
    // Beside a mail there may be another field for an answer, or an appointment. The one for quick answers shows no addresses.
    if (el && !hasForm(doc)) return closest(el, QUICK) ? null : GENERIC_WRITING.form(doc, el);
    const form = el ? closest(inPage(doc, el), FORM) : [...queryIn(doc, FORM)].filter(isShown).at(-1);
    const [plain] = form ? queryAll(form, 'textarea.ZmHtmlEditorTextArea') : [];
    const [frame] = form ? queryAll(form, 'iframe[id$="_body_ifr"]') : [];
    const body = plain && isDrawn(plain) ? plain : frame && inFrame(frame);
    if (!form || !body) return null;
    return {
      body,
      subject: queryAll(form, 'input[id$="_subject_control"]')[0] ?? null,
      to: recipients(form, 'to'),
      cc: recipients(form, 'cc'),
      bcc: recipients(form, 'bcc'),
      files: fileField(form),
    };
  },
};

function hasForm(doc: Document): boolean {
  return queryIn(doc, FORM).length > 0;
}

/** Tabs that are not chosen are far to the left of the window. */
function isShown(form: Element): boolean {
  return isDrawn(form) && rectOf(form).right > 0;
}

function recipients(form: Element, name: 'to' | 'cc' | 'bcc'): RecipientField | null {
  const input = () => queryAll(form, `input[id$="_${name}_control"]`)[0];
  const field = input();
  const row = field && closest(field, '.addrBubbleContainer');
  // Folded away: nobody shall be written to unseen.
  if (!row || !isDrawn(row)) return null;
  // Mostly the name alone is shown, and then nobody knows whose it is: that is told, and it can be taken away.
  const text = (chip: Element) => {
    const [shown] = queryAll(chip, ':scope > span');
    return (shown && textContent(shown)?.trim()) ?? '';
  };
  const remove = (chip: Element) => {
    const [button] = queryAll(chip, '[id$="_remove"]');
    (button as HTMLElement | undefined)?.click();
  };
  const chips = () => [...queryAll(row, '.addrBubble')];
  return chipField({ input, chips, text, remove, key: 'paste' });
}
