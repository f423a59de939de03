// Pieces of the window that need no state of their own.

import { html, nothing, type TemplateResult } from 'lit';
import type { Lookup, SkippedKey } from 'waxseal-wasm';
import { fingerprint } from '../../ui/components/key-card.js';
import { badge } from '../../ui/components/parts.js';
import { grouped } from '../../ui/format.js';
import { language, t, tn } from '../../ui/i18n.js';
import type { Outcome } from './search.js';

const list = (hosts: readonly string[]): string => new Intl.ListFormat(language()).format(hosts);

/** What a place would learn, in words. */
function learns({ place, hosts, learns: { address, issuer } }: Lookup): string {
  if (place === 'directory') return t('lookup_learns_directory', list(hosts), address ?? '');
  return address ? t('lookup_learns_server', address) : t('lookup_learns_server_key', grouped(issuer ?? ''));
}

/** The places, each with what it would learn; the user may leave one out. */
export function placeChoice(
  places: readonly Lookup[],
  left: ReadonlySet<string>,
  choose: (place: Lookup, on: boolean) => void,
): TemplateResult {
  return html`<fieldset>
    <legend>${t('lookup_where')}</legend>
    ${places.map(
      (place) => html`<label class="check">
        <input
          id="place-${place.place}"
          type="checkbox"
          .checked=${!left.has(place.place)}
          @change=${(event: Event) => choose(place, (event.target as HTMLInputElement).checked)}
        />
        <span>
          <span class="strong">${placeName(place)}</span>
          <span class="dim block small">${learns(place)}</span>
        </span>
      </label>`,
    )}
  </fieldset>`;
}

function placeName({ place, hosts }: Lookup): string {
  return place === 'directory' ? t('lookup_directory', hosts[0] ?? '') : t('lookup_server', hosts[0] ?? '');
}

/** What each place has answered. */
export function answers(places: readonly Lookup[], outcomes: ReadonlyMap<string, Outcome>): TemplateResult {
  return html`<ul class="plain-list lookup-answers" role="status" aria-label=${t('lookup_answers')}>
    ${places.map((place) => {
      const outcome = outcomes.get(place.place);
      return outcome ? html`<li data-place=${place.place}>${answer(place, outcome)}</li>` : nothing;
    })}
  </ul>`;
}

function left(skipped: readonly SkippedKey[]): TemplateResult {
  const why = [...new Set(skipped.map(({ error }) => t(`err_${error}`)))];
  return html`<p class="dim small">${tn(skipped.length, 'skipped_one', 'skipped_other')}</p>
    <ul class="dim small plain-list">
      ${why.map((one) => html`<li>${one}</li>`)}
    </ul>`;
}

function answer(place: Lookup, outcome: Outcome): TemplateResult {
  switch (outcome.state) {
    case 'asking':
      return html`<p class="strong">${placeName(place)}</p>
        <p>${badge('plain', t('lookup_asking'))}</p>`;
    case 'found':
      return html`<p class="strong">${placeName(place)}</p>
        <p>${outcome.other ? badge('warn', t('lookup_found_other')) : badge('good', t('lookup_found'))}</p>
        ${outcome.keys.map((key) => html`<p>${fingerprint(key)}</p>`)}
        ${outcome.skipped.length > 0 ? left(outcome.skipped) : nothing}`;
    case 'refused':
      return html`<p class="strong">${placeName(place)}</p>
        ${refusal(outcome)}`;
  }
}

function refusal({ error, silent, status }: Extract<Outcome, { state: 'refused' }>): TemplateResult {
  // One that said nothing may have the key all the same.
  const unheard = silent.length > 0 && (error !== 'no_answer' || status !== undefined);
  const said = status === undefined ? t(`err_${error}`) : t('lookup_status', status);
  const advice = status === undefined ? t(`fix_${error}`) : t('lookup_status_fix');
  return html`<p>${badge(error === 'not_found' ? 'plain' : 'warn', said)}</p>
    <p class="dim small">${unheard ? t('lookup_kept_silent', list(silent)) : advice}</p>`;
}
