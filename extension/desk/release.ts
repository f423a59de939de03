// Memory that is given back at once. A large file passes by in pieces, and each piece would lie about until the browser tidies up.

/** What newer engines have. */
interface Movable {
  readonly transfer?: (size: number) => unknown;
}

/**
 * Frees the memory of octets that are needed no more. Only in SpiderMonkey, which alone has `InternalError`: V8 keeps what
 * moves away, and counts it no more, so that it tidies up later.
 */
export function release({ buffer }: Uint8Array): void {
  if ('InternalError' in globalThis) (buffer as unknown as Movable).transfer?.(0);
}
