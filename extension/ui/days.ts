// The day on which a key ends. People choose it in their own calendar; the vault counts days of 24 hours from now on.

import type { TextKey } from './i18n.js';
import { MAX_EXPIRES_DAYS } from './limits.js';

const DAY_MS = 86_400_000;

/** As many days from `now` as it takes until `chosen` has begun here; 0 or less when it is no day to come. `chosen` is the
 * `valueAsDate` of a field: the day at midnight, UTC. */
export function daysUntil(chosen: Date | null | undefined, now = Date.now()): number {
  if (!chosen) return 0;
  const begins = new Date(chosen.getUTCFullYear(), chosen.getUTCMonth(), chosen.getUTCDate());
  return Math.ceil((begins.getTime() - now) / DAY_MS);
}

/** The first and the last day that can be chosen, as such a field takes them. */
export function daysOffered(now = Date.now()): { first: string; last: string } {
  const today = new Date(now);
  const tomorrow = new Date(today.getFullYear(), today.getMonth(), today.getDate() + 1);
  return { first: written(tomorrow), last: written(new Date(now + MAX_EXPIRES_DAYS * DAY_MS)) };
}

/** What is wrong with so many days; `undefined` days are for ever. */
export function daysProblem(days: number | undefined): TextKey | undefined {
  if (days === undefined) return undefined;
  if (days < 1) return 'date_past';
  return days > MAX_EXPIRES_DAYS ? 'date_far' : undefined;
}

function written(day: Date): string {
  return new Date(Date.UTC(day.getFullYear(), day.getMonth(), day.getDate())).toISOString().slice(0, 10);
}
