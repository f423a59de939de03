// A disposable Worker, seen from the page.

import type { ErrorCode } from 'waxseal-wasm';
import { record } from '../ui/record.js';
import type { EngineAnswer, EngineOperations, EngineRequest, Operation } from './engine-protocol.js';
import { startEngine } from './engine-start.js';

/**
 * Milliseconds that one request may take, loading the engine included. An honest message of 10 MB takes two seconds on
 * a slow machine; what takes ten times as long is not going to end well, and nobody waits longer before an empty frame.
 */
export const ENGINE_LIMIT = 20_000;

/**
 * The same for making a mail, whose files the user chose: the most that it takes (46 MB) needs some seconds on a slow machine,
 * and to give up would cost the user what was written.
 */
export const WRITING_LIMIT = 120_000;

/** Requests that are about much data of the user's own, or that only move data: a disk may be slow. */
const WRITING: ReadonlySet<Operation> = new Set(['take_source', 'add_file', 'make_mail', 'sign_mail']);

/** The engine gave no answer: it took too long (`timed_out`) or stopped on its input (`crashed`). */
export class EngineFailure extends Error {
  constructor(readonly code: Extract<ErrorCode, 'timed_out' | 'crashed'>) {
    super(code);
    this.name = 'EngineFailure';
  }
}

/** A Worker that has been asked nothing yet. */
let spare: EngineWorker | undefined;

/**
 * Starts the Worker that the document's next job takes, so that it is ready when the message comes. It is thrown away after
 * that job like any other.
 */
export function prepareEngine(): void {
  spare ??= new EngineWorker();
}

/** Throws the prepared Worker away: there is no message. */
export function dropPrepared(): void {
  spare?.close();
  spare = undefined;
}

/** A Worker for one job: the prepared one if there is any. */
export function takeEngine(): EngineWorker {
  const ready = spare?.usable ? spare : new EngineWorker();
  spare = undefined;
  return ready;
}

/** One Worker for one job. After a failure it is gone. */
export class EngineWorker {
  readonly #worker = startEngine();
  #closed = false;
  #answered: ((answer: EngineAnswer) => void) | undefined;

  constructor() {
    // It says or the browser says that it cannot go on; nobody may have asked it anything yet.
    const broken = () => {
      if (this.#answered) this.#answered(FAILED);
      else this.close();
    };
    this.#worker.onmessage = ({ data }: MessageEvent<EngineAnswer>) => {
      if (this.#answered) this.#answered(data);
      else broken();
    };
    // Out of memory while loading, a script that could not be fetched, a trap outside of a request.
    this.#worker.onerror = (event) => {
      event.preventDefault();
      broken();
    };
    this.#worker.onmessageerror = broken;
  }

  /** False once the Worker is gone. */
  get usable(): boolean {
    return !this.#closed;
  }

  /** Asks; rejects with `EngineFailure` only. Bytes in `transfer` move and are gone from this side. */
  async request<K extends Operation>(
    op: K,
    request: EngineOperations[K]['request'],
    transfer: ArrayBuffer[] = [],
  ): Promise<EngineOperations[K]['answer']> {
    record('desk-worker', 'desk', 'engine', { op, ...request });
    const answer = await this.#exchange({ op, ...request } as EngineRequest, transfer);
    record('desk-worker', 'engine', 'desk', answer);
    if (answer.ok) return answer.answer as EngineOperations[K]['answer'];
    this.close();
    throw new EngineFailure('crashed');
  }

  /** Throws the Worker away, whatever it is doing: who waits for its answer hears that none will come. */
  close(): void {
    this.#closed = true;
    this.#worker.terminate();
    this.#answered?.(FAILED);
  }

  #exchange(request: EngineRequest, transfer: ArrayBuffer[]): Promise<EngineAnswer> {
    if (!this.usable) return Promise.resolve(FAILED);
    const { promise, resolve, reject } = withResolvers<EngineAnswer>();
    const timer = setTimeout(
      () => {
        // Before it is closed, which would count as the answer.
        reject(new EngineFailure('timed_out'));
        this.close();
      },
      WRITING.has(request.op) ? WRITING_LIMIT : ENGINE_LIMIT,
    );
    this.#answered = resolve;
    this.#worker.postMessage(request, transfer);
    return promise.finally(() => {
      clearTimeout(timer);
      this.#answered = undefined;
    });
  }
}

const FAILED: EngineAnswer = { ok: false };

/** `Promise.withResolvers`, which the language level of this build does not promise. */
function withResolvers<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
