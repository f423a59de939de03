// Limits of the core that pages look at as well, so that the answer is immediate. The core decides; the build takes the
// numbers from there (`crate/core/src/limits.rs`).

declare const __MAX_IMPORT__: number;
declare const __MAX_NAME__: number;
declare const __MIN_PASSPHRASE__: number;
declare const __MAX_EXPIRES_DAYS__: number;
declare const __MAX_WRITTEN_FILES__: number;
declare const __MAX_WRITTEN_SIZE__: number;
declare const __MAX_WRITTEN_TEXT__: number;
declare const __MAX_HIDDEN__: number;
declare const __MAX_SIGNATURE_FILE__: number;

/** Bytes of an import: a huge paste or file is not copied several times only to be refused. */
export const MAX_IMPORT = __MAX_IMPORT__;

/** Characters of the name of a new key. */
export const MAX_NAME = __MAX_NAME__;

/** Characters that a new passphrase must have. */
export const MIN_PASSPHRASE = __MIN_PASSPHRASE__;

/** Days until a key ends, at most. */
export const MAX_EXPIRES_DAYS = __MAX_EXPIRES_DAYS__;

/** Files of one mail that is written. */
export const MAX_WRITTEN_FILES = __MAX_WRITTEN_FILES__;

/** Octets of all files of one mail together. */
export const MAX_WRITTEN_SIZE = __MAX_WRITTEN_SIZE__;

/** Octets of its text. */
export const MAX_WRITTEN_TEXT = __MAX_WRITTEN_TEXT__;

/** People in Bcc of one encrypted mail. */
export const MAX_HIDDEN = __MAX_HIDDEN__;

/** Octets of a file that can be a signature. */
export const MAX_SIGNATURE_FILE = __MAX_SIGNATURE_FILE__;
