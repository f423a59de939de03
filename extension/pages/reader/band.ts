// What every reader draws around a message.

import { html, nothing, type TemplateResult } from 'lit';
import type { Form } from 'waxseal-wasm';
import type { AnswerMode } from '../../desk/write-channel.js';
import '../../ui/components/emblem.js';
import type { Tone } from '../../ui/format.js';
import { type TextKey, t } from '../../ui/i18n.js';
import { type IconName, icon } from '../../ui/icons.js';

/** What a reader is called. Nothing of the message is in it: the page around the frame sees it. */
export const TITLE = {
  message: 'reader_title',
  signed: 'reader_title_signed',
  key: 'reader_title_key',
  mail: 'reader_title_mail',
} as const satisfies Record<Form, TextKey>;

/**
 * The band in which Waxseal speaks, under its seal and the user's sign. Nothing from a message but a signer's name is ever in it.
 * The seal is loaded lazily: the content script hands the message over in the frame's load event, which does not wait for it then.
 * `said` is the id of what is read out when the band takes the focus.
 */
export function band(tone: Tone, content: TemplateResult, said?: string): TemplateResult {
  return html`<section class="verdict ${tone}" aria-label=${t('verdict_label')} aria-describedby=${said ?? nothing}>
    <img class="seal" src="icons/48.png" alt="" width="24" height="24" loading="lazy" />
    <wx-emblem></wx-emblem>
    ${content}
  </section>`;
}

const ANSWERS: readonly (readonly [AnswerMode, TextKey, IconName])[] = [
  ['reply', 'reply', 'reply'],
  ['reply_all', 'reply_all', 'reply_all'],
  ['forward', 'forward', 'forward'],
];

/** The ways to answer a message; each opens a window of Waxseal's own. */
export function answerButtons(answer: (mode: AnswerMode) => void): TemplateResult {
  return html`${ANSWERS.map(
    ([mode, text, name]) =>
      html`<button type="button" class="quiet answer" @click=${() => answer(mode)}>${icon(name)}<span>${t(text)}</span></button>`,
  )}`;
}
