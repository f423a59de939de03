// A desk page and its Worker. One request at a time; each gets one answer of its own kind.

import type {
  Bytes,
  EncryptJob,
  EncryptStep,
  Form,
  KeyPreview,
  Opened,
  Opener,
  ReadOutcome,
  Secret,
} from 'waxseal-wasm';

/** What the Worker is asked, and what it answers. */
export interface EngineOperations {
  /** Parses a block as far as is possible without a key. First request of a reading Worker. */
  open: { request: { armored: Uint8Array; form: Form }; answer: Opened };
  /** Decrypts with the session key from the vault. */
  decrypt: { request: { algorithm: number | undefined; key: Secret; opened_by: Opener }; answer: Opened };
  /** Decrypts with a password. May be asked again after `wrong_password`. */
  password: { request: { password: Secret }; answer: Opened };
  /** Text and verdict. Last request of a reading Worker. */
  finish: { request: { certificates: Bytes[]; sender: string | null; now: number }; answer: ReadOutcome };
  /** Starts to make a message. First request of a writing Worker. */
  begin: { request: { job: EncryptJob }; answer: EncryptStep };
  /** Goes on with the vault's signature. Last request of a writing Worker. */
  sign: { request: { signature: Bytes }; answer: EncryptStep };
  /** Describes the keys of a block. The only request of its Worker. */
  preview: { request: { data: Uint8Array; now: number }; answer: KeyPreview };
}

/** Name of an operation. */
export type Operation = keyof EngineOperations;
/** What is sent to the Worker. */
export type EngineRequest = { [K in Operation]: { op: K } & EngineOperations[K]['request'] }[Operation];
/** What comes back: the answer, or that the engine stopped on this input. */
export type EngineAnswer = { ok: true; answer: EngineOperations[Operation]['answer'] } | { ok: false };
