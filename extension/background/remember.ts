// Unlocked keys must outlive the background script, which the browser stops whenever it likes, and nothing else.
//
// What the vault gives is wrapped with AES-256-GCM. The wrapped blob lies in `storage.session`: in memory, gone with
// the browser. The wrapping key lies in IndexedDB, non-extractable and new each time. Neither place alone is worth
// anything: what is on disk has no blob, what `storage.session` shows has no key. Dropping the blob ends it; the key
// is dropped with it, and a key left over by a browser that was closed unlocks nothing.

import type { Secret } from 'waxseal-wasm';
import { toBase64 } from '../ui/files.js';
import { record } from '../ui/record.js';
import { dropOtherWrappingKeys, dropWrappingKey, putWrappingKey, wrappingKey } from './wrapping-key.js';

const SLOT = 'host:remembered';

/** What is in the slot when keys are open that could not be remembered: it opens nothing, but the next start tells that they are locked. */
const UNKNOWN = 'open';

/** What is in the slot. */
interface Remembered {
  /** Names the wrapping key. */
  readonly id: string;
  /** Initialisation vector of 96 bits, base64. */
  readonly iv: string;
  /** Ciphertext and tag, base64. */
  readonly data: string;
  /** Seconds since 1970; null means until the browser closes. */
  readonly until: number | null;
}

/**
 * Wraps and keeps `blob`. When that fails (no IndexedDB, or one that does not answer; full memory) nothing is remembered, the older blob neither:
 * the keys stay unlocked as long as this background runs, and at worst the user unlocks again. When it is `late`, what is
 * kept is a newer call's matter: the user may have locked the keys meanwhile.
 */
export async function remember(blob: Secret, until: number | undefined, late: AbortSignal): Promise<void> {
  const id = crypto.randomUUID();
  try {
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(blob);
    const data = await crypto.subtle.encrypt(gcm(iv, id, until ?? null), key, plain).finally(() => plain.fill(0));
    const kept: Remembered = {
      id,
      iv: toBase64(iv),
      data: toBase64(new Uint8Array(data)),
      until: until ?? null,
    };
    // In this order a stop in between leaves the old pair whole or the new one.
    await putWrappingKey(id, key);
    late.throwIfAborted();
    record('vault-storage', 'vault', 'storage.session', kept);
    await chrome.storage.session.set({ [SLOT]: kept });
    late.throwIfAborted();
    // Keys of which there is no blob any more: they may stay until the next time.
    await dropOtherWrappingKeys(id).catch(() => undefined);
  } catch {
    if (!late.aborted) {
      await forget();
      return chrome.storage.session.set({ [SLOT]: UNKNOWN }).catch(() => undefined);
    }
    await dropWrappingKey(id).catch(() => undefined);
  }
}

/** Drops blob and key. Fails only when the blob may still be there. */
export async function forget(): Promise<void> {
  const { session } = chrome.storage;
  const kept = await session.get(SLOT).then(
    (found) => found[SLOT],
    () => undefined,
  );
  await session.remove(SLOT);
  // Without the blob the key is worth nothing: its removal may fail, and locking does not wait for it.
  if (isRemembered(kept)) void dropWrappingKey(kept.id).catch(() => undefined);
}

/**
 * What was remembered. A blob that is of no use (expired, or its key is gone) is dropped, and `dropped` says so: the
 * keys were unlocked and no longer are, with no vault running that could have told. When it is `late`, what is kept is a newer
 * call's matter: its key may be another one by now.
 */
export async function recall(late: AbortSignal): Promise<{ readonly blob?: Secret; readonly dropped?: boolean }> {
  const { [SLOT]: kept } = await chrome.storage.session.get(SLOT);
  if (kept === undefined) return {};
  const blob = isRemembered(kept) ? await unwrap(kept).catch(() => undefined) : undefined;
  if (blob !== undefined) return { blob };
  if (late.aborted) return {};
  await forget();
  return { dropped: true };
}

async function unwrap({ id, iv, data, until }: Remembered): Promise<Secret | undefined> {
  if (until !== null && until * 1000 <= Date.now()) return undefined;
  const key = await wrappingKey(id);
  if (!key) return undefined;
  const plain = await crypto.subtle.decrypt(gcm(fromBase64(iv), id, until), key, fromBase64(data));
  return new TextDecoder().decode(plain);
}

/** The expiry is authenticated with the blob: nobody can make it last longer. */
function gcm(iv: Uint8Array<ArrayBuffer>, id: string, until: number | null): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(`waxseal ${id} ${until}`) };
}

function isRemembered(value: unknown): value is Remembered {
  if (typeof value !== 'object' || value === null) return false;
  const { id, iv, data, until } = value as Partial<Record<keyof Remembered, unknown>>;
  const texts = [id, iv, data].every((text) => typeof text === 'string');
  return texts && (until === null || typeof until === 'number');
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
