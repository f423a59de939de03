// Addresses: as they are typed, as a header holds them, and whose they are.

import type { KeyInfo, MailAddress } from 'waxseal-wasm';
import { written } from '../../desk/write-channel.js';
import type { Suggestion } from '../../ui/components/suggest.js';
import { keyName } from '../../ui/format.js';

/** An address to send from. */
export interface Sender extends MailAddress {
  /** The own key with this address; nothing for one that only the webmail knows. */
  readonly key: KeyInfo | undefined;
}

/** What may be typed for an address: `Bob <bob@example.org>`, `"Bob" <bob@example.org>`, `bob@example.org`. */
export function mailAddress(typed: string): MailAddress {
  const found = /^(.*)<([^<>]*)>\s*$/su.exec(typed);
  if (!found) return { name: '', address: typed.trim() };
  const [, name = '', address = ''] = found;
  const words = name.trim().replace(/^"(.*)"$/su, (_, inside: string) => inside.replace(/\\(.)/gu, '$1'));
  return { name: words, address: address.trim() };
}

/** Whether two are the same mailbox. */
export function sameAddress(one: string, other: string): boolean {
  return bare(one) === bare(other);
}

function bare(text: string): string {
  return mailAddress(text).address.toLowerCase();
}

/** Each mailbox once, the first that names it; none of those of `others`. Lists of thousands are read once. */
export function once(addresses: readonly string[], others: readonly string[] = []): string[] {
  const seen = new Set(others.map(bare));
  return addresses.filter((one) => {
    const address = bare(one);
    return !seen.has(address) && seen.add(address);
  });
}

/** Every address that a mail can be sent from: the page's own first. */
export function senders(own: readonly KeyInfo[], self: string | null): Sender[] {
  const found: Sender[] = own.flatMap((key) =>
    key.user_ids
      .filter(({ email, valid, revoked }) => email != null && valid && !revoked)
      .map(({ name, email }) => ({ name, address: email ?? '', key })),
  );
  if (self && !found.some(({ address }) => sameAddress(address, self)))
    found.push({ ...mailAddress(self), key: undefined });
  return found.sort((one, other) => Number(isSelf(other, self)) - Number(isSelf(one, self)));
}

function isSelf({ address }: MailAddress, self: string | null): boolean {
  return self !== null && sameAddress(address, self);
}

/** The addresses of all stored keys, for autocompletion. */
export function suggestions(keys: readonly KeyInfo[]): Suggestion[] {
  const found = new Map<string, Suggestion>();
  for (const key of keys) {
    for (const { name, email, valid, revoked } of key.user_ids) {
      if (email == null || !valid || revoked || found.has(email)) continue;
      const known = name || keyName(key);
      const shown = known === email ? '' : known;
      found.set(email, { address: email, text: written({ name: shown, address: email }), name: shown });
    }
  }
  return [...found.values()].sort((one, other) => (one.name || one.address).localeCompare(other.name || other.address));
}

/** The name of a site, for people. */
export function hostOf(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).host : origin;
}
