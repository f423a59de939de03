import { t } from './i18n.js';

/** Which files could not be read, in words that say what to do about it. */
export function unreadable(names: readonly string[]): string {
  return t(names.length > 1 ? 'files_unreadable' : 'file_unreadable', names.join(', '));
}
