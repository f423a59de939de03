import { html, nothing, type TemplateResult } from 'lit';
import type { ErrorCode, RecipientInfo, Summary } from 'waxseal-wasm';
import { t } from '../i18n.js';

/** What a key would help against. */
const HELPS = new Set<ErrorCode | Summary | RecipientInfo['state']>(['no_key', 'unusable', 'unknown_signer']);

/**
 * The way to the import of keys, where a key is what is missing. A link, because a frame in a web page has no other way
 * to open a tab in Firefox.
 */
export function importLink(
  ...found: (ErrorCode | Summary | RecipientInfo['state'])[]
): TemplateResult | typeof nothing {
  if (!found.some((one) => HELPS.has(one))) return nothing;
  const page = chrome.runtime.getURL('keys.html#import');
  return html`<a href=${page} target="_blank" rel="noopener">${t('import_key')}</a>`;
}
