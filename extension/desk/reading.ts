// Reading one message or mail: engine and vault in turn.

import type { KeyInfo, MailView, Opened, ReadMessage, Refusal } from 'waxseal-wasm';
import type { AskVault } from '../ui/vault-client.js';
import { type EngineWorker, takeEngine } from './engine-client.js';
import { handOver } from './hand-over.js';
import { FileGone, octets, type Supply } from './pieces.js';
import { Signers } from './signers.js';
import { type Failed, failure, type MessageForm, seconds } from './states.js';

/** A block as the page shows it. */
export interface Block {
  readonly kind: 'block';
  /** The text with its armor. */
  readonly armored: string;
  /** What it says it is. */
  readonly form: MessageForm;
  /** The sender's address as the site tells it. */
  readonly sender: string | null;
}

/** A whole mail as it is stored, or a file that holds an OpenPGP message. */
export interface Mail {
  readonly kind: 'mail';
  /** What the browser keeps is read by the engine alone (see {@link kept}); what nobody keeps comes each time that it is read. */
  readonly source: Uint8Array<ArrayBuffer> | Blob | Supply;
  /** Of the file: it tells what the file in it is called. */
  readonly name?: string;
  /** The sender's address as the site tells it. */
  readonly sender: string | null;
}

/** What can be read. */
export type Readable = Block | Mail;

/** What was read, with its verdict. A block may hold a whole mail. */
export type Content =
  | { readonly kind: 'message'; readonly message: ReadMessage }
  | { readonly kind: 'mail'; readonly mail: MailView };

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
  | {
      readonly state: 'readable';
      readonly content: Content;
      readonly byPassword: boolean;
      /** The own key that opened it last. */
      readonly openedBy: string | undefined;
    }
  | Failed;

/**
 * Milliseconds that a Worker with an opened message waits for the user to unlock. Typing a passphrase takes seconds; a
 * thread of many locked messages must not keep a Worker each for hours. Opening anew costs a tenth of a second.
 */
const WAITING_LIMIT = 60_000;

/** Octets from which on a file is not read before it is needed. */
const LARGE = 1024 * 1024;

/** What a Worker gives of a mail. */
interface Octets {
  readonly data: Uint8Array<ArrayBuffer> | undefined;
}

/** One message being read. */
export class Reading {
  readonly #what: Readable;
  readonly #ask: AskVault;
  #open: { readonly worker: EngineWorker; readonly found: Opened } | undefined;
  /** Holds the files of the mail that is shown. */
  #shown: EngineWorker | undefined;
  #files: Promise<unknown> = Promise.resolve();
  #running: Promise<ReadState> | undefined;
  /** With whom the last verdict was made. */
  #signers: Signers | undefined;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  #password: string | undefined;
  #byPassword = false;
  #openedBy: string | undefined;

  constructor(what: Readable, ask: AskVault) {
    this.#what = what;
    this.#ask = ask;
  }

  /**
   * Reads as far as is possible now. May be called again after any state; a call while one is under way gives that
   * one's result. Never rejects.
   */
  read(): Promise<ReadState> {
    this.#running ??= this.#read().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** It is being read. */
  get busy(): boolean {
    return this.#running !== undefined;
  }

  /** Reading again would say something else of the signers' keys: one was confirmed, or is no longer. Never rejects. */
  async outdated(): Promise<boolean> {
    return (await this.#signers?.changed(this.#ask)) ?? false;
  }

  /** Reads with the password that the user typed. Never rejects. */
  async tryPassword(password: string): Promise<ReadState> {
    await this.#running;
    this.#password = password;
    return this.read();
  }

  /**
   * The octets of a file of the mail that was read last, as they are saved or as it is opened by itself; nothing when the
   * engine is gone. They stay the same when the mail is read again. Never rejects.
   */
  file(id: number, use: 'save' | 'open' = 'save'): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#octets((shown) => shown.request('file', { id, use }));
  }

  /** The source of the mail that was read last, as it was decrypted; otherwise like `file`. */
  source(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#octets((shown) => shown.request('source', {}));
  }

  #octets(ask: (shown: EngineWorker) => Promise<Octets>): Promise<Octets['data']> {
    // One request at a time; and the Worker that is there when its turn has come.
    const octets = this.#files.then(() => this.#take(ask));
    this.#files = octets;
    return octets;
  }

  /** Throws the Workers away. */
  close(): void {
    this.#closeOpen();
    this.#shown?.close();
    this.#shown = undefined;
  }

  #closeOpen(): void {
    clearTimeout(this.#waiting);
    this.#open?.worker.close();
    this.#open = undefined;
  }

  async #take(ask: (shown: EngineWorker) => Promise<Octets>): Promise<Octets['data']> {
    const shown = this.#shown;
    try {
      return shown && (await ask(shown)).data;
    } catch (error) {
      // The mail was read again meanwhile: its files are in another Worker now.
      if (this.#shown && this.#shown !== shown) return this.#take(ask);
      failure(error);
      return undefined;
    }
  }

  async #read(): Promise<ReadState> {
    clearTimeout(this.#waiting);
    try {
      const state = await this.#steps();
      if (state.state === 'locked') {
        // What was shown goes away with its files.
        this.#show(undefined);
        this.#waiting = setTimeout(() => this.#closeOpen(), WAITING_LIMIT);
      } else if (state.state === 'readable' && state.content.kind === 'mail') {
        this.#show(this.#open?.worker);
        this.#open = undefined;
      } else this.#closeOpen();
      return state;
    } catch (error) {
      this.#closeOpen();
      return failure(error);
    }
  }

  #show(worker: EngineWorker | undefined): void {
    this.#shown?.close();
    this.#shown = worker;
  }

  async #steps(): Promise<ReadState> {
    const { worker, found } = await this.#opened();
    const readable = found.kind === 'encrypted' ? await this.#decipher(worker, found) : found;
    if ('state' in readable) return readable;
    if (readable.kind === 'failed') return failed(readable);
    if (readable.kind === 'encrypted') return failed({ error: 'malformed', detail: undefined });

    const signers = await Signers.of(readable.issuers, this.#ask);
    if (!(signers instanceof Signers)) return signers;
    this.#signers = signers;
    const content = await this.#finish(worker, signers);
    if ('state' in content) return content;
    return { state: 'readable', content, byPassword: this.#byPassword, openedBy: this.#openedBy };
  }

  async #opened(): Promise<{ worker: EngineWorker; found: Opened }> {
    if (this.#open?.worker.usable) return this.#open;
    const worker = takeEngine();
    // Kept first, so that `close` finds it while it works.
    this.#open = { worker, found: { kind: 'failed', error: 'crashed', detail: undefined } };
    const found = await this.#start(worker);
    this.#open = { worker, found };
    return this.#open;
  }

  async #start(worker: EngineWorker): Promise<Opened> {
    const what = this.#what;
    if (what.kind === 'mail') {
      await this.#give(worker, what.source);
      return worker.request('open_mail', { name: what.name });
    }
    const armored = new TextEncoder().encode(what.armored);
    return worker.request('open', { armored, form: what.form }, [armored.buffer]);
  }

  async #give(worker: EngineWorker, source: Mail['source']): Promise<void> {
    if (!(source instanceof Blob || source instanceof Uint8Array)) {
      await worker.request('begin_source', { size: source.size });
      return handOver(worker, 'source_piece', source);
    }
    // It stays here, to be read again when keys were locked.
    const { kind } = await worker.request('take_source', { source: kept(source) });
    if (kind === 'gone') throw new FileGone();
  }

  async #finish(worker: EngineWorker, { certificates, vouched }: Signers): Promise<Content | Failed> {
    const ending = { certificates, vouched, sender: this.#what.sender, now: seconds() };
    const outcome = await worker.request('finish', ending);
    switch (outcome.kind) {
      case 'read':
        return { kind: 'message', message: outcome.message };
      case 'mail':
        return { kind: 'mail', mail: outcome.mail };
      case 'failed':
        return failed(outcome);
    }
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
        this.#openedBy = reply.opened_by.certificate;
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
}

/** The source of a mail as it is kept until it is read again: by the browser, outside of the page's memory. */
export function kept(source: Uint8Array<ArrayBuffer> | Blob): Blob {
  return source instanceof Blob ? source : new Blob([source]);
}

/** The same of a file. Throws `FileGone`. */
export async function sourceOf(file: Blob): Promise<Uint8Array<ArrayBuffer> | Blob> {
  return file.size < LARGE ? octets(file) : file;
}

/** Starts to read; call `read`. */
export function readMessage(what: Readable, ask: AskVault): Reading {
  return new Reading(what, ask);
}

function failed({ error, detail }: Pick<Failed, 'error' | 'detail'>): Failed {
  return { state: 'failed', error, detail };
}

/** The vault sees packets, the engine the message: only here it is known whom the message is for. */
function withKeyIds(detail: Refusal | undefined, key_ids: string[]): Refusal {
  return { reasons: detail?.reasons ?? [], limit: detail?.limit, key_ids };
}
