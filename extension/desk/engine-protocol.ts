// A desk page and its Worker. One request at a time; each gets one answer of its own kind.

import type {
  Bytes,
  EncryptJob,
  EncryptStep,
  KeyPreview,
  MailOutcome,
  Opened,
  Opener,
  ReadOutcome,
  Secret,
} from 'waxseal-wasm';
import type { MessageForm } from './states.js';

/** What a verdict needs besides the message. */
interface Ending {
  certificates: Bytes[];
  /** The sender's address as the site tells it. */
  sender: string | null;
  now: number;
}

/** What the Worker is asked, and what it answers. */
export interface EngineOperations {
  /** Parses a block as far as is possible without a key. First request of a Worker that reads one. */
  open: { request: { armored: Uint8Array; form: MessageForm }; answer: Opened };
  /** Parses a mail as far as is possible without a key. First request of a Worker that reads one. */
  open_mail: { request: { source: Uint8Array }; answer: Opened };
  /** Decrypts with the session key from the vault. */
  decrypt: { request: { algorithm: number | undefined; key: Secret; opened_by: Opener }; answer: Opened };
  /** Decrypts with a password. May be asked again after `wrong_password`. */
  password: { request: { password: Secret }; answer: Opened };
  /** Text and verdict. Last request of a Worker that reads a block. */
  finish: { request: Ending; answer: ReadOutcome };
  /** What is shown of a mail, and the verdict. After it only `file` is asked. */
  finish_mail: { request: Ending; answer: MailOutcome };
  /** The octets of a file of the mail; they move. Nothing when there is no such file. */
  file: { request: { id: number }; answer: { data: Uint8Array<ArrayBuffer> | undefined } };
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
