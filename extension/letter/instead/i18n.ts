// The texts of a letter, in place of ui/i18n.ts: it has no browser interface to ask, and brings those that it shows.

import type messages from '../../_locales/en/messages.json';
import { LANGUAGES, type LetterLanguage } from '../about.js';
import { about } from '../blocks.js';

/** Written into the script by the build: every text that the script names, in each language. */
declare const __TEXTS__: Record<LetterLanguage, Readonly<Record<string, string>>>;

/** Every text that exists. */
export type TextKey = keyof typeof messages;

let chosen: LetterLanguage | undefined;

/** The first language of the reader's that we speak, or the one that the sender chose. */
function speaks(): LetterLanguage {
  const [found] = navigator.languages.flatMap(
    (tag) => LANGUAGES.find((ours) => ours === tag.split('-')[0]?.toLowerCase()) ?? [],
  );
  chosen ??= found ?? about().language;
  return chosen;
}

/** The text for `key`, with `$1`… replaced by `parts`. */
export function t(key: TextKey, ...parts: (string | number)[]): string {
  const text = __TEXTS__[speaks()][key] ?? key;
  return text.replace(/\$(\$|\d)/g, (_, place: string) =>
    place === '$' ? '$' : String(parts[Number(place) - 1] ?? ''),
  );
}

/** The language that the texts are in. */
export function language(): string {
  return speaks();
}

/** Chooses between a text for one and a text for several; the number is its first part. */
export function tn(count: number, one: TextKey, other: TextKey, ...parts: (string | number)[]): string {
  const rule = new Intl.PluralRules(language()).select(count);
  return t(rule === 'one' ? one : other, new Intl.NumberFormat(language()).format(count), ...parts);
}

/** Sets the document's language and title. */
export function speak(title: TextKey): void {
  document.documentElement.lang = language();
  document.title = t(title);
}
