// The buttons of Zimbra's classic web client that open its form for an answer.

import type { AnswerMode } from '../../../desk/write-channel.js';
import { click } from '../../compose/fields.js';
import { attribute, closest, matches, queryAll, queryIn } from '../../dom.js';
import { inPage } from '../index.js';
import { isOn } from './files.js';
import { BODY, IN_CONVERSATION, MAIL, ZIMBRA_MAILS } from './mails.js';

/** What the links below a mail of a conversation are named after, and the buttons above a mail that is shown by itself. */
const LINKS = { reply: 'reply', reply_all: 'replyAll', forward: 'forward' } as const;
const WHOLE = 'moreComposeOptions';
const BUTTONS = { reply: 'REPLY', reply_all: 'REPLY_ALL', forward: 'FORWARD' } as const;

/** See `WritingProfile.answer`. */
export function openAnswer(doc: Document, mode: AnswerMode, el: Element): boolean {
  const mail = closest(inPage(doc, el), MAIL);
  // One within a text is none.
  if (!mail || closest(mail, BODY)) return false;
  return matches(mail, IN_CONVERSATION) ? byLink(mail, mode) : byButton(doc, mail, mode);
}

/** Of a conversation: the buttons above are for the one mail that the site thinks best, the links for that which they are below. */
function byLink(mail: Element, mode: AnswerMode): boolean {
  const link = (name: string) =>
    queryAll(mail, `:scope > .footer > a.ConvLink[id$="__footer_${name}"]`)[0] as HTMLElement | undefined;
  const pressed = link(LINKS[mode]);
  const old = link(WHOLE);
  pressed?.click();
  if (!pressed || mode === 'forward') return pressed !== undefined;
  // That opens a field for a quick answer, and a link from there to the whole form. An older link is for another answer: the user
  // has begun to write one, and the site asks whether it may go.
  const whole = link(WHOLE);
  if (!whole || whole === old) return false;
  whole.click();
  return true;
}

/** Of a mail by itself: the buttons are above the list or the tab that shows it, and for what is chosen there. */
function byButton(doc: Document, mail: Element, mode: AnswerMode): boolean {
  const [, place] = /^zv__([\w:.-]+)__MSG$/.exec(attribute(mail, 'id') ?? '') ?? [];
  const buttonFor = (operation: string) => {
    const [button, another] = queryIn(doc, `[id="zb__${place}__${operation}"]`);
    return button && !another && isOn(button) && !closest(button, BODY) ? button : undefined;
  };
  // With several mails chosen, all of them are forwarded, and to none can be replied.
  const button = place && buttonFor(BUTTONS.reply) && buttonFor(BUTTONS[mode]);
  if (!button) return false;
  // While another mail is fetched, the list is ahead of the one that is shown.
  const [row, another] = queryIn(doc, `[id^="zli__${place}__"][class*="Row-selected"]`);
  const id = ZIMBRA_MAILS.sources(doc).find(({ cover }) => closest(cover, MAIL) === mail)?.key;
  if (another || (row && id && attribute(row, 'id') !== `zli__${place}__${id}`)) return false;
  click(button);
  return true;
}
