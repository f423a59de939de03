// Drafts that were left behind. What is done with one is done while no other window can open it, and with what is stored then:
// since it was listed, another window may have gone on with it.

import { type Draft, deleteLeft, holdDraft, leftDrafts, storedDraft } from '../../desk/drafts.js';
import { t } from '../../ui/i18n.js';
import type { Patience } from '../../ui/signing.js';
import { type Restored, restored } from './opened.js';
import { Trouble } from './trouble.js';

/** A draft that this window goes on with. */
export interface LeftDraft extends Restored {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly saved: number;
  /** When it had been put into a webmail, if it had. */
  readonly delivered: number | undefined;
  /** Lets it go for other windows. */
  readonly release: () => void;
}

/** Those that this window offers. */
export class LeftDrafts {
  #list: readonly Draft[] = [];
  #unknown = false;

  /** Those that were left behind. */
  get list(): readonly Draft[] {
    return this.#list.filter(({ delivered }) => delivered === undefined);
  }

  /** Those of mails that were put into a webmail. */
  get delivered(): readonly Draft[] {
    return this.#list.filter(({ delivered }) => delivered !== undefined);
  }

  /** It could not be found out which there are. */
  get unknown(): boolean {
    return this.#unknown;
  }

  /** Looks which there are. */
  async look(): Promise<void> {
    try {
      this.#list = await leftDrafts();
      this.#unknown = false;
    } catch {
      this.#unknown = true;
    }
  }

  /** Opens one for this window; nothing when the user thought better of it. Throws `Trouble` and `Refused`. */
  async open(id: string, patience: Patience): Promise<LeftDraft | undefined> {
    const release = await holdDraft(id);
    if (!release) throw new Trouble(t('draft_elsewhere'));
    let opened: Restored | undefined;
    try {
      const draft = await storedDraft(id);
      if (!draft) {
        this.#forget(id);
        throw new Trouble(t('draft_gone'));
      }
      const listed = this.#list.find((one) => one.id === id);
      if (listed && draft.delivered !== undefined && draft.delivered !== listed.delivered) {
        this.#list = this.#list.map((one) => (one === listed ? draft : one));
        throw new Trouble(t('draft_delivered'));
      }
      opened = await restored(draft, patience);
      if (!opened) return undefined;
      this.#forget(id);
      return { ...opened, id, saved: draft.saved, delivered: draft.delivered, release };
    } finally {
      if (!opened) release();
    }
  }

  /** It is gone afterwards. Throws `Trouble`. */
  async delete(id: string): Promise<void> {
    if (!(await deleteLeft(id))) throw new Trouble(t('draft_elsewhere'));
    this.#forget(id);
  }

  #forget(id: string): void {
    this.#list = this.#list.filter((one) => one.id !== id);
  }
}
