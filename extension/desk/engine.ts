// Reading and making messages, for pages. Each job runs in a Worker of its own.

import type { EncryptJob, KeyPreview, SignRequest } from 'waxseal-wasm';
import { takeEngine } from './engine-client.js';
import { type Failed, failure, type Signed, seconds } from './states.js';

export { type Checked, Checking, sortFiles } from './checking.js';
export { dropPrepared, ENGINE_LIMIT, prepareEngine, WRITING_LIMIT } from './engine-client.js';
export {
  type Block,
  type Content,
  kept,
  type Mail,
  type Readable,
  Reading,
  type ReadState,
  readMessage,
  sourceOf,
} from './reading.js';
export type { Failed, MessageForm, Signed } from './states.js';
export { type NewFile, type Output, type Written, writeMail } from './writing.js';

/** How making a message ended. */
export type Encrypted =
  | {
      readonly state: 'done';
      /** The armored message. */
      readonly armored: string;
      /** Authenticated encryption (SEIPDv2) was used. */
      readonly aead: boolean;
    }
  | Failed;

/**
 * Makes a message. `sign` is called when the job names a signer: it asks the vault, and may take its time (the user
 * unlocks the key) while the Worker waits with the text. Never rejects, unless `sign` does.
 */
export async function encrypt(job: EncryptJob, sign: (request: SignRequest) => Promise<Signed>): Promise<Encrypted> {
  const worker = takeEngine();
  try {
    let step = await worker.request('begin', { job });
    if (step.kind === 'sign') {
      const signed = await sign(step.request);
      if ('error' in signed) return { state: 'failed', error: signed.error, detail: signed.detail };
      step = await worker.request('sign', { signature: signed.signature });
    }
    switch (step.kind) {
      case 'done':
        return { state: 'done', armored: step.armored, aead: step.aead };
      case 'failed':
        return { state: 'failed', error: step.error, detail: step.detail };
      case 'sign':
        // A message has one signature; a second request would be a mistake in the engine.
        return { state: 'failed', error: 'signing_failed', detail: undefined };
    }
  } catch (error) {
    return failure(error);
  } finally {
    worker.close();
  }
}

/** Describes the keys of a public key block (armored or binary) without storing anything. The bytes move away. */
export async function previewKeys(
  data: Uint8Array<ArrayBuffer>,
): Promise<({ readonly state: 'previewed' } & Readonly<KeyPreview>) | Failed> {
  const worker = takeEngine();
  try {
    const preview = await worker.request('preview', { data, now: seconds() }, [data.buffer]);
    return { state: 'previewed', ...preview };
  } catch (error) {
    return failure(error);
  } finally {
    worker.close();
  }
}
