import type { Verdict } from 'waxseal-wasm';
import type { Content, ReadState } from '../../desk/engine.js';
import { ask } from '../../ui/vault-client.js';

type Shown = Extract<ReadState, { state: 'readable' }>;

/** Whether the keys are still open that what is shown was decrypted with. */
export class OpenKeys {
  /** When the vault said that they lock, in seconds since 1970; 0 as long as it was not asked. */
  #until = 0;

  /** Something else was decrypted, maybe after they were opened anew. */
  forget(): void {
    this.#until = 0;
  }

  /** The key that opened this is not open any more. Where the vault does not answer that counts as locked. */
  async areLocked(result: ReadState): Promise<boolean> {
    return needsKey(result) && (await this.#locked(result)) !== false;
  }

  /**
   * As `areLocked`, but asks only when the time is over that the vault said last: nobody may have told that keys have locked. The vault locks
   * them when it is asked then, and one that does not answer (the extension was switched off and has left this behind) never tells.
   */
  async areOverdue(result: ReadState): Promise<boolean> {
    if (!needsKey(result) || this.#until * 1000 > Date.now()) return false;
    const known = this.#until > 0;
    return (await this.#locked(result)) ?? known;
  }

  /** Nothing when the vault does not answer. */
  async #locked({ openedBy }: Shown): Promise<boolean | undefined> {
    const reply = await ask({ kind: 'status' });
    if (reply.kind !== 'status') return undefined;
    this.#until = reply.locks_at ?? Number.POSITIVE_INFINITY;
    return openedBy === undefined ? reply.unlocked.length === 0 : !reply.unlocked.includes(openedBy);
  }
}

/** What a password opened is open without any key. */
function needsKey(result: ReadState): result is Shown {
  return result.state === 'readable' && !result.byPassword && verdictOf(result.content).encrypted;
}

/** What is said of whom it is from. */
export function verdictOf(content: Content): Verdict {
  return content.kind === 'mail' ? content.mail.verdict : content.message.verdict;
}
