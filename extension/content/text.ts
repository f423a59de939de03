// Texts of the little that the content script itself says. The page sees them: they carry nothing of the user's.

import type { TextKey } from '../ui/i18n.js';

/** The text for `key` in the browser's language, with `$1`… replaced. Empty when the extension was taken away meanwhile. */
export function say(key: TextKey | `err_${string}`, ...parts: string[]): string {
  try {
    return chrome.i18n.getMessage(key, parts);
  } catch {
    return '';
  }
}
