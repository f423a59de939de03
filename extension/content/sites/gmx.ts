// GMX, WEB.DE and mail.com: the form as it was, as tests of others describe it (docs/SITES.md). Of that of today nothing is
// published: where it is another one, the generic profile looks. Its fields for addresses are made with Select2, whose
// chips are published; what the site writes into one, a name or an address, is not. A chip that names nobody by address is
// told of. The text of a mail is in a frame of another origin, and who sent it around that: there is no sender.

import { chipField } from '../compose/fields.js';
import { closest, contains, isDrawn, queryAll, queryIn } from '../dom.js';
import { onlyAddress } from './address.js';
import { inFrame } from './editors.js';
import { formProfile, formWith } from './forms.js';
import { filesNear } from './generic-files.js';
import { inPage, type RecipientField } from './index.js';
import { wordsOf } from './rows.js';

const EDITOR = 'iframe.cke_wysiwyg_frame';
const SUBJECT = 'input.mailobjectpanel-textfield_input';
const PEOPLE = '.select2-choices input.select2-input';
const CHIP = '.select2-search-choice';

export const GMX_WRITING = /* @__PURE__ */ formProfile({
  name: 'gmx',
  matches: (doc) => queryIn(doc, SUBJECT).length > 0 && queryIn(doc, PEOPLE).length > 0,
  find(doc, el) {
    const near = el && formWith(SUBJECT, inPage(doc, el));
    const frames = near ? queryAll(near, EDITOR) : el ? [] : queryIn(doc, EDITOR);
    // One without an editor in it is another one's: a mail may bring such a name along.
    const frame = [...frames].filter((one) => isDrawn(one) && inFrame(one)).at(-1);
    return { form: near ?? (frame && formWith(SUBJECT, frame)), body: frame && inFrame(frame) };
  },
  subject: SUBJECT,
  recipients,
  files: filesNear,
});

/** To has a name for tests, and is the first. Fields without such a name may be for anybody. */
function recipients(form: Element, kind: 'to' | 'cc' | 'bcc'): RecipientField | null {
  const find = () => {
    const fields = [...queryAll(form, PEOPLE)];
    const named = fields.find((field) => closest(field, `[data-webdriver="${kind}"]`));
    return named ?? (kind === 'to' ? fields.find((field) => !closest(field, '[data-webdriver]')) : undefined);
  };
  if (!find()) return null;
  const chips = () => {
    const list = closest(find() ?? form, '.select2-choices');
    return list && contains(form, list) ? [...queryAll(list, CHIP)] : [];
  };
  return chipField({ input: find, chips, text: (chip) => onlyAddress(wordsOf(chip)) ?? wordsOf(chip), key: 'Tab' });
}
