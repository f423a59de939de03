// One search: every chosen place is asked until it has said something, and the vault judges what it says.

import type { ErrorCode, KeyPlace, KeyRequest, Lookup, SkippedKey, Wanted } from 'waxseal-wasm';
import { fromBase64, joined, toBase64 } from '../../ui/files.js';
import { asRefused, Refused } from '../../ui/vault.js';
import { ask } from '../../ui/vault-client.js';
import type { Way } from './ways.js';

/** What came of a place. */
export type Outcome =
  | { readonly state: 'asking' }
  | {
      readonly state: 'found';
      readonly keys: readonly string[];
      readonly data: string;
      /** What else came, and is not taken. */
      readonly skipped: readonly SkippedKey[];
    }
  | { readonly state: 'refused'; readonly error: ErrorCode };

/** Asks one place in that way. Never rejects. */
export async function askPlace(wanted: Wanted, { place, request }: Lookup, way: Way): Promise<Outcome> {
  try {
    return await follow(wanted, place, request, way);
  } catch (error) {
    return { state: 'refused', error: asRefused(error).code };
  }
}

async function follow(wanted: Wanted, place: KeyPlace, request: KeyRequest, way: Way): Promise<Outcome> {
  const answer = await way(request);
  const reply = await ask({ kind: 'judge_answer', wanted, place, attempt: request.attempt, answer });
  switch (reply.kind) {
    case 'ask_next':
      return follow(wanted, place, reply.request, way);
    case 'found':
      return { state: 'found', keys: reply.keys, data: reply.data, skipped: reply.skipped };
    case 'refused':
      return { state: 'refused', error: reply.error };
    default:
      throw new Refused('crashed');
  }
}

/** All that was found, as one: the same key from two places becomes one key. Nothing when nothing was found. */
export function together(outcomes: Iterable<Outcome>): string | undefined {
  const found = [...outcomes].flatMap((one) => (one.state === 'found' ? [fromBase64(one.data)] : []));
  const pieces = found.filter((piece) => piece !== undefined);
  return pieces.length > 0 ? toBase64(joined(pieces)) : undefined;
}
