// From the composer's form to an armored message: certificates, signature.

import type { KeyInfo, RecipientInfo } from 'waxseal-wasm';
import { encrypt } from '../../desk/engine.js';
import { certificate, type Patience, signature } from '../../ui/signing.js';
import { Refused } from '../../ui/vault.js';

/** What is to be made. */
export interface Order extends Patience {
  readonly text: string;
  readonly recipients: readonly RecipientInfo[];
  /** Those in Bcc: the message names none of them. */
  readonly hidden: readonly RecipientInfo[];
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
  // Two addresses may be one person's.
  const named = new Set(certificatesOf(order.recipients));
  if (order.toSelf && own) named.add(own);
  const job = {
    text: order.text,
    recipients: [...named],
    // Who is in To as well is no secret.
    hidden: [...new Set(certificatesOf(order.hidden))].filter((one) => !named.has(one)),
    passwords: order.password === undefined ? [] : [order.password],
    signer: order.sign ? own : undefined,
    now: Math.floor(Date.now() / 1000),
  };
  const made = await encrypt(job, (request) => signature(request, order));
  if (order.signal.aborted) return undefined;
  if (made.state === 'failed') throw new Refused(made.error, made.detail);
  return made.armored;
}

function certificatesOf(infos: readonly RecipientInfo[]): string[] {
  return infos.map(({ certificate }) => certificate).filter((one) => one !== undefined);
}
