// Making a whole mail: engine and vault in turn.

import type { Bytes, ErrorCode, MailOrder, MailOutput, Refusal, SignRequest, WriteStep } from 'waxseal-wasm';
import { type EngineWorker, takeEngine } from './engine-client.js';
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

/** One thing that was made. */
export interface Output {
  readonly name: string;
  readonly mediaType: string;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** How making a mail ended. */
export type Written =
  | {
      readonly state: 'done';
      /** The first is the message, or the signed text; others are signatures of files. */
      readonly outputs: readonly Output[];
      /** Authenticated encryption (SEIPDv2) was used. */
      readonly aead: boolean;
    }
  | Failed;

/**
 * Makes a mail. `sign` asks the vault, once for each signature, and may take its time (the user unlocks the key) while the
 * Worker waits. `onProgress` hears how much of all work is done: to take the files is half of it. `signal` ends it at once,
 * as a failure. Never rejects, unless `sign` does.
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
  try {
    let step = await worker.request('begin_mail', { order });
    const of = 2 * files.reduce((sum, file) => sum + file.data.length, 0);
    let done = 0;
    for (const { name, mediaType, contentId, data } of files) {
      if (step.kind !== 'ready') break;
      const file = { name, media_type: mediaType, content_id: contentId };
      step = await worker.request('add_file', { file, data });
      done += data.length;
      onProgress?.(done, of);
    }
    if (step.kind === 'ready') step = await worker.request('make_mail', {});
    if (step.kind === 'sign') {
      const signed = await signAll(step.requests, sign);
      if ('error' in signed) return failed(signed.error, signed.detail);
      step = await worker.request('sign_mail', signed);
    }
    return await outcome(worker, step);
  } catch (error) {
    return failure(error);
  } finally {
    signal?.removeEventListener('abort', stop);
    worker.close();
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

async function outcome(worker: EngineWorker, step: WriteStep): Promise<Written> {
  switch (step.kind) {
    case 'done': {
      const outputs = [];
      for (const [place, about] of step.outputs.entries()) {
        const { data } = await worker.request('output', { place });
        if (!data) return failed('crashed');
        outputs.push(output(about, data));
      }
      return { state: 'done', outputs, aead: step.aead };
    }
    case 'failed':
      return failed(step.error, step.detail);
    case 'ready':
    case 'sign':
      // Signed already, and yet it asks again: a mistake in the engine.
      return failed('signing_failed');
  }
}

function output({ name, media_type }: MailOutput, data: Uint8Array<ArrayBuffer>): Output {
  return { name, mediaType: media_type, data };
}

function failed(error: ErrorCode, detail?: Refusal): Failed {
  return { state: 'failed', error, detail };
}
