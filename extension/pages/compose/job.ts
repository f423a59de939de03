// From the composer's form to an armored message: certificates, signature.

import type { KeyInfo, RecipientInfo } from 'waxseal-wasm';
import { encrypt } from '../../desk/engine.js';
import { certificate, type Patience, signature } from '../../ui/signing.js';
import { Refused } from '../../ui/vault.js';

/** What is to be made. */
export interface Order extends Patience {
  readonly text: string;
  readonly recipients: readonly RecipientInfo[];
  /** The own key: signs when `sign`, can read it when `toSelf`. */
  readonly own: KeyInfo | undefined;
  readonly sign: boolean;
  readonly toSelf: boolean;
  /** Opens the message as well; nothing when only keys do. */
  readonly password: string | undefined;
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
