// Pieces of the window that need no state of their own.

import { html, nothing, type TemplateResult } from 'lit';
import type { Draft } from '../../desk/drafts.js';
import type { LetterLanguage } from '../../desk/letter.js';
import { notice } from '../../ui/components/parts.js';
import { clock } from '../../ui/format.js';
import { type TextKey, t, tn } from '../../ui/i18n.js';
import { icon } from '../../ui/icons.js';
import { passwordPart, signAs, toSelfText } from '../compose/parts.js';
import type { Mode, Travel } from './composition.js';
import type { Keeping } from './keeper.js';
import type { LeftDrafts } from './left-drafts.js';
import type { Sender } from './people.js';
import type { Plan } from './plan.js';
import { isCompatible, type PasswordChoice, type Writing } from './writing.js';

/** The address to send from. It does not change what the webmail sends from, and says so. */
export function fromPart(writing: Writing, choose: (address: string) => void): TemplateResult | typeof nothing {
  const all = writing.senders;
  const { sender } = writing;
  if (!sender) return nothing;
  const self = writing.form?.self;
  const other = self != null && sender.address !== self && all.some(({ address }) => address === self);
  return html`<div class="field row">
    <label for="from">${t('header_from')}</label>
    ${
      all.length > 1
        ? html`<select id="from" @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}>
            ${all.map((one) => html`<option value=${one.address} .selected=${one === sender}>${line(one)}</option>`)}
          </select>`
        : html`<output id="from"><bdi>${line(sender)}</bdi></output>`
    }
    ${other ? html`<p class="hints warn-text">${t('from_differs', self)}</p>` : nothing}
  </div>`;
}

function line({ name, address }: Sender): string {
  return name ? `${name} <${address}>` : address;
}

/** The subject, and whether it is hidden. */
export function subjectPart(
  subject: string,
  { form, hidden }: Plan,
  spelling: boolean,
  change: (subject: string) => void,
  hide: (hidden: boolean) => void,
): TemplateResult {
  return html`<div class="field row">
    <label for="subject">${t('header_subject')}</label>
    <input
      id="subject"
      type="text"
      autocomplete="off"
      spellcheck=${spelling ? 'true' : 'false'}
      writingsuggestions="false"
      maxlength="998"
      dir="auto"
      .value=${subject}
      @input=${(event: Event) => change((event.target as HTMLInputElement).value)}
    />
    ${
      form === 'signed'
        ? nothing
        : html`<label class="check">
            <input
              id="hide-subject"
              type="checkbox"
              aria-describedby="hide-hint"
              .checked=${hidden}
              @change=${(event: Event) => hide((event.target as HTMLInputElement).checked)}
            />
            <span>${t('hide_subject')}</span>
          </label>
          <p id="hide-hint" class="hints dim">${t(hidden ? 'hide_subject_on' : 'hide_subject_off')}</p>`
    }
  </div>`;
}

/** Encrypted, or signed for everybody to read. */
export function modePart(mode: Mode, choose: (mode: Mode) => void): TemplateResult {
  const radio = (value: Mode, text: TextKey, hint: TextKey) => html`<label class="check">
    <input type="radio" name="mode" value=${value} .checked=${mode === value} @change=${() => choose(value)} />
    <span>${t(text)}<span class="block small dim">${t(hint)}</span></span>
  </label>`;
  return html`<fieldset class="choices">
    <legend>${t('mode_title')}</legend>
    ${radio('encrypted', 'mode_encrypted', 'mode_encrypted_hint')} ${radio('signed', 'mode_signed', 'mode_signed_hint')}
  </fieldset>`;
}

/** Who signs, and whether the user can read it again. */
export function signPart(writing: Writing, sign: (on: boolean) => void, as: (key: string) => void): TemplateResult {
  const own = writing.ownKey;
  if (!own) {
    return notice(
      'warn',
      html`${t('no_own_key')} <a href="keys.html#generate" target="_blank">${t('generate_key')}</a>`,
    );
  }
  const signed = writing.mail.mode === 'signed';
  const gone = writing.signerGone;
  return html`<fieldset>
    ${
      signed
        ? nothing
        : html`<label class="check">
            <input
              id="sign"
              type="checkbox"
              .checked=${writing.signs}
              ?disabled=${!own.can_sign}
              @change=${(event: Event) => sign((event.target as HTMLInputElement).checked)}
            />
            <span>${t('sign')}</span>
          </label>`
    }
    ${gone || writing.own.length > 1 ? signAs(writing.own, gone ? undefined : own.fingerprint, as) : nothing}
    ${gone ? html`<p class="indent warn-text small" role="alert">${t('signer_gone')}</p>` : nothing}
    ${gone || own.can_sign ? nothing : html`<p class="indent dim small">${t('cannot_sign')}</p>`}
    ${signed || gone ? nothing : html`<p class="indent dim small">${t(toSelfText(writing.settings?.encrypt_to_self ?? false, own))}</p>`}
  </fieldset>`;
}

/** In which languages people without OpenPGP can be told; each in its own words. */
const LANGUAGES: readonly (readonly [LetterLanguage, string])[] = [
  ['en', 'English'],
  ['de', 'Deutsch'],
  ['fr', 'Français'],
];

/** A password for people without a key, and what goes along for them. */
export function withPasswordPart(
  choice: PasswordChoice,
  ownKey: boolean,
  change: (choice: PasswordChoice) => void,
): TemplateResult {
  const check = (name: 'enclose' | 'letter' | 'compatible', text: TextKey, hint: TextKey) => html`<label class="check">
    <input
      id="as-${name}"
      type="checkbox"
      .checked=${name === 'compatible' ? isCompatible(choice) : choice[name]}
      @change=${(event: Event) => change({ ...choice, [name]: (event.target as HTMLInputElement).checked })}
    />
    <span>${t(text)}<span class="block small dim">${t(hint)}</span></span>
  </label>`;
  return html`<div class="with-password">
    ${passwordPart(choice.wanted, (wanted) => change({ ...choice, wanted }))}
    ${
      choice.wanted
        ? html`<div class="indent parts">
            ${check('letter', 'as_letter', 'as_letter_hint')}
            ${check('compatible', 'as_compatible', 'as_compatible_hint')}
            ${ownKey ? check('enclose', 'enclose_key', 'enclose_key_hint') : nothing}
            <div class="field">
              <label for="told-in">${t('told_in')}</label>
              <select
                id="told-in"
                @change=${(event: Event) => change({ ...choice, language: (event.target as HTMLSelectElement).value as LetterLanguage })}
              >
                ${LANGUAGES.map(([code, name]) => html`<option value=${code} lang=${code} .selected=${code === choice.language}>${name}</option>`)}
              </select>
            </div>
          </div>`
        : nothing
    }
  </div>`;
}

/** How it travels. */
export function travelPart(
  travel: Travel,
  plan: Plan,
  attach: boolean,
  choose: (travel: Travel) => void,
): TemplateResult {
  const option = (value: Travel, text: TextKey, disabled = false) =>
    html`<option value=${value} ?disabled=${disabled} .selected=${travel === value}>${t(text)}</option>`;
  return html`<div class="field">
    <label for="travel">${t('travel')}</label>
    <select
      id="travel"
      aria-describedby="travel-why"
      ?disabled=${plan.form === 'signed' || plan.way === 'letter'}
      @change=${(event: Event) => choose((event.target as HTMLSelectElement).value as Travel)}
    >
      ${option('auto', 'travel_auto')} ${option('text', 'travel_text')} ${option('file', 'travel_file', !attach)}
    </select>
    <p id="travel-why" class="hints dim">${t(plan.why)}</p>
  </div>`;
}

/** What is protected and what is not, always beside the button; `exchanged`: keys of recipients go along. */
export function seenPart(plan: Plan, files: number, bcc: boolean, exchanged: boolean): TemplateResult {
  if (plan.form === 'signed') {
    return html`<ul class="seen plain-list" aria-label=${t('seen_title')}>
      <li class="bad">${icon('eye')}<span>${t('seen_signed')}</span></li>
    </ul>`;
  }
  const secret: TextKey = plan.hidden
    ? files > 0
      ? 'seen_secret_all'
      : 'seen_secret_subject'
    : files > 0
      ? 'seen_secret_files'
      : 'seen_secret_text';
  return html`<ul class="seen plain-list" aria-label=${t('seen_title')}>
    <li class="good">${icon('lock')}<span>${t(secret)}</span></li>
    ${exchanged ? html`<li>${icon('key')}<span>${t('seen_keys')}</span></li>` : nothing}
    <li>${icon('eye')}<span>${t(plan.hidden ? 'seen_open' : 'seen_open_subject')}${bcc ? ` ${t('seen_bcc')}` : ''}</span></li>
  </ul>`;
}

/** Whether what is written is safe from a crash. Since when is not read out: it changes with each minute of writing. */
export function keepingLine(keeping: Keeping): TemplateResult {
  return html`<p class="draft-line small dim">
    <span role="status">${keepingState(keeping)}</span>${keeping.state === 'kept' ? html`<span>· ${minute(keeping.at)}</span>` : nothing}
  </p>`;
}

function keepingState({ state }: Keeping): TemplateResult | typeof nothing {
  switch (state) {
    case 'nothing':
      return nothing;
    case 'kept':
      return html`${icon('lock')}<span>${t('draft_kept')}</span>`;
    case 'no_key':
      return html`${icon('warn')}<span>${t('draft_no_key')}</span>`;
    case 'full':
      return html`${icon('warn')}<span>${t('draft_full')}</span>`;
    case 'failed':
      return html`${icon('warn')}<span>${t('draft_failed')}</span>`;
  }
}

/** What can be done with a draft. */
export interface DraftActs {
  readonly go: (draft: Draft) => void;
  readonly drop: (draft: Draft) => void;
  /** Looks once more which there are. */
  readonly look: () => void;
}

/** Drafts that are in sight; older ones are folded away, for all stay until the user deletes them. */
const IN_SIGHT = 5;

/** Drafts that were left behind; and, folded away, those of mails that were put into a webmail. */
export function draftsPart({ list, delivered, unknown }: LeftDrafts, acts: DraftActs): TemplateResult {
  const older = list.slice(IN_SIGHT);
  const entries = (drafts: readonly Draft[]) => html`<ul class="plain-list drafts">
    ${drafts.map((draft) => draftEntry(draft, t('draft_of', minute(draft.saved), draft.host), acts))}
  </ul>`;
  return html`${
    unknown
      ? notice(
          'warn',
          html`<p>${t('drafts_unknown')}</p>
            <div class="actions drafts"><button type="button" @click=${acts.look}>${t('try_again')}</button></div>`,
        )
      : nothing
  }
  ${
    list.length > 0
      ? notice(
          'plain',
          html`<p class="strong">${tn(list.length, 'drafts_one', 'drafts_other')}</p>
            ${entries(list.slice(0, IN_SIGHT))}
            ${
              older.length > 0
                ? html`<details class="older-drafts">
                    <summary>${tn(older.length, 'drafts_older_one', 'drafts_older_other')}</summary>
                    ${entries(older)}
                  </details>`
                : nothing
            }`,
        )
      : nothing
  }
  ${
    delivered.length > 0
      ? html`<details class="delivered-drafts small">
          <summary>${tn(delivered.length, 'drafts_delivered_one', 'drafts_delivered_other')}</summary>
          <ul class="plain-list">
            ${delivered.map((draft) => draftEntry(draft, t('draft_delivered_of', minute(draft.delivered ?? 0), draft.host), acts))}
          </ul>
        </details>`
      : nothing
  }`;
}

function draftEntry(draft: Draft, name: string, { go, drop }: DraftActs): TemplateResult {
  return html`<li class="draft" role="group" aria-label=${name}>
    <span class="grow">${name}</span>
    <button type="button" class="small-button" @click=${() => go(draft)}>${t('draft_continue')}</button>
    <button type="button" class="small-button danger" @click=${() => drop(draft)}>${t('draft_delete')}</button>
  </li>`;
}

function minute(milliseconds: number): string {
  return clock(Math.floor(milliseconds / 1000));
}
