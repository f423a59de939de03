import type { SelectionMessage } from '../../desk/channel.js';
import type { AnswerMode } from '../../desk/write-channel.js';
import { stateOf } from '../compose/form.js';
import { activeField } from '../editor.js';
import { DEMO_WRITING } from './demo.js';
import { FASTMAIL_WRITING } from './fastmail.js';
import { GENERIC_WRITING } from './generic.js';
import { GMAIL_WRITING } from './gmail.js';
import { GMX_WRITING } from './gmx.js';
import { HORDE_WRITING } from './horde.js';
import { type ComposeForm, home, originOf, profileOf } from './index.js';
import { OUTLOOK_WRITING } from './outlook.js';
import { OX_WRITING } from './ox.js';
import { ROUNDCUBE_WRITING } from './roundcube.js';
import { SOGO_WRITING } from './sogo.js';
import { YAHOO_WRITING } from './yahoo.js';
import { ZIMBRA_WRITING } from './zimbra/writing.js';
import { ZOHO_WRITING } from './zoho.js';

/** Those known by their address or by scripts of their own come before those known by marks, which a mail may bring along. */
const PROFILES = [
  ROUNDCUBE_WRITING,
  SOGO_WRITING,
  HORDE_WRITING,
  DEMO_WRITING,
  GMAIL_WRITING,
  OUTLOOK_WRITING,
  FASTMAIL_WRITING,
  ZIMBRA_WRITING,
  YAHOO_WRITING,
  ZOHO_WRITING,
  GMX_WRITING,
  OX_WRITING,
];

/** What the page says about a message that is written. */
export function writingAt(el: Element): Omit<SelectionMessage, 't' | 'text'> {
  const doc = home(el);
  const profile = profileOf(doc, PROFILES, GENERIC_WRITING);
  const { named, hidden } = profile.recipients(doc, el);
  return {
    recipients: named,
    hidden,
    sender: profile.self(doc, el),
    site: originOf(doc),
  };
}

/** The compose form around an editor or the focus; when they are in none, the newest that the page shows. */
export function formFor(editor: Element | undefined = activeField(document)): ComposeForm | null {
  const doc = editor ? home(editor) : document;
  const profile = profileOf(doc, PROFILES, GENERIC_WRITING);
  return (editor && profile.form(doc, editor)) ?? profile.form(doc);
}

/** What a window is told of a form: whether it is for its mail, and without `ours`, the files that Waxseal has put there. */
export function stateFor(form: ComposeForm | null, own = false, ours: ReadonlySet<string> = new Set()) {
  const doc = form ? home(form.body) : document;
  const profile = profileOf(doc, PROFILES, GENERIC_WRITING);
  return stateOf(form, profile.name, form && profile.self(doc, form.body), own, ours);
}

/** Has the site open its own form for an answer; false when it has no button for that. */
export function openAnswer(mode: AnswerMode, element: Element): boolean {
  const doc = home(element);
  return profileOf(doc, PROFILES, GENERIC_WRITING).answer(doc, mode, element);
}
