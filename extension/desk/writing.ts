// Making a whole mail: engine and vault in turn.

import type { Bytes, ErrorCode, MailOrder, MailOutput, Refusal, SignRequest, WriteStep } from 'waxseal-wasm';
import { EngineFailure, type EngineWorker, takeEngine } from './engine-client.js';
import { handOver } from './hand-over.js';
import { linesRoom, linesSize, writeLines } from './lines.js';
import { MAX_PIECE, type Supply, supplyOf, type Take } from './pieces.js';
import { type Failed, failure, type Signed } from './states.js';

/** A file that goes along. */
export interface NewFile {
  readonly name: string;
  readonly mediaType: string;
  /** What `cid:` in the HTML refers to; a file without stands beside the text. */
  readonly contentId?: string;
  /** It stays with the caller, who may have to try again. */
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Takes a piece of what goes out, or what `lines` of armor in it are made of; `false` when it wants no more. */
export type TakePacked = (piece: Uint8Array<ArrayBuffer>, lines: boolean) => Promise<unknown> | unknown;

/** One thing that goes out. What was made is still with its Worker: taking it may fail, with `EngineFailure`. */
export interface Output extends Supply {
  /** As `each`, but of lines of armor comes what they are made of; left out when there are none. */
  readonly packed?: (take: TakePacked) => Promise<void>;
  readonly name: string;
  readonly mediaType: string;
}

/** How making a mail ended. */
export type Written =
  | {
      readonly state: 'done';
      /** The first is the message, or the signed text; others are signatures of files. */
      readonly outputs: readonly Output[];
      /** Authenticated encryption (SEIPDv2) was used. */
      readonly aead: boolean;
      /** Throws what was made away, with its Worker. */
      readonly close: () => void;
    }
  | Failed;

/**
 * Makes a mail. `sign` asks the vault, once for each signature, and may take its time (the user unlocks the key) while the
 * Worker waits. `onProgress` hears how much of all work is done: to take the files is half of it. `signal` ends it at once,
 * as a failure. Never rejects, unless `sign` does. Whoever gets outputs closes them.
 */
export async function writeMail(
  order: MailOrder,
  files: readonly NewFile[],
  sign: (request: SignRequest) => Promise<Signed>,
  onProgress?: (done: number, of: number) => void,
  signal?: AbortSignal,
): Promise<Written> {
  const worker = takeEngine();
  const stop = () => worker.close();
  signal?.addEventListener('abort', stop);
  let written: Written | undefined;
  try {
    let step = await worker.request('begin_mail', { order });
    const of = 2 * files.reduce((sum, file) => sum + file.data.length, 0);
    let done = 0;
    for (const { name, mediaType, contentId, data } of files) {
      if (step.kind !== 'ready') break;
      await handOver(worker, 'file_piece', supplyOf(data), (size) => onProgress?.(done + size, of));
      done += data.length;
      step = await worker.request('add_file', { file: { name, media_type: mediaType, content_id: contentId } });
    }
    if (step.kind === 'ready') step = await worker.request('make_mail', {});
    if (step.kind === 'sign') {
      const signed = await signAll(step.requests, sign);
      if ('error' in signed) return failed(signed.error, signed.detail);
      step = await worker.request('sign_mail', signed);
    }
    written = outcome(worker, step);
    return written;
  } catch (error) {
    return failure(error);
  } finally {
    signal?.removeEventListener('abort', stop);
    if (written?.state !== 'done') worker.close();
  }
}

/** One after the other: the first asks the user to unlock the key, the others find it so. */
async function signAll(
  requests: readonly SignRequest[],
  sign: (request: SignRequest) => Promise<Signed>,
): Promise<{ signatures: Bytes[] } | Extract<Signed, { error: ErrorCode }>> {
  const signatures = [];
  for (const request of requests) {
    const signed = await sign(request);
    if ('error' in signed) return signed;
    signatures.push(signed.signature);
  }
  return { signatures };
}

function outcome(worker: EngineWorker, step: WriteStep): Written {
  switch (step.kind) {
    case 'done': {
      const inTurn = turns();
      const outputs = step.outputs.map((about, place) => output(worker, about, place, inTurn));
      return { state: 'done', outputs, aead: step.aead, close: () => worker.close() };
    }
    case 'failed':
      return failed(step.error, step.detail);
    case 'ready':
    case 'sign':
      // Signed already, and yet it asks again: a mistake in the engine.
      return failed('signing_failed');
  }
}

/** What was made stays with the Worker until somebody takes it: of a large mail no second copy is needed. */
function output(
  worker: EngineWorker,
  { name, media_type, size }: MailOutput,
  place: number,
  inTurn: (job: () => Promise<void>) => Promise<void>,
): Output {
  const packed = async (take: TakePacked) => {
    let into = new Uint8Array(MAX_PIECE);
    let all = 0;
    for (let from = 0; ; ) {
      const piece = await worker.request('output_piece', { place, from, into }, [into.buffer]);
      if (piece.size === 0) break;
      into = piece.data;
      from = piece.next;
      all += piece.lines ? linesSize(piece.size) : piece.size;
      if ((await take(into.subarray(0, piece.size), piece.lines)) === false) return;
    }
    if (all !== size) throw new EngineFailure('crashed');
  };
  const each = (take: Take) => {
    const room = linesRoom(MAX_PIECE);
    return packed(async (piece, lines) => {
      // A third more than came may be more than one piece.
      const whole = lines ? writeLines(piece, room) : piece;
      for (let at = 0; at < whole.length; at += MAX_PIECE) {
        if ((await take(whole.subarray(at, at + MAX_PIECE))) === false) return false;
      }
      return true;
    });
  };
  const about = { name, mediaType: media_type, size };
  return { ...about, each: (take) => inTurn(() => each(take)), packed: (take) => inTurn(() => packed(take)) };
}

/** Runs jobs one after the other: a Worker takes one request at a time. */
function turns(): (job: () => Promise<void>) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (job) => {
    const done = last.then(job);
    last = done.catch(() => undefined);
    return done;
  };
}

function failed(error: ErrorCode, detail?: Refusal): Failed {
  return { state: 'failed', error, detail };
}
