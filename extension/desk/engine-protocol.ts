// A desk page and its Worker. One request at a time; each gets one answer of its own kind.

import type {
  Bytes,
  CheckOutcome,
  EncryptJob,
  EncryptStep,
  KeyPreview,
  MailOrder,
  OfferedFile,
  Opened,
  Opener,
  ReadOutcome,
  Secret,
  Sorted,
  Vouched,
  WriteStep,
  WrittenFile,
} from 'waxseal-wasm';
import type { MessageForm } from './states.js';

/** What a verdict needs besides the message. */
interface Ending {
  certificates: Bytes[];
  /** What the user says of them. */
  vouched: Vouched[];
  /** The sender's address as the site tells it. */
  sender: string | null;
  now: number;
}

/** What the Worker is asked, and what it answers. */
export interface EngineOperations {
  /** Parses a block as far as is possible without a key. First request of a Worker that reads one. */
  open: { request: { armored: Uint8Array; form: MessageForm }; answer: Opened };
  /** Takes a mail, or a file with a message, from where the browser keeps it; `gone` when it does not give it (any more). First request of a Worker that reads one. */
  take_source: { request: { source: Blob }; answer: { kind: 'taken' | 'gone' } };
  /** A mail comes that nobody keeps: so many octets, or 0 when nobody knows. First request of a Worker that reads one. */
  begin_source: { request: { size: number }; answer: object };
  /** The next octets of it. Their memory comes back, for the octets after them. */
  source_piece: { request: { piece: Uint8Array }; answer: { data: Uint8Array<ArrayBuffer> } };
  /** Parses it as far as is possible without a key. */
  open_mail: { request: { name: string | undefined }; answer: Opened };
  /** Decrypts with the session key from the vault. */
  decrypt: { request: { algorithm: number | undefined; key: Secret; opened_by: Opener }; answer: Opened };
  /** Decrypts with a password. May be asked again after `wrong_password`. */
  password: { request: { password: Secret }; answer: Opened };
  /** What is shown, and the verdict. After it only `file` and `source` are asked, when it is a mail. */
  finish: { request: Ending; answer: ReadOutcome };
  /** The octets of a file of the mail; they move. Nothing when there is no such file. */
  file: { request: { id: number; use: 'save' | 'open' }; answer: { data: Uint8Array<ArrayBuffer> | undefined } };
  /** What the mail that is shown was decrypted to; it moves. Nothing when it is no mail. */
  source: { request: object; answer: { data: Uint8Array<ArrayBuffer> | undefined } };
  /** Starts to make a message. First request of a writing Worker. */
  begin: { request: { job: EncryptJob }; answer: EncryptStep };
  /** Goes on with the vault's signature. Last request of a writing Worker. */
  sign: { request: { signature: Bytes }; answer: EncryptStep };
  /** Starts to make a mail. First request of a Worker that makes one. */
  begin_mail: { request: { order: MailOrder }; answer: WriteStep };
  /** The next octets of a file. Their memory comes back, for the octets after them. */
  file_piece: { request: { piece: Uint8Array }; answer: { data: Uint8Array<ArrayBuffer> } };
  /** Takes the file whose octets have come. */
  add_file: { request: { file: WrittenFile }; answer: WriteStep };
  /** All files are there. */
  make_mail: { request: object; answer: WriteStep };
  /** Goes on with the vault's signatures. */
  sign_mail: { request: { signatures: Bytes[] }; answer: WriteStep };
  /**
   * A piece of what was made, from the part with this number on, in the memory that comes with the request: what stands in it, or
   * what its `lines` are made of. Of no size after the last. The piece after it is from the part `next` on.
   */
  output_piece: {
    request: { place: number; from: number; into: Uint8Array };
    answer: { data: Uint8Array<ArrayBuffer>; size: number; lines: boolean; next: number };
  };
  /** Finds the signatures among files. The only request of its Worker. */
  sort: { request: { files: OfferedFile[] }; answer: Sorted };
  /** Reads detached signatures on a file of `size` octets. First request of a Worker that checks them. */
  check: { request: { signatures: Uint8Array; size: number }; answer: Opened };
  /** The next octets of that file. */
  check_piece: { request: { piece: Uint8Array }; answer: object };
  /** The verdict on it. The last request. */
  check_end: { request: Omit<Ending, 'sender'>; answer: CheckOutcome };
  /** Describes the keys of a block. The only request of its Worker. */
  preview: { request: { data: Uint8Array; now: number }; answer: KeyPreview };
}

/** Name of an operation. */
export type Operation = keyof EngineOperations;
/** What is sent to the Worker. */
export type EngineRequest = { [K in Operation]: { op: K } & EngineOperations[K]['request'] }[Operation];
/** What comes back: the answer, or that the engine stopped on this input. */
export type EngineAnswer = { ok: true; answer: EngineOperations[Operation]['answer'] } | { ok: false };
