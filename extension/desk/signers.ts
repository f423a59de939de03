// Who may have signed: what the vault has of them, and what the user says of them.

import type { Vouched } from 'waxseal-wasm';
import type { AskVault } from '../ui/vault-client.js';
import type { Failed } from './states.js';

/** Those who may have signed one message or file, as the vault knows them. */
export class Signers {
  readonly #issuers: readonly string[];
  readonly certificates: string[];
  readonly vouched: Vouched[];

  private constructor(issuers: readonly string[], certificates: string[], vouched: Vouched[]) {
    this.#issuers = issuers;
    this.certificates = certificates;
    this.vouched = vouched;
  }

  /** Asks for those whom the signatures name. */
  static async of(issuers: string[], ask: AskVault): Promise<Signers | Failed> {
    if (issuers.length === 0) return new Signers(issuers, [], []);
    const reply = await ask({ kind: 'certificates', issuers });
    if (reply.kind === 'certificates') return new Signers(issuers, reply.certificates, reply.vouched);
    // A verdict made without the certificates would say "unknown signer" where the vault merely did not answer.
    const [error, detail] = reply.kind === 'refused' ? [reply.error, reply.detail] : (['crashed', undefined] as const);
    return { state: 'failed', error, detail };
  }

  /** By now there is something else of them: a key was confirmed or is no longer, renewed or withdrawn. Never rejects. */
  async changed(ask: AskVault): Promise<boolean> {
    const now = await Signers.of([...this.#issuers], ask);
    const told = ({ certificates, vouched }: Signers) => JSON.stringify([certificates, vouched]);
    return now instanceof Signers && told(now) !== told(this);
  }
}
