// What reading and making have in common.

import type { Bytes, ErrorCode, Form, Refusal } from 'waxseal-wasm';
import { Lost } from './channel.js';
import { EngineFailure } from './engine-client.js';
import { FileGone } from './pieces.js';

/** It could not be done. */
export interface Failed {
  readonly state: 'failed';
  /** Why. */
  readonly error: ErrorCode;
  /** More. */
  readonly detail: Refusal | undefined;
}

/** What the vault said to a digest: its signature, or why there is none. */
export type Signed =
  | { readonly signature: Bytes }
  | { readonly error: ErrorCode; readonly detail?: Refusal | undefined };

/** Now, in seconds since 1970. */
export function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** An engine's failure, or what could not be had, as a state; anything else is a mistake of ours and goes on. */
export function failure(error: unknown): Failed {
  if (error instanceof FileGone) return { state: 'failed', error: 'file_unreadable', detail: undefined };
  if (error instanceof EngineFailure || error instanceof Lost)
    return { state: 'failed', error: error.code, detail: undefined };
  throw error;
}

/** The forms of a block that is read as a message; a key block is previewed instead, and a mail is no block. */
export type MessageForm = Exclude<Form, 'key' | 'mail'>;
