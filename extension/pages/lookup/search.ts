// One search: every chosen place is asked until it has said something, and the vault judges what it says.

import type { ErrorCode, KeyPlace, KeyRequest, Lookup, SkippedKey, Wanted } from 'waxseal-wasm';
import { fromBase64, joined, toBase64 } from '../../ui/files.js';
import { asRefused, expect, Refused } from '../../ui/vault.js';
import { ask } from '../../ui/vault-client.js';
import { askAsNobody, type Way } from './ways.js';

/** What came of a place. */
export type Outcome =
  | { readonly state: 'asking' }
  | {
      readonly state: 'found';
      readonly keys: readonly string[];
      readonly data: string;
      /** What else came, and is not taken. */
      readonly skipped: readonly SkippedKey[];
      /** The key of a signature was looked for, and none of these is it. */
      readonly other: boolean;
    }
  | {
      readonly state: 'refused';
      readonly error: ErrorCode;
      /** Hosts that kept silent to nobody: with the browser's permission they may answer. */
      readonly silent: readonly string[];
      /** The status of HTTP with which the last host said that something is wrong. */
      readonly status: number | undefined;
    };

/** Asks one place in that way. Never rejects. */
export async function askPlace(wanted: Wanted, { place, request }: Lookup, way: Way): Promise<Outcome> {
  try {
    return await follow(wanted, place, request, way);
  } catch (error) {
    return { state: 'refused', error: asRefused(error).code, silent: [], status: undefined };
  }
}

async function follow(
  wanted: Wanted,
  place: KeyPlace,
  request: KeyRequest,
  way: Way,
  before: readonly string[] = [],
): Promise<Outcome> {
  const answer = await way(request);
  // Whoever says something after it says nothing about this one.
  const shy = answer.kind === 'silent' && way === askAsNobody;
  const silent = shy ? [...before, new URL(request.url).hostname] : before;
  const reply = await ask({ kind: 'judge_answer', wanted, place, attempt: request.attempt, answer });
  switch (reply.kind) {
    case 'ask_next':
      return follow(wanted, place, reply.request, way, silent);
    case 'found': {
      const { keys, data, skipped } = reply;
      return { state: 'found', keys, data, skipped, other: await isOther(wanted, data) };
    }
    case 'refused': {
      const { error } = reply;
      const status = error === 'no_answer' && answer.kind === 'body' ? answer.status : undefined;
      return { state: 'refused', error, silent, status };
    }
    default:
      throw new Refused('crashed');
  }
}

/** Whether the key that made the signature is none of these: a directory is asked for an address and knows no other question. */
async function isOther({ issuer }: Wanted, data: string): Promise<boolean> {
  if (!issuer) return false;
  const { keys } = await expect('preview', { kind: 'preview_import', data });
  // The key ID is the end of a fingerprint, or its beginning since version 6.
  const digits = issuer.toLowerCase();
  const is = (print: string) => (print.length > 40 ? print.startsWith(digits) : print.endsWith(digits));
  return !keys.some(({ key }) => key.components.some(({ fingerprint }) => is(fingerprint.toLowerCase())));
}

/** All that was found, as one: the same key from two places becomes one key. Nothing when nothing was found. */
export function together(outcomes: Iterable<Outcome>): string | undefined {
  const found = [...outcomes].flatMap((one) => (one.state === 'found' ? [fromBase64(one.data)] : []));
  const pieces = found.filter((piece) => piece !== undefined);
  return pieces.length > 0 ? toBase64(joined(pieces)) : undefined;
}
