// Keeps the mail of this window as an encrypted draft, a moment after each change.

import type { KeyInfo, MailOrder } from 'waxseal-wasm';
import { DRAFT_VERSION, type Draft, deleteDraft, holdDraft, isFull, keepDraft, keepFile } from '../../desk/drafts.js';
import { wholeOf } from '../../desk/pieces.js';
import { type NewFile, writeMail } from '../../desk/writing.js';
import { certificate } from '../../ui/signing.js';
import type { Composition } from './composition.js';
import { draftOctets, readDraft } from './composition.js';
import type { Written } from './editor/editor.js';
import { newId } from './files.js';
import type { LeftDraft } from './left-drafts.js';

/** Milliseconds after the last change: short enough to lose little, long enough not to work at each key. */
const PAUSE = 1_500;

/** Where keeping stands. */
export type Keeping =
  /** Nothing has been written yet. */
  | { readonly state: 'nothing' }
  /** There is no own key to encrypt to: what is written is in this window alone. */
  | { readonly state: 'no_key' }
  | { readonly state: 'kept'; readonly at: number }
  /** It could not be kept, because the browser has no more room for drafts. */
  | { readonly state: 'full' }
  /** It could not be kept, or not all of it, for another reason: the key cannot be encrypted to, or it is too large to be read again. */
  | { readonly state: 'failed' };

/** What is to be kept. */
export interface Content {
  readonly composition: Composition;
  readonly written: Written;
  /** Text of an encrypted message may be in it without a mark. */
  readonly secret?: boolean;
}

/** Where drafts are kept, and what encrypts them. */
export interface Shelf {
  /** Says that this window has the draft open, until the function that is given back is called. */
  readonly hold: (id: string) => Promise<(() => void) | undefined>;
  readonly keepFile: typeof keepFile;
  readonly keepDraft: typeof keepDraft;
  readonly drop: (id: string) => Promise<void>;
  /** Encrypts one file to this key. */
  readonly seal: (file: NewFile, key: KeyInfo) => Promise<Uint8Array<ArrayBuffer>>;
}

const SHELF: Shelf = { hold: holdDraft, keepFile, keepDraft, drop: deleteDraft, seal: sealed };

/** Keeps one mail. */
export class Keeper {
  #id = newId();
  /** Lets the draft go for other windows. */
  #held: Promise<(() => void) | undefined>;
  #state: Keeping = { state: 'nothing' };
  /** The key that drafts are encrypted to. */
  #key: KeyInfo | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> = Promise.resolve();
  /** It is being kept this moment. */
  #keeping = false;
  /** Files that are stored already, each as it was then: what a picture tells can be taken out of it. */
  #files = new Map<string, Uint8Array>();
  /** Files that the stored text names. */
  #named: ReadonlySet<string> = new Set();
  /** When the mail was put into the webmail as it stands here; nothing while it is written. */
  #delivered: number | undefined;
  #changed = false;
  #touched = false;
  #ended = false;

  /** `content` gives what stands now, `told` hears when the state changes. */
  constructor(
    readonly host: string,
    readonly content: () => Content,
    readonly told: () => void,
    readonly shelf: Shelf = SHELF,
  ) {
    this.#held = shelf.hold(this.#id).catch(() => undefined);
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
    return !this.#changed && !this.#keeping;
  }

  /** Nothing is kept any more, and nothing is stored. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Encrypts to this key from now on. */
  set key(key: KeyInfo | undefined) {
    const usable = key?.can_encrypt ? key : undefined;
    if (usable?.fingerprint === this.#key?.fingerprint) return;
    this.#key = usable;
    // What was stored for another key is not read with this one. (What is being kept for that one goes on with its own list.)
    this.#files = new Map();
    if (this.#touched) this.#keepSoon();
  }

  /** Something has changed: it is kept soon. */
  changed(): void {
    this.#delivered = undefined;
    this.#keepSoon();
  }

  #keepSoon(): void {
    if (this.#ended) return;
    this.#changed = true;
    this.#touched = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#keepNow(), PAUSE);
  }

  /** Goes on with a draft that was left behind; what was written until now stays as a draft of its own. */
  async adopt({ id, saved, delivered, files, release }: LeftDraft): Promise<void> {
    await this.#keepNow();
    (await this.#held)?.();
    this.#held = Promise.resolve(release);
    this.#id = id;
    // Its files may be for another key, which may be deleted: with the text, they are encrypted anew to that of now.
    this.#files = new Map();
    this.#named = new Set(files.map(({ id: file }) => file));
    this.#delivered = undefined;
    clearTimeout(this.#timer);
    this.#changed = false;
    this.#touched = true;
    this.#tell({ state: 'kept', at: saved });
    // It did not go out, so it is a draft like others from now on.
    if (delivered !== undefined) this.changed();
  }

  /**
   * The mail is in the webmail, and nobody here will see whether it goes out: its draft stays, and says so. False when it cannot
   * be kept.
   */
  async deliver(): Promise<boolean> {
    this.changed();
    this.#delivered = Date.now();
    return this.#keepAll();
  }

  /** The mail is not wanted any more: its draft goes. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#changed = false;
    clearTimeout(this.#timer);
    await this.#running;
    await this.shelf.drop(this.#id).catch(() => undefined);
  }

  /** Keeps it at once; for a window that is about to go. */
  flush(): void {
    if (this.#changed && !this.#ended) void this.#keepNow();
  }

  /** Keeps what has changed, now, to be gone on with; for a window that is going to close. False when that cannot be. */
  async keep(): Promise<boolean> {
    // For more than the case that it did not go out.
    if (this.#delivered !== undefined) this.changed();
    return this.#keepAll();
  }

  async #keepAll(): Promise<boolean> {
    do await this.#keepNow();
    while (this.#changed && this.#state.state === 'kept');
    return this.#state.state === 'kept';
  }

  #keepNow(): Promise<void> {
    clearTimeout(this.#timer);
    this.#running = this.#running.then(async () => {
      this.#keeping = true;
      await this.#keep().finally(() => (this.#keeping = false));
    });
    return this.#running;
  }

  async #keep(): Promise<void> {
    if (this.#ended || !this.#changed) return;
    const key = this.#key;
    if (!key) return this.#tell({ state: 'no_key' });
    const { shelf } = this;
    // All of it goes to the draft, and is for the key, that it was begun for.
    const id = this.#id;
    const stored = this.#files;
    const named = this.#named;
    const delivered = this.#delivered;
    this.#changed = false;
    try {
      const { composition, written, secret } = this.content();
      const octets = draftOctets(composition, written, secret);
      // What could not be read again is not said to be kept.
      readDraft(octets);
      const replaced = new Map<string, Uint8Array<ArrayBuffer>>();
      // One that has no room, or cannot be encrypted, keeps neither the text nor another one out.
      const failed = new Map<string, unknown>();
      for (const { id: file, data } of composition.files) {
        const before = stored.get(file);
        if (before === data) continue;
        try {
          const armored = await shelf.seal({ name: 'file', mediaType: 'application/octet-stream', data }, key);
          // The text that is stored still names the old one: both must change at once.
          if (before || named.has(file)) replaced.set(file, armored);
          else {
            await shelf.keepFile(id, file, armored);
            stored.set(file, data);
          }
        } catch (error) {
          failed.set(file, error);
        }
      }
      const armored = await shelf.seal({ name: 'draft.json', mediaType: 'application/json', data: octets }, key);
      if (this.#ended) return;
      const saved = Date.now();
      const draft: Draft = { id, version: DRAFT_VERSION, saved, host: this.host, delivered, armored };
      const names = composition.files.map((file) => file.id);
      const gone = await shelf.keepDraft(draft, names, replaced).catch((error: unknown) => {
        if (replaced.size === 0) throw error;
        for (const file of replaced.keys()) failed.set(file, error);
        return shelf.keepDraft(draft, names, new Map());
      });
      for (const { id: file, data } of composition.files) {
        if (gone.includes(file)) stored.delete(file);
        else if (!failed.has(file)) stored.set(file, data);
      }
      if (id === this.#id) this.#named = new Set(names.filter((file) => !gone.includes(file)));
      const [first] = failed.values();
      if (failed.size > 0) throw [...failed.values()].find(isFull) ?? first;
      if (gone.length > 0) {
        // The browser has dropped what had been stored: all of it is stored anew.
        this.#changed = true;
        return this.#keep();
      }
      this.#tell({ state: 'kept', at: saved });
    } catch (error) {
      this.#changed = true;
      this.#tell({ state: isFull(error) ? 'full' : 'failed' });
    }
  }

  #tell(state: Keeping): void {
    this.#state = state;
    this.told();
  }
}

/** One file, encrypted to the own key alone and signed by nobody: a draft says nothing in anybody's name. */
async function sealed(file: NewFile, key: KeyInfo): Promise<Uint8Array<ArrayBuffer>> {
  const own = await certificate(key);
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
    for_waxseal: false,
    gossip: false,
    enclosed_key: undefined,
    now: Math.floor(Date.now() / 1000),
    utc_offset: 0,
  };
  const made = await writeMail(order, [file], async () => ({ error: 'signing_failed' }));
  const [output] = made.state === 'done' ? made.outputs : [];
  if (made.state !== 'done' || !output) throw new Error('a draft could not be encrypted');
  return wholeOf(output).finally(made.close);
}
