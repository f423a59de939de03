// Proof of the walls. The end-to-end build names a collector in `__RECORD__`; each message that crosses a wall is then
// sent there as it crosses, and the tests search the records for what must not be on that side. In the build that
// people get `__RECORD__` is empty, and of all this only an empty function is left.

declare const __RECORD__: string;

/** The walls of the design. */
export type Wall =
  /** Content script and vault. */
  | 'page-vault'
  /** Extension page or frame and vault. */
  | 'ui-vault'
  /** The vault and what is stored on disk or in the session. */
  | 'vault-storage'
  /** Content script and desk (reader frame or composer window). */
  | 'content-desk'
  /** Desk page and its Worker: within the desk, recorded to show that no private key is in it. */
  | 'desk-worker';

/** Tells the collector of one message. Never fails and is never waited for. */
export function record(wall: Wall, from: string, to: string, message: unknown): void {
  // As `&&`, which the bundler drops (and `post` with it) when the address is empty; an `if` it would keep.
  void (__RECORD__ && tell(__RECORD__, { wall, from, to }, message));
}

/** At once: what moves with the message is gone afterwards. But what the browser keeps is read first. */
function tell(collector: string, way: object, message: unknown): void {
  const send = (message: unknown) => post(collector, JSON.stringify({ ...way, message }, printable));
  const kept = Object.entries(message ?? {}).filter((entry): entry is [string, Blob] => entry[1] instanceof Blob);
  const read = Promise.all(kept.map(async ([name, blob]) => [name, await blob.text()]));
  if (kept.length === 0) send(message);
  else void read.then((all) => send({ ...(message as object), ...Object.fromEntries(all) }));
}

function post(collector: string, body: string): void {
  // no-cors with a plain body: needs no answer and no preflight, also from a web page's origin.
  void fetch(collector, { method: 'POST', mode: 'no-cors', body }).catch(() => undefined);
}

/** Bytes as text of one char each, so that a search for a word finds it in bytes as well. */
function printable(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Array.from(value, (byte) => String.fromCharCode(byte)).join('') : value;
}
