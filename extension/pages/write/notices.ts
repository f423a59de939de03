// What the user must know or decide before a mail goes out.

import { html, nothing, type TemplateResult } from 'lit';
import { notice } from '../../ui/components/parts.js';
import { t } from '../../ui/i18n.js';
import { icon } from '../../ui/icons.js';
import type { OpenedContent } from '../reader/opening.js';
import type { Answered } from './answered.js';
import type { Answer } from './answering.js';
import { partedOf } from './armored.js';
import { sameAddress } from './people.js';
import { OUTER_SUBJECT, type Plan } from './plan.js';
import type { Writing } from './writing.js';

/** The message that is answered; open until it could be read, for it may need a key or a password. */
export function originalPart(
  answered: Answered,
  opened: (content: OpenedContent) => void,
): TemplateResult | typeof nothing {
  if (!answered.going) return nothing;
  return html`<details class="original" ?open=${!answered.answer}>
    <summary>${t(answered.mode === 'forward' ? 'original_forwarded' : 'original_answered')}</summary>
    <div class="sheet-reader">
      <wx-opening .subject=${answered.subject} @opened=${({ detail }: CustomEvent<OpenedContent>) => opened(detail)}></wx-opening>
    </div>
  </details>`;
}

/** The message asks for its answer somewhere else: a wish of whoever wrote it, that may be a trap. */
export function replyToPart(
  answer: Answer | undefined,
  use: (to: readonly string[]) => void,
): TemplateResult | typeof nothing {
  if (!answer?.to || answer.otherwise.length === 0) return nothing;
  const names = (list: readonly string[]) => list.join(', ');
  const choice = (list: readonly string[]) =>
    html`<button type="button" @click=${() => use(list)}>${t('reply_to_use', names(list))}</button>`;
  return notice(
    'warn',
    html`<p class="strong">${t('reply_to_title')}</p>
      <p>${t('reply_to_text', names(answer.to), names(answer.otherwise))}</p>
      <div class="actions">${choice(answer.to)} ${choice(answer.otherwise)}</div>`,
    'alert',
  );
}

/** Nothing proves who wrote the message: its text is not given to whoever it claims to be from without a word. */
export function doubtPart(answer: Answer | undefined, quote: () => void): TemplateResult | typeof nothing {
  if (!answer?.doubtful) return nothing;
  return notice(
    'warn',
    html`<p class="strong">${t('doubt_title')}</p>
      <p>${t('doubt_text')}</p>
      <div class="actions"><button type="button" @click=${quote}>${icon('quote')}<span>${t('doubt_quote')}</span></button></div>`,
  );
}

/** What stands in the page's form, and what the site knows of it that is to be secret. */
export function pagePart(
  { form, addresses }: Writing,
  { form: kind, hidden }: Plan,
  host: string,
  open: (() => void) | undefined,
): TemplateResult | typeof nothing {
  if (!form?.found) return nothing;
  const page = partedOf(form);
  const armored = open && page.armored !== undefined;
  const typed = page.rest.trim() !== '' || (hidden && !['', OUTER_SUBJECT].includes(form.subject ?? ''));
  const others = form.bcc.filter((one) => !addresses.some((address) => sameAddress(address, one)));
  const seen = open && typed && kind !== 'signed';
  return html`${
    armored
      ? notice(
          'plain',
          html`<p>${t('page_quotes_armor')}</p>
            <div class="actions">
              <button type="button" @click=${open}>${icon('unlock')}<span>${t('page_quote_open')}</span></button>
            </div>`,
        )
      : nothing
  }
  ${seen ? notice('plain', t('seen_warning', host)) : nothing}
  ${form.pictures > 0 ? notice('plain', t('page_pictures')) : nothing}
  ${form.files.length > 0 ? notice('warn', t('page_files', form.files.join(', '))) : nothing}
  ${others.length > 0 ? notice('warn', t('page_bcc', others.join(', '))) : nothing}`;
}

/** A mail that everybody can read; and what of an encrypted message is in it. */
export function signedPart({ secret, editor, plan }: Writing, encrypt: () => void, remove: () => void): TemplateResult {
  if (!secret) {
    return notice(
      'warn',
      html`<p>${t('signed_warning')}</p>
        <p>${t(plan.why)}</p>
        <div role="status">${editor()?.isPlain === false ? html`<p>${t('signed_plain')}</p>` : nothing}</div>`,
    );
  }
  const marked = secret === 'marked';
  return notice(
    'bad',
    html`<p class="strong">${t(marked ? 'secret_title' : 'unmarked_title')}</p>
      <p>${t(marked ? 'secret_text' : 'unmarked_text')}</p>
      <div class="actions">
        <button type="button" class="primary" @click=${encrypt}>${icon('lock')}<span>${t('secret_encrypt')}</span></button>
        ${
          marked
            ? html`<button type="button" class="danger" @click=${remove}>${icon('trash')}<span>${t('secret_remove')}</span></button>`
            : html`<button type="button" @click=${() => editor()?.looked()}>${icon('eye')}<span>${t('unmarked_looked')}</span></button>`
        }
      </div>`,
    'alert',
  );
}
