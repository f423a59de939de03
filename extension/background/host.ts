// The vault's host: boots it from storage, calls it one call at a time, does what it says, and always answers.

import {
  type Answer,
  type Ask,
  type Effect,
  type ErrorCode,
  type PageCall,
  type PageReply,
  type Sender,
  type Snapshot,
  type Step,
  type UiCall,
  type UiReply,
  Vault,
} from 'waxseal-wasm';
import { EffectError } from './errors.js';
import { withLimit } from './limit.js';

/** What the host needs of the world; tests give another one. */
export interface World {
  /** Makes the wasm instance ready. */
  load(): Promise<unknown>;
  /** Makes a new wasm instance after a trap. */
  renew(): void;
  /** Reads all that a vault is made from. Once `late` says so it changes nothing more: others have gone on. */
  snapshot(late: AbortSignal): Promise<Snapshot>;
  /**
   * Carries out effects in their order; throws `EffectError` at the first that fails. Once `late` says so it begins nothing
   * more: the call has been refused, and others have gone on from what was there before.
   */
  perform(effects: readonly Effect[], late: AbortSignal): Promise<void>;
  /** Computes what only the browser can; never rejects. */
  answer(ask: Ask): Promise<Answer>;
  /** Seconds since 1970. */
  now(): number;
}

/**
 * Milliseconds for the browser to do its part of one call: read what is stored, or carry out the effects. These are
 * small reads and writes and the opening of a window, done in tens of milliseconds; a browser that needs longer than
 * this has lost one, and all other calls wait behind it.
 */
const BROWSER_LIMIT = 15_000;

type Refuse<R> = (error: ErrorCode) => R;
type Waiting = { readonly vault: Vault; readonly token: number; readonly ask: Ask };
type Outcome<R> = { readonly reply: R } | { readonly waiting: Waiting };

/** The one host of the extension. */
export class Host {
  readonly #world: World;
  #vault: Vault | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(world: World) {
    this.#world = world;
  }

  /** A call from a content script. Never rejects. */
  async page(sender: Sender, call: PageCall): Promise<PageReply> {
    const refuse: Refuse<PageReply> = (error) => ({ kind: 'refused', error });
    const outcome = await this.#turn(refuse, (vault, now) => vault.page(sender, call, now));
    // A content script's call never waits for the host to compute something: `resume` has no answer for it.
    return 'reply' in outcome ? outcome.reply : refuse('bad_call');
  }

  /** A call from an extension page or frame. Never rejects. */
  async ui(sender: Sender, call: UiCall): Promise<UiReply> {
    const refuse: Refuse<UiReply> = (error) => ({ kind: 'refused', error, detail: undefined });
    let outcome = await this.#turn(refuse, (vault, now) => vault.ui(sender, call, now));
    while ('waiting' in outcome) {
      const { vault: asked, token, ask } = outcome.waiting;
      // Other calls go on meanwhile: making RSA keys takes seconds.
      const answer = await this.#world.answer(ask);
      outcome = await this.#turn(refuse, (vault, now) => {
        // The vault that asked is gone, and the half-done call with it.
        if (vault !== asked) return { kind: 'reply', reply: refuse('crashed'), effects: [] };
        return vault.resume(token, answer, now);
      });
    }
    return outcome.reply;
  }

  /** As `ui`, if `wanted` still says so when its turn has come. Never rejects. */
  async uiIf(wanted: () => Promise<boolean>, sender: Sender, call: UiCall): Promise<void> {
    const refuse: Refuse<UiReply> = (error) => ({ kind: 'refused', error, detail: undefined });
    const turn = this.#last.then(async () => {
      // All others wait meanwhile, as they do for the effects.
      if (await inTime(wanted).catch(() => false)) await this.#run(refuse, (vault, now) => vault.ui(sender, call, now));
    });
    // Whatever becomes of it, the next one has its turn.
    this.#last = turn.catch(() => undefined);
    await turn;
  }

  /** The alarm rang. Never rejects. */
  async tick(): Promise<void> {
    await this.#turn<undefined>(
      () => undefined,
      (vault, now) => ({ kind: 'reply', reply: undefined, effects: vault.tick(now) }),
    );
  }

  /** One call at a time, in the order in which they came. */
  #turn<R>(refuse: Refuse<R>, call: (vault: Vault, now: number) => Step<R>): Promise<Outcome<R>> {
    const turn = this.#last.then(() => this.#run(refuse, call));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #run<R>(refuse: Refuse<R>, call: (vault: Vault, now: number) => Step<R>): Promise<Outcome<R>> {
    let booted = false;
    try {
      const vault = await this.#booted();
      booted = true;
      const step = this.#guarded(() => call(vault, this.#world.now()));
      if (step.kind === 'ask') return { waiting: { vault, token: step.token, ask: step.ask } };
      await this.#perform(step.effects);
      return { reply: step.reply };
    } catch (error) {
      // What the vault believes is no longer what is stored: the next call boots from storage.
      this.#drop();
      // Keys that could not be remembered have locked by that: a new start tells those who still show what they opened. Not when it was
      // the start that failed: whoever heard of it would ask, and it would fail again.
      if (booted) this.#last = this.#last.then(() => this.#booted()).catch(() => this.#drop());
      return { reply: refuse(error instanceof EffectError ? error.code : 'crashed') };
    }
  }

  async #booted(): Promise<Vault> {
    if (this.#vault) return this.#vault;
    const snapshot = await inTime((late) => this.#world.load().then(() => this.#world.snapshot(late)));
    const vault = this.#guarded(() => Vault.boot(snapshot, this.#world.now()));
    this.#vault = vault;
    await this.#perform(this.#guarded(() => vault.bootEffects()));
    return vault;
  }

  async #perform(effects: readonly Effect[]): Promise<void> {
    if (effects.length === 0) return;
    await inTime((late) => this.#world.perform(effects, late));
  }

  /** Calls into wasm. An exception means a trap: the instance is in an unknown state and is left for a new one. */
  #guarded<T>(call: () => T): T {
    try {
      return call();
    } catch (error) {
      // Not freed: its destructors would run in the broken instance.
      this.#vault = undefined;
      this.#world.renew();
      throw error;
    }
  }

  #drop(): void {
    const vault = this.#vault;
    this.#vault = undefined;
    try {
      // Wipes the unlocked keys of the vault that is given up.
      if (vault) this.#guarded(() => vault.free());
    } catch {
      // A trap, and a new instance already. Whoever called is answered all the same.
    }
  }
}

/** When it is over, in whatever way, `late` says so. */
function inTime<T>(job: (late: AbortSignal) => Promise<T>): Promise<T> {
  const over = new AbortController();
  return withLimit(job(over.signal), BROWSER_LIMIT, () => new EffectError('timed_out')).finally(() => over.abort());
}
