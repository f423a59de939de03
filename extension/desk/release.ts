// Memory that is given back at once. A large file passes by in pieces, and each piece would lie about until the browser tidies up.

/** What newer engines have. */
interface Movable {
  readonly transfer?: (size: number) => unknown;
}

/**
 * Whether the engine frees what moves away at once. Only SpiderMonkey does, which alone has `InternalError`: V8 keeps it, and counts it no more,
 * so that it tidies up later.
 */
export const freesAtOnce = 'InternalError' in globalThis;

/** Frees the memory of octets that are needed no more, where that is of use. */
export function release({ buffer }: Uint8Array): void {
  if (freesAtOnce) (buffer as unknown as Movable).transfer?.(0);
}
