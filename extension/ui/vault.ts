// Asking the vault, with refusals as exceptions: a page then has one place to show them.

import type { ErrorCode, Refusal, UiCall, UiReply } from 'waxseal-wasm';
import { ask } from './vault-client.js';

/** The vault (or the browser) said no. */
export class Refused extends Error {
  constructor(
    readonly code: ErrorCode,
    readonly detail?: Refusal | undefined,
  ) {
    super(code);
    this.name = 'Refused';
  }
}

/** One kind of reply. */
export type Reply<K extends UiReply['kind']> = Extract<UiReply, { kind: K }>;

/** Asks, and gives the reply of the wanted kind; throws `Refused` for all else. */
export async function expect<K extends UiReply['kind']>(kind: K, call: UiCall): Promise<Reply<K>> {
  return expected(kind, await ask(call));
}

/** A reply of the wanted kind; throws `Refused` for all else. */
export function expected<K extends UiReply['kind']>(kind: K, reply: UiReply): Reply<K> {
  if (reply.kind === kind) return reply as Reply<K>;
  throw reply.kind === 'refused' ? new Refused(reply.error, reply.detail) : new Refused('crashed');
}

/** Whatever was thrown, as a refusal. */
export function asRefused(error: unknown): Refused {
  return error instanceof Refused ? error : new Refused('crashed');
}

/**
 * Calls `listener` whenever keyring, lock state or settings changed, or may have changed while nothing was heard, as the page
 * was kept for the way back; gives the way to stop.
 */
export function onPulse(listener: () => void): () => void {
  const heard = (changes: Record<string, unknown>, area: string) => {
    // The second is the first where the disk is full (background/storage.ts).
    if ((area === 'local' && 'pulse' in changes) || (area === 'session' && 'host:pulse' in changes)) listener();
  };
  const shown = ({ persisted }: PageTransitionEvent) => {
    if (persisted) listener();
  };
  chrome.storage.onChanged.addListener(heard);
  addEventListener('pageshow', shown);
  return () => {
    chrome.storage.onChanged.removeListener(heard);
    removeEventListener('pageshow', shown);
  };
}

/** Milliseconds between two looks at the clock. */
const LOOKS = 15_000;

/**
 * Calls `look` every now and then, and when somebody comes back; gives the way to stop. It is for what goes at a time of day: the alarm that
 * locks keys counts the time for which the computer was awake, in browsers that build on such a clock, and after a night's sleep it is hours late.
 */
export function asTimePasses(look: () => void): () => void {
  const timer = setInterval(look, LOOKS);
  addEventListener('focus', look);
  document.addEventListener('visibilitychange', look);
  document.addEventListener('resume', look);
  return () => {
    clearInterval(timer);
    removeEventListener('focus', look);
    document.removeEventListener('visibilitychange', look);
    document.removeEventListener('resume', look);
  };
}
