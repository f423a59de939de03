// Reading one message: engine and vault in turn.

import type { KeyInfo, Opened, ReadMessage, Refusal } from 'waxseal-wasm';
import type { AskVault } from '../ui/vault-client.js';
import { EngineWorker } from './engine-client.js';
import { type Failed, failure, type MessageForm, seconds } from './states.js';

/** A block as the page shows it. */
export interface Block {
  /** The text with its armor. */
  readonly armored: string;
  /** What it says it is. */
  readonly form: MessageForm;
  /** The sender's address as the site tells it. */
  readonly sender: string | null;
}

/** Where reading stands. */
export type ReadState =
  /**
   * It waits for an own key that fits but is locked (call `read` again when the lock state changed), for a password
   * (call `tryPassword`), or for either.
   */
  | {
      readonly state: 'locked';
      /** The keys that fit; none when only a password opens it. */
      readonly keys: KeyInfo[];
      /** A password opens it. */
      readonly password: boolean;
      /** The one that was tried did not fit. */
      readonly wrong: boolean;
    }
  /** The text and its verdict. */
  | { readonly state: 'readable'; readonly message: ReadMessage; readonly byPassword: boolean }
  | Failed;

/**
 * Milliseconds that a Worker with an opened message waits for the user to unlock. Typing a passphrase takes seconds; a
 * thread of many locked messages must not keep a Worker each for hours. Opening anew costs a tenth of a second.
 */
const WAITING_LIMIT = 60_000;

/** One message being read. */
export class Reading {
  readonly #block: Block;
  readonly #ask: AskVault;
  #open: { readonly worker: EngineWorker; readonly found: Opened } | undefined;
  #running: Promise<ReadState> | undefined;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  #password: string | undefined;
  #byPassword = false;

  constructor(block: Block, ask: AskVault) {
    this.#block = block;
    this.#ask = ask;
  }

  /**
   * Reads as far as is possible now. May be called again after `locked` and after `failed`; a call while one is under
   * way gives that one's result. Never rejects.
   */
  read(): Promise<ReadState> {
    this.#running ??= this.#read().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Reads with the password that the user typed. Never rejects. */
  async tryPassword(password: string): Promise<ReadState> {
    await this.#running;
    this.#password = password;
    return this.read();
  }

  /** Throws the Worker away. */
  close(): void {
    clearTimeout(this.#waiting);
    this.#open?.worker.close();
    this.#open = undefined;
  }

  async #read(): Promise<ReadState> {
    clearTimeout(this.#waiting);
    try {
      const state = await this.#steps();
      if (state.state === 'locked') this.#waiting = setTimeout(() => this.close(), WAITING_LIMIT);
      else this.close();
      return state;
    } catch (error) {
      this.close();
      return failure(error);
    }
  }

  async #steps(): Promise<ReadState> {
    const { worker, found } = await this.#opened();
    const readable = found.kind === 'encrypted' ? await this.#decipher(worker, found) : found;
    if ('state' in readable) return readable;
    if (readable.kind === 'failed') return failed(readable);
    if (readable.kind === 'encrypted') return failed({ error: 'malformed', detail: undefined });

    const certificates = await this.#certificates(readable.issuers);
    if (!Array.isArray(certificates)) return certificates;
    const { sender } = this.#block;
    const outcome = await worker.request('finish', { certificates, sender, now: seconds() });
    if (outcome.kind !== 'read') return failed(outcome);
    return { state: 'readable', message: outcome.message, byPassword: this.#byPassword };
  }

  async #opened(): Promise<{ worker: EngineWorker; found: Opened }> {
    if (this.#open?.worker.usable) return this.#open;
    const worker = new EngineWorker();
    const armored = new TextEncoder().encode(this.#block.armored);
    // Kept first, so that `close` finds it while it works.
    this.#open = { worker, found: { kind: 'failed', error: 'crashed', detail: undefined } };
    const found = await worker.request('open', { armored, form: this.#block.form }, [armored.buffer]);
    this.#open = { worker, found };
    return this.#open;
  }

  /** The password, if one was typed; else the session key from the vault. Decryption is here. */
  async #decipher(worker: EngineWorker, found: Extract<Opened, { kind: 'encrypted' }>): Promise<Opened | ReadState> {
    const typed = this.#password;
    this.#password = undefined;
    if (typed !== undefined) {
      const opened = await worker.request('password', { password: typed });
      this.#byPassword = opened.kind === 'readable';
      if (opened.kind !== 'failed' || opened.error !== 'wrong_password') return opened;
    }
    const waits = (keys: KeyInfo[]): ReadState => ({
      state: 'locked',
      keys,
      password: found.password,
      wrong: typed !== undefined,
    });
    if (found.password && found.pkesks.length === 0) return waits([]);
    const reply = await this.#ask({ kind: 'decipher', pkesks: found.pkesks });
    switch (reply.kind) {
      case 'session_key':
        return worker.request('decrypt', { algorithm: reply.algorithm, key: reply.key, opened_by: reply.opened_by });
      case 'locked':
        return waits(reply.keys);
      case 'refused':
        if (found.password && reply.error === 'no_key') return waits([]);
        return failed({ error: reply.error, detail: withKeyIds(reply.detail, found.key_ids) });
      default:
        return failed({ error: 'crashed', detail: undefined });
    }
  }

  async #certificates(issuers: string[]): Promise<string[] | Failed> {
    if (issuers.length === 0) return [];
    const reply = await this.#ask({ kind: 'certificates', issuers });
    if (reply.kind === 'certificates') return reply.certificates;
    // A verdict made without the certificates would say "unknown signer" where the vault merely did not answer.
    return failed({ error: reply.kind === 'refused' ? reply.error : 'crashed', detail: undefined });
  }
}

/** Starts to read; call `read`. */
export function readMessage(block: Block, ask: AskVault): Reading {
  return new Reading(block, ask);
}

function failed({ error, detail }: Pick<Failed, 'error' | 'detail'>): Failed {
  return { state: 'failed', error, detail };
}

/** The vault sees packets, the engine the message: only here it is known whom the message is for. */
function withKeyIds(detail: Refusal | undefined, key_ids: string[]): Refusal {
  return { reasons: detail?.reasons ?? [], limit: detail?.limit, key_ids };
}
