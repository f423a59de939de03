// The two fields for a new passphrase, and what can be wrong with them.

import { html, type TemplateResult } from 'lit';
import { t } from '../i18n.js';
import { MIN_PASSPHRASE } from '../limits.js';
import type { PassphraseField } from './passphrase.js';
import './passphrase.js';

/** A new passphrase and its repetition. */
export interface FreshPassphrase {
  readonly label: string;
  /** Ids of the two fields. */
  readonly ids: readonly [fresh: string, repeat: string];
  problemOf(id: string): string;
}

/** Draws both fields. */
export function freshPassphrase({ label, ids: [fresh, repeat], problemOf }: FreshPassphrase): TemplateResult {
  return html`<wx-passphrase
      field-id=${fresh}
      measured
      fresh
      .label=${label}
      .problem=${problemOf(fresh)}
    ></wx-passphrase>
    <wx-passphrase
      field-id=${repeat}
      fresh
      .label=${t('repeat_passphrase')}
      .problem=${problemOf(repeat)}
    ></wx-passphrase>`;
}

type Field = PassphraseField | null | undefined;

/** Adds to `problems` what is wrong with them. */
export function checkFresh(problems: Map<string, string>, fresh: Field, repeat: Field): void {
  if (!fresh || !repeat) return;
  if ([...fresh.value].length < MIN_PASSPHRASE) problems.set(fresh.fieldId, t('passphrase_short', MIN_PASSPHRASE));
  else if (fresh.value !== repeat.value) problems.set(repeat.fieldId, t('passphrases_differ'));
}
