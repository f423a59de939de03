import type messages from '../_locales/en/messages.json';

/** Every text that exists. A key that is missing from English is a type error. */
export type TextKey = keyof typeof messages;

/** The text for `key` in the browser's language, with `$1`… replaced by `parts`. */
export function t(key: TextKey, ...parts: (string | number)[]): string {
  return chrome.i18n.getMessage(key, parts.map(String)) || key;
}

/** The language that the texts are in: the browser's, when we speak it. */
export function language(): string {
  return t('language_tag');
}

/** Chooses between a text for one and a text for several; the number is its first part. */
export function tn(count: number, one: TextKey, other: TextKey, ...parts: (string | number)[]): string {
  const rule = new Intl.PluralRules(language()).select(count);
  return t(rule === 'one' ? one : other, new Intl.NumberFormat(language()).format(count), ...parts);
}

/** Sets the document's language and title. Called once by every page before it draws. */
export function speak(title: TextKey): void {
  document.documentElement.lang = language();
  document.title = title === 'app_name' ? t('app_name') : `${t(title)} – ${t('app_name')}`;
}
