// Limits of the core that pages look at as well, so that the answer is immediate. The core decides; the build takes the
// numbers from there (`crate/core/src/limits.rs`).

declare const __MAX_IMPORT__: number;
declare const __MAX_NAME__: number;
declare const __MIN_PASSPHRASE__: number;

/** Bytes of an import: a huge paste or file is not copied several times only to be refused. */
export const MAX_IMPORT = __MAX_IMPORT__;

/** Characters of the name of a new key. */
export const MAX_NAME = __MAX_NAME__;

/** Characters that a new passphrase must have. */
export const MIN_PASSPHRASE = __MIN_PASSPHRASE__;
