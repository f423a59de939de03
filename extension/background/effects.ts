// Doing what the vault says.

import type { Effect } from 'waxseal-wasm';
import { EffectError } from './errors.js';
import { forget, remember } from './remember.js';
import { runOn } from './sites.js';
import { pulse, remove, store } from './storage.js';
import { openWindow } from './windows.js';

/** The vault's one alarm: at its time the vault is asked what is to be locked. */
export const LOCK_ALARM = 'lock';

/** Carries out effects in their order, none any more once it is `late`; throws `EffectError` at the first that fails. */
export async function perform(effects: readonly Effect[], late: AbortSignal): Promise<void> {
  for (const effect of effects) {
    if (late.aborted) throw new EffectError('timed_out');
    await performOne(effect, late).catch((error: unknown) => {
      throw error instanceof EffectError ? error : new EffectError('crashed');
    });
  }
}

async function performOne(effect: Effect, late: AbortSignal): Promise<void> {
  switch (effect.kind) {
    case 'store':
      return store(effect.area, effect.entries);
    case 'remove':
      return remove(effect.area, effect.keys);
    case 'remember':
      return remember(effect.blob, effect.until, late);
    case 'forget':
      return forget();
    case 'alarm':
      return setAlarm(effect.at);
    case 'open_window':
      return openWindow(effect);
    case 'sites':
      return runOn(effect.origins);
    case 'pulse':
      return pulse();
  }
}

async function setAlarm(at: number | undefined): Promise<void> {
  if (at === undefined) await chrome.alarms.clear(LOCK_ALARM);
  else await chrome.alarms.create(LOCK_ALARM, { when: at * 1000 });
}
