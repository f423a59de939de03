// Fastmail: the form, as tests and extensions of others describe it (docs/SITES.md). A recipient whom it knows is shown by
// name, and where the address is nobody tells: whoever is named so is told of, not passed over. What it shows of the sender
// of a mail may be a name as well as an address: verdicts name who signed, and leave open who sent.

import { addressList, bare, typeInto } from '../compose/fields.js';
import { attribute, closest, matches, queryAll } from '../dom.js';
import { fieldText, onlyAddress } from './address.js';
import { formNamed, formProfile } from './forms.js';
import { filesNear } from './generic-files.js';
import { originOf, type RecipientField } from './index.js';
import { wordsOf } from './rows.js';

const ORIGIN = /^https:\/\/(?:app|betaapp|www)\.fastmail\.com$/;
/** Not in the text of a mail, which may bring such names along. */
const OF_THE_SITE = ':not(.v-Message-body *, .v-RichText-input *)';
const FORM = `.v-Compose${OF_THE_SITE}`;
const EDITOR = `${FORM} .v-RichText-input[contenteditable="true"]${OF_THE_SITE}`;
const ROW = '.v-EmailInput';
const TOKEN = '.v-EmailInput-tokens > li';

export const FASTMAIL_WRITING = /* @__PURE__ */ formProfile({
  name: 'fastmail',
  matches: (doc) => ORIGIN.test(originOf(doc)),
  find: /* @__PURE__ */ formNamed(FORM, EDITOR),
  subject: `input[id$="-subject-input"]${OF_THE_SITE}`,
  recipients,
  files: filesNear,
});

/** A field with a list of tokens before it. What is missing is typed; how a token is taken away is not known. */
function recipients(form: Element, kind: 'to' | 'cc' | 'bcc'): RecipientField | null {
  const find = () => queryAll(form, `[id$="-${kind}-input"]${OF_THE_SITE}`)[0];
  if (!find()) return null;
  const tokens = () => {
    const field = find();
    const row = field && closest(field, ROW);
    return row ? [...queryAll(row, TOKEN)].map(labelOf) : [];
  };
  return {
    read() {
      const field = find();
      return [...tokens(), ...addressList(field ? fieldText(field) : '')];
    },
    write(addresses) {
      const field = find();
      if (!field) return;
      const there = new Set(tokens().map(bare));
      typeInto(field, addresses.filter((address) => !there.has(bare(address))).join(', '));
    },
  };
}

/** The address, where the token has one anywhere; else the name alone. */
function labelOf(token: Element): string {
  const words = wordsOf(token);
  const titled = [...queryAll(token, '[title]')];
  if (matches(token, '[title]')) titled.push(token);
  return onlyAddress(words, ...titled.map((el) => attribute(el, 'title'))) ?? words;
}
