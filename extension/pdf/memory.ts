// How much memory the reading of one page may take. A few octets of a file can ask for gigabytes, and a browser has no
// limit of its own for a Worker: where it fails, the whole process of the extension may fail.

/** Octets of one array: a page of A4 scanned at 600 dpi in colour is 140 MB, and unpacked in steps that double. */
const MAX_ARRAY = 144 * 1024 * 1024;
/** Octets of all arrays made for one request, given back or not: some pictures of that size, decoded step by step. */
const MAX_ARRAYS = 2 * 1024 * 1024 * 1024;
/** Octets that the programs for two picture formats may take. */
const MAX_WASM = 512 * 1024 * 1024;

/**
 * Words of a file (names, numbers, signs) that are read for one request: some 30 MB of drawing. They become objects of the
 * language, whose memory nobody can count, and too many of which end the process and not the Worker.
 */
const MAX_WORDS = 10_000_000;
/** Characters of these that are read for one request. As much drawing has no more of them. */
const MAX_CHARACTERS = 30_000_000;

let taken = 0;
let words = 0;
let characters = 0;
let over = false;

/** The next request begins. */
export function startCounting(): void {
  taken = 0;
  words = 0;
  characters = 0;
  over = false;
}

/** Whether something since then was refused for its size: what is then drawn may lack parts. */
export const wasRefused = (): boolean => over;

/** Counts octets that are about to be taken; throws when they are too many. */
export function take(octets: number): void {
  taken += octets;
  if (octets > MAX_ARRAY || taken > MAX_ARRAYS) tooMuch();
}

/** Ends what is under way, and notes that it was too much. */
export function tooMuch(): never {
  over = true;
  throw new RangeError('more than a preview may take');
}

type ArrayType = ArrayBufferConstructor | Uint8ArrayConstructor | Float64ArrayConstructor;

const TYPES = ['Int8', 'Uint8', 'Uint8Clamped', 'Int16', 'Uint16', 'Int32', 'Uint32', 'Float32', 'Float64'] as const;

/** Called by pdf.js for each word that it reads (extension/pdf.mjs). */
function count(): void {
  if (++words > MAX_WORDS) tooMuch();
}

/** The same for each character of a text, a name or octets in hex: until such a word ends it is a list of them. */
function countCharacter(): void {
  if (++characters > MAX_CHARACTERS) tooMuch();
}

/** From here on every array of numbers is counted when it is made, and every word. */
export function limitMemory(): void {
  Object.defineProperty(globalThis, 'waxsealCount', { value: count });
  Object.defineProperty(globalThis, 'waxsealCharacter', { value: countCharacter });
  replace('ArrayBuffer', ArrayBuffer, 1);
  for (const type of TYPES) {
    const name = `${type}Array` as const;
    replace(name, globalThis[name] as ArrayType, globalThis[name].BYTES_PER_ELEMENT);
  }
  const { grow } = WebAssembly.Memory.prototype;
  WebAssembly.Memory.prototype.grow = function (this: WebAssembly.Memory, pages: number): number {
    if (this.buffer.byteLength + pages * 65_536 > MAX_WASM) tooMuch();
    return grow.call(this, pages);
  };
}

function replace(name: string, type: ArrayType, size: number): void {
  const construct = (target: ArrayType, args: unknown[], wanted: new () => object): object => {
    const [first] = args;
    // A view of a buffer takes nothing, a copy takes what it copies.
    if (typeof first === 'number') take(first * size);
    else if (ArrayBuffer.isView(first)) take(first.byteLength);
    else if (Array.isArray(first)) take(first.length * size);
    return Reflect.construct(target, args, wanted);
  };
  Object.defineProperty(globalThis, name, {
    value: new Proxy(type, { construct }),
    configurable: true,
    writable: true,
  });
}
