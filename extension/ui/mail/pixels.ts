// How large a picture is, by the first octets of the formats that are shown.

/** Pixels of a picture that is drawn: each takes four octets, and a few octets of a file can ask for thousands of millions. */
const MAX_PIXELS = 100_000_000;

/** Whether a picture says that it has more pixels than are drawn. What is damaged is left to the browser, which draws none of it. */
export function isHuge(data: Uint8Array): boolean {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  try {
    const [width, height] = sizeOf(view);
    return width * height > MAX_PIXELS;
  } catch {
    // It ends before that.
    return false;
  }
}

type Size = readonly [width: number, height: number];

/** Throws where the octets end. */
function sizeOf(view: DataView): Size {
  switch (view.getUint16(0)) {
    case 0x8950:
      // The first chunk of a PNG.
      return [view.getUint32(16), view.getUint32(20)];
    case 0xffd8:
      return ofJpeg(view);
    case 0x4749:
      return ofGif(view);
    case 0x5249:
      return ofWebp(view);
    default:
      return [0, 0];
  }
}

/** In the first segment that begins a frame (ITU-T T.81, B.2.2), found as decoders do: what is no marker is passed over. */
function ofJpeg(view: DataView): Size {
  for (let at = 2; ; ) {
    while (view.getUint8(at) !== 0xff) at++;
    while (view.getUint8(at) === 0xff) at++;
    const marker = view.getUint8(at++);
    // Of the same sixteen, three are tables.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return [view.getUint16(at + 5), view.getUint16(at + 3)];
    }
    const alone = marker <= 1 || (marker >= 0xd0 && marker <= 0xd7);
    if (!alone) at += view.getUint16(at);
  }
}

/** Its screen, or its first frame, which may be larger. */
function ofGif(view: DataView): Size {
  const table = (packed: number): number => (packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0);
  const screen: Size = [view.getUint16(6, true), view.getUint16(8, true)];
  let at = 13 + table(view.getUint8(10));
  while (view.getUint8(at) === 0x21) {
    at += 2;
    for (let length = view.getUint8(at); length > 0; length = view.getUint8(at)) at += 1 + length;
    at++;
  }
  if (view.getUint8(at) !== 0x2c) return screen;
  const edge = (place: number, size: number): number => view.getUint16(place, true) + view.getUint16(size, true);
  return [Math.max(screen[0], edge(at + 1, at + 5)), Math.max(screen[1], edge(at + 3, at + 7))];
}

/** In the first chunk of all its three forms (RFC 9649). */
function ofWebp(view: DataView): Size {
  const three = (at: number): number => view.getUint16(at, true) + view.getUint8(at + 2) * 0x10000 + 1;
  switch (view.getUint32(12)) {
    case 0x56503858:
      return [three(24), three(27)];
    case 0x5650384c: {
      const bits = view.getUint32(21, true);
      return [(bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1];
    }
    default:
      return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
  }
}
