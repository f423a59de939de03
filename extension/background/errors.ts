// What the browser's failures are called in our own words.

import type { ErrorCode } from 'waxseal-wasm';

/** An effect could not be carried out. */
export class EffectError extends Error {
  constructor(readonly code: ErrorCode) {
    super(code);
    this.name = 'EffectError';
  }
}

/**
 * Names a failure of the storage API. Neither browser has an error code for a full storage: Chromium rejects with
 * `Resource::kQuotaBytes quota exceeded` (or the older `QUOTA_BYTES quota exceeded`) and, for a full disk, with
 * LevelDB's `No space left on device` or `FILE_ERROR_NO_SPACE`; Firefox with a `QuotaExceededError`.
 */
export function storageError(error: unknown): EffectError {
  const text = error instanceof Error ? `${error.name} ${error.message}` : String(error);
  const full = /quota|no.?space|disk.?full/i.test(text);
  return new EffectError(full ? 'storage_full' : 'storage_failed');
}
