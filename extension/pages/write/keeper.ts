// Keeps the mail of this window as an encrypted draft, a moment after each change.

import type { KeyInfo, MailOrder } from 'waxseal-wasm';
import { DRAFT_VERSION, deleteDraft, holdDraft, keepDraft, keepFile } from '../../desk/drafts.js';
import { type NewFile, writeMail } from '../../desk/writing.js';
import { certificate } from '../../ui/signing.js';
import type { Composition } from './composition.js';
import { draftOctets } from './composition.js';
import type { Written } from './editor/editor.js';
import { type Attachment, newId } from './files.js';

/** Milliseconds after the last change: short enough to lose little, long enough not to work at each key. */
const PAUSE = 1_500;

/** Where keeping stands. */
export type Keeping =
  /** Nothing has been written yet. */
  | { readonly state: 'nothing' }
  /** There is no own key to encrypt to: what is written is in this window alone. */
  | { readonly state: 'no_key' }
  | { readonly state: 'kept'; readonly at: number }
  /** It could not be kept: storage is full, or the key cannot be encrypted to. */
  | { readonly state: 'failed' };

/** What is to be kept. */
export interface Content {
  readonly composition: Composition;
  readonly written: Written;
}

/** Keeps one mail. */
export class Keeper {
  #id = newId();
  #state: Keeping = { state: 'nothing' };
  /** The key that drafts are encrypted to. */
  #key: KeyInfo | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> = Promise.resolve();
  /** Files that are stored already, each as it was then: what a picture tells can be taken out of it. */
  #files = new Map<string, Uint8Array>();
  #changed = false;
  #touched = false;
  #ended = false;
  #release: () => void = () => undefined;

  /** `content` gives what stands now, `told` hears when the state changes. */
  constructor(
    readonly host: string,
    readonly content: () => Content,
    readonly told: () => void,
  ) {
    this.#hold();
  }

  /** Where it stands. */
  get state(): Keeping {
    return this.#state;
  }

  /** The user has written or chosen something. */
  get touched(): boolean {
    return this.#touched;
  }

  /** All that was written is kept. */
  get safe(): boolean {
    return !this.#changed;
  }

  /** Encrypts to this key from now on. */
  set key(key: KeyInfo | undefined) {
    const usable = key?.can_encrypt ? key : undefined;
    if (usable?.fingerprint === this.#key?.fingerprint) return;
    this.#key = usable;
    // What was stored for another key is not read with this one.
    this.#files.clear();
    if (this.#touched) this.changed();
  }

  /** Something has changed: it is kept soon. */
  changed(): void {
    if (this.#ended) return;
    this.#changed = true;
    this.#touched = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#keepNow(), PAUSE);
  }

  /** Goes on with a draft that was kept before. False when another window has it. */
  async adopt(id: string, files: readonly Attachment[], saved: number): Promise<boolean> {
    const release = this.#release;
    if (!(await this.#hold(id))) {
      this.#release = release;
      return false;
    }
    release();
    this.#id = id;
    this.#files = new Map(files.map(({ id: file, data }) => [file, data]));
    this.#changed = false;
    this.#touched = true;
    this.#tell({ state: 'kept', at: saved });
    return true;
  }

  /** The mail is where it should be, or is not wanted any more: its draft goes. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#changed = false;
    clearTimeout(this.#timer);
    await this.#running;
    await deleteDraft(this.#id).catch(() => undefined);
  }

  /** Keeps it at once; for a window that is about to go. */
  flush(): void {
    if (this.#changed && !this.#ended) void this.#keepNow();
  }

  /** Keeps what has changed, now; for a window that is going to close. False when that cannot be. */
  async keep(): Promise<boolean> {
    await this.#keepNow();
    return this.#state.state === 'kept';
  }

  #hold(id = this.#id): Promise<boolean> {
    const done = new Promise<void>((resolve) => {
      this.#release = resolve;
    });
    return holdDraft(id, done);
  }

  #keepNow(): Promise<void> {
    clearTimeout(this.#timer);
    this.#running = this.#running.then(() => this.#keep());
    return this.#running;
  }

  async #keep(): Promise<void> {
    if (this.#ended || !this.#changed) return;
    if (!this.#key) return this.#tell({ state: 'no_key' });
    const { composition, written } = this.content();
    this.#changed = false;
    try {
      const own = await certificate(this.#key);
      const replaced = new Map<string, Uint8Array<ArrayBuffer>>();
      for (const { id, data } of composition.files) {
        const stored = this.#files.get(id);
        if (stored === data) continue;
        const armored = await sealed({ name: 'file', mediaType: 'application/octet-stream', data }, own);
        // The draft that is stored still names the old one: both must change at once.
        if (stored) replaced.set(id, armored);
        else await keepFile(this.#id, id, armored);
        if (!stored) this.#files.set(id, data);
      }
      const octets = draftOctets(composition, written);
      const armored = await sealed({ name: 'draft.json', mediaType: 'application/json', data: octets }, own);
      if (this.#ended) return;
      const saved = Date.now();
      const draft = { id: this.#id, version: DRAFT_VERSION, saved, host: this.host, armored };
      await keepDraft(
        draft,
        composition.files.map(({ id }) => id),
        replaced,
      );
      for (const { id, data } of composition.files) this.#files.set(id, data);
      this.#tell({ state: 'kept', at: saved });
    } catch {
      this.#changed = true;
      this.#tell({ state: 'failed' });
    }
  }

  #tell(state: Keeping): void {
    this.#state = state;
    this.told();
  }
}

/** One file, encrypted to the own key alone and signed by nobody: a draft says nothing in anybody's name. */
async function sealed(file: NewFile, own: string): Promise<Uint8Array<ArrayBuffer>> {
  const order: MailOrder = {
    form: 'entity',
    headers: { from: undefined, to: [], cc: [], subject: '', outer_subject: undefined },
    text: '',
    html: undefined,
    recipients: [own],
    hidden: [],
    own: undefined,
    signer: undefined,
    passwords: [],
    gossip: false,
    enclosed_key: undefined,
    now: Math.floor(Date.now() / 1000),
    utc_offset: 0,
  };
  const made = await writeMail(order, [file], async () => ({ error: 'signing_failed' }));
  const [output] = made.state === 'done' ? made.outputs : [];
  if (!output) throw new Error('a draft could not be encrypted');
  return output.data;
}
