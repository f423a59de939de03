// Whether this installation goes away by itself, with all that is stored.

import { notice } from './components/parts.js';
import { t } from './i18n.js';

/** Firefox removes an add-on that was loaded for debugging when it closes, and its storage with it. Chromium keeps both. */
export async function isTemporary(): Promise<boolean> {
  if (location.protocol !== 'moz-extension:') return false;
  // Without an answer all else goes on.
  const self = await chrome.management.getSelf().catch(() => undefined);
  return self?.installType === 'development';
}

/** Says so, and what to do about it. */
export const temporaryNotice = () => notice('warn', t('temporary_install'));
