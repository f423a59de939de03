// The lines of armor (RFC 9580, section 6). Packets go from window to page as they are: as lines they would be a third more,
// and each message leaves its octets behind for a while.

/** Octets of a line. */
const OCTETS = 48;

/** Made here: what the browser's encoder gives is the page's in Firefox, and slow to look at. */
const SIGNS = Uint8Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', (sign) =>
  sign.charCodeAt(0),
);
const PADDING = 0x3d;
const LINE_FEED = 0x0a;

/** How many octets the lines of so many octets have. */
export function linesSize(size: number): number {
  return Math.ceil(size / 3) * 4 + Math.ceil(size / OCTETS);
}

/** Room for the lines of so many octets. */
export function linesRoom(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(linesSize(size));
}

/** Writes lines into `into`, which has room for them, and returns them. No text is made of them on the way, which would be left behind. */
export function writeLines(octets: Uint8Array, into: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const sign = (bits: number) => SIGNS[bits & 63] ?? 0;
  let at = 0;
  for (let from = 0; from < octets.length; from += OCTETS) {
    const end = Math.min(from + OCTETS, octets.length);
    for (let next = from; next < end; next += 3) {
      const word = ((octets[next] ?? 0) << 16) | ((octets[next + 1] ?? 0) << 8) | (octets[next + 2] ?? 0);
      into[at++] = sign(word >> 18);
      into[at++] = sign(word >> 12);
      into[at++] = next + 1 < end ? sign(word >> 6) : PADDING;
      into[at++] = next + 2 < end ? sign(word) : PADDING;
    }
    into[at++] = LINE_FEED;
  }
  return into.subarray(0, at);
}
