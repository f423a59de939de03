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

/** Requests that are about much data of the user's own. */
const WRITING: ReadonlySet<Operation> = new Set(['add_file', 'make_mail', 'sign_mail', 'output']);

/** The engine gave no answer: it took too long (`timed_out`) or stopped on its input (`crashed`). */
export class EngineFailure extends Error {
  constructor(readonly code: Extract<ErrorCode, 'timed_out' | 'crashed'>) {
    super(code);
    this.name = 'EngineFailure';
  }
}

/** One Worker for one job. After a failure it is gone. */
export class EngineWorker {
  readonly #worker = startEngine();
  #closed = false;

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

  /** Throws the Worker away, whatever it is doing. */
  close(): void {
    this.#closed = true;
    this.#worker.terminate();
  }

  #exchange(request: EngineRequest, transfer: ArrayBuffer[]): Promise<EngineAnswer> {
    const failed: EngineAnswer = { ok: false };
    if (this.#closed) return Promise.resolve(failed);
    const { promise, resolve, reject } = withResolvers<EngineAnswer>();
    const timer = setTimeout(
      () => {
        this.close();
        reject(new EngineFailure('timed_out'));
      },
      WRITING.has(request.op) ? WRITING_LIMIT : ENGINE_LIMIT,
    );
    this.#worker.onmessage = ({ data }: MessageEvent<EngineAnswer>) => resolve(data);
    // Out of memory while loading, a script that could not be fetched, a trap outside of a request.
    this.#worker.onerror = (event) => {
      event.preventDefault();
      resolve(failed);
    };
    this.#worker.onmessageerror = () => resolve(failed);
    this.#worker.postMessage(request, transfer);
    return promise.finally(() => clearTimeout(timer));
  }
}

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
