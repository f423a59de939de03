// How facts are written for people. Nothing here decides anything: states come from the vault.

import type { KeyInfo, Time, UserIdInfo } from 'waxseal-wasm';
import { language, t, tn } from './i18n.js';

/** Seconds from 1970 within which JavaScript has dates. */
const MAX_TIME = 8_640_000_000_000;

/** A day, such as "22 November 2026". */
export function day(time: Time): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: 'long' }).format(time * 1000);
}

/** A day and a time of day. */
export function moment(time: Time): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: 'long', timeStyle: 'short' }).format(time * 1000);
}

/** When a mail was written, as its header says; the day of the week helps to find it. */
export function mailDate(time: number): string {
  // Years that no calendar of the browser reaches are shown as they stand.
  if (Math.abs(time) > MAX_TIME) return String(time);
  return new Intl.DateTimeFormat(language(), { dateStyle: 'full', timeStyle: 'short' }).format(time * 1000);
}

/** A time of day, with the day when it is not today. */
export function clock(time: Time): string {
  const today = new Date().toDateString() === new Date(time * 1000).toDateString();
  const style: Intl.DateTimeFormatOptions = today
    ? { timeStyle: 'short' }
    : { dateStyle: 'medium', timeStyle: 'short' };
  return new Intl.DateTimeFormat(language(), style).format(time * 1000);
}

/** Hexadecimal digits in groups of four, upper case: read aloud and compared more easily. */
export function grouped(hex: string): string {
  return (hex.toUpperCase().match(/.{1,4}/g) ?? []).join(' ');
}

/** The user ID to call a key by: the first that is valid, or the first. */
export function mainUserId(key: KeyInfo): UserIdInfo | undefined {
  return key.user_ids.find((id) => id.valid && !id.revoked) ?? key.user_ids[0];
}

/** A title for a key that is never empty. */
export function keyName(key: KeyInfo): string {
  const id = mainUserId(key);
  return id?.name || id?.email || id?.text || grouped(key.fingerprint.slice(-16));
}

/** The address to show under the title, when it says something new. */
export function keyAddress(key: KeyInfo): string {
  const id = mainUserId(key);
  if (!id) return t('no_user_id');
  return id.name ? (id.email ?? id.text) : '';
}

/** One line that tells two keys apart. */
export function keyLine(key: KeyInfo): string {
  const address = keyAddress(key);
  return address ? `${keyName(key)} <${address}>` : keyName(key);
}

/** The algorithms, such as "Ed25519 + X25519". */
export function keyAlgorithms(key: KeyInfo): string {
  const names = [...new Set(key.components.map((component) => component.algorithm))].slice(0, 4).join(' + ');
  return key.version === 6 ? t('kind_v6', names) : names;
}

/** How a key's state is to be coloured; the words carry the meaning. */
export type Tone = 'good' | 'warn' | 'bad' | 'plain';

const SOON_DAYS = 30;

/** The state of a key in words. */
export function keyState(key: KeyInfo): { text: string; tone: Tone } {
  switch (key.state) {
    case 'expired':
      return { text: key.expires == null ? t('state_expired') : t('state_expired_on', day(key.expires)), tone: 'bad' };
    case 'revoked':
      return { text: t('state_revoked'), tone: 'bad' };
    case 'not_yet_valid':
      return { text: t('state_not_yet_valid', day(key.created)), tone: 'bad' };
    case 'unusable':
      return { text: t('state_unusable'), tone: 'bad' };
    case 'valid': {
      if (!key.can_encrypt && !key.can_sign) return { text: t('state_unusable'), tone: 'bad' };
      if (!key.can_encrypt) return { text: t('state_cannot_encrypt'), tone: 'warn' };
      if (key.expires == null) return { text: t('state_valid_forever'), tone: 'good' };
      const left = Math.ceil((key.expires - Date.now() / 1000) / 86400);
      if (left <= SOON_DAYS) return { text: tn(left, 'state_expires_in_one', 'state_expires_in_other'), tone: 'warn' };
      return { text: t('state_valid_until', day(key.expires)), tone: 'good' };
    }
  }
}

/** When it expires, in words, where {@link keyState} does not say it; nothing for a key that is over. */
export function keyExpiry(key: KeyInfo): string {
  const said = key.state === 'valid' && key.can_encrypt;
  if (said || key.state === 'expired' || key.state === 'revoked') return '';
  return key.expires == null ? t('expires_never') : t('expires_on', day(key.expires));
}
