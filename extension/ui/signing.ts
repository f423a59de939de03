// What every window that makes messages needs of the vault: the own certificate, and signatures, for which the user may
// have to unlock a key.

import type { KeyInfo, SignRequest } from 'waxseal-wasm';
import type { Signed } from '../desk/engine.js';
import { expect, onPulse, Refused } from './vault.js';
import { ask } from './vault-client.js';

/** How the window waits for the user to unlock. */
export interface Patience {
  /** Called with true when the user has to unlock, with false when it goes on. */
  readonly onWaiting: (waiting: boolean) => void;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

/** The certificate of an own key. Throws `Refused`. */
export async function certificate(key: KeyInfo): Promise<string> {
  const { certificates } = await expect('certificates', { kind: 'certificates', issuers: [key.fingerprint] });
  const [found] = certificates;
  if (!found) throw new Refused('unknown_key');
  return found;
}

/** Nobody waits for the signature any longer. */
const STOPPED: Signed = { error: 'signing_failed' };

/** Has a digest signed; while the key is locked, opens the unlock window and waits. */
export async function signature(request: SignRequest, { onWaiting, signal }: Patience): Promise<Signed> {
  for (let asked = false; ; asked = true) {
    // Listens before it asks: an unlock between the two must not be missed.
    const changed = nextPulse(signal);
    if (signal.aborted) return STOPPED;
    const reply = await ask({ kind: 'sign', request });
    if (signal.aborted) return STOPPED;
    if (reply.kind === 'signature') {
      if (asked) onWaiting(false);
      return { signature: reply.signature };
    }
    if (reply.kind !== 'locked') {
      if (reply.kind === 'refused') return { error: reply.error, detail: reply.detail };
      return { error: 'crashed' };
    }
    if (!asked) {
      onWaiting(true);
      const opened = await ask({ kind: 'request_unlock', keys: reply.keys.map((key) => key.fingerprint) });
      if (opened.kind === 'refused') return { error: opened.error, detail: opened.detail };
    }
    await changed;
  }
}

/** Settles when something changed in the vault, or nobody waits any longer. */
export function nextPulse(signal: AbortSignal): Promise<void> {
  // Such a signal says nothing any more.
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      stop();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const stop = onPulse(done);
    signal.addEventListener('abort', done);
  });
}
