// From the composer's form to an armored message: certificates, signature, unlocking.

import type { KeyInfo, RecipientInfo, SignRequest } from 'waxseal-wasm';
import { encrypt, type Signed } from '../../desk/engine.js';
import { expect, onPulse, Refused } from '../../ui/vault.js';
import { ask } from '../../ui/vault-client.js';

/** What is to be made. */
export interface Order {
  readonly text: string;
  readonly recipients: readonly RecipientInfo[];
  /** The own key: signs when `sign`, can read it when `toSelf`. */
  readonly own: KeyInfo | undefined;
  readonly sign: boolean;
  readonly toSelf: boolean;
  /** Opens the message as well; nothing when only keys do. */
  readonly password: string | undefined;
  /** Called with true when the user has to unlock, with false when it goes on. */
  readonly onWaiting: (waiting: boolean) => void;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

/** Makes the message; nothing when it was stopped while it waited. Throws `Refused`. */
export async function make(order: Order): Promise<string | undefined> {
  const own = order.own && (order.sign || order.toSelf) ? await certificate(order.own) : undefined;
  const certificates = order.recipients.map((recipient) => recipient.certificate).filter((one) => one !== undefined);
  const job = {
    text: order.text,
    // Two addresses may be one person's.
    recipients: [...new Set(order.toSelf && own ? [...certificates, own] : certificates)],
    passwords: order.password === undefined ? [] : [order.password],
    signer: order.sign ? own : undefined,
    now: Math.floor(Date.now() / 1000),
  };
  const made = await encrypt(job, (request) => signature(request, order));
  if (order.signal.aborted) return undefined;
  if (made.state === 'failed') throw new Refused(made.error, made.detail);
  return made.armored;
}

async function certificate(key: KeyInfo): Promise<string> {
  const { certificates } = await expect('certificates', { kind: 'certificates', issuers: [key.fingerprint] });
  const [found] = certificates;
  if (!found) throw new Refused('unknown_key');
  return found;
}

/** Has the digest signed; while the key is locked, opens the unlock window and waits. */
async function signature(request: SignRequest, { onWaiting, signal }: Order): Promise<Signed> {
  for (let asked = false; ; asked = true) {
    // Listens before it asks: an unlock between the two must not be missed.
    const changed = nextPulse(signal);
    const reply = await ask({ kind: 'sign', request });
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
    if (signal.aborted) return { error: 'signing_failed' };
  }
}

/** Settles when something changed in the vault, or nobody waits any longer. */
function nextPulse(signal: AbortSignal): Promise<void> {
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
