// Takes away what a Worker of the extension has and what a PDF has no business with: the network, the storage, other
// Workers, messages to anything but the page that started it. Imported before pdf.js, which so never sees more.

/** Names that stay. Everything else that the Worker's global object and its prototypes have is deleted, whatever it is. */
const KEPT: ReadonlySet<string> = new Set([
  // The language itself.
  ...[
    'globalThis',
    'Infinity',
    'NaN',
    'undefined',
    'Object',
    'Function',
    'Boolean',
    'Symbol',
    'Number',
    'BigInt',
    'Math',
  ],
  ...[
    'Date',
    'String',
    'RegExp',
    'Array',
    'Map',
    'Set',
    'WeakMap',
    'WeakSet',
    'WeakRef',
    'FinalizationRegistry',
    'JSON',
  ],
  ...['Promise', 'Proxy', 'Reflect', 'Iterator', 'AsyncIterator', 'Intl', 'Error', 'AggregateError', 'EvalError'],
  ...['RangeError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError', 'InternalError', 'SuppressedError'],
  ...['DisposableStack', 'AsyncDisposableStack', 'isFinite', 'isNaN', 'parseFloat', 'parseInt', 'constructor'],
  ...['decodeURI', 'decodeURIComponent', 'encodeURI', 'encodeURIComponent', 'escape', 'unescape'],
  // Memory.
  ...[
    'ArrayBuffer',
    'DataView',
    'Int8Array',
    'Uint8Array',
    'Uint8ClampedArray',
    'Int16Array',
    'Uint16Array',
    'Int32Array',
  ],
  ...['Uint32Array', 'Float16Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array'],
  // Text and time.
  ...['TextDecoder', 'TextEncoder', 'atob', 'btoa', 'setTimeout', 'clearTimeout', 'queueMicrotask', 'structuredClone'],
  // What pdf.js talks to itself with.
  ...['ReadableStream', 'AbortController', 'AbortSignal', 'Event', 'EventTarget', 'DOMException', 'addEventListener'],
  ...['removeEventListener', 'dispatchEvent', 'MessageEvent', 'Blob', 'Response'],
  // Drawing.
  ...['OffscreenCanvas', 'OffscreenCanvasRenderingContext2D', 'Path2D', 'ImageData', 'ImageBitmap', 'DOMMatrix'],
  ...[
    'DOMMatrixReadOnly',
    'DOMPoint',
    'DOMPointReadOnly',
    'DOMRect',
    'DOMRectReadOnly',
    'CanvasGradient',
    'CanvasPattern',
  ],
  // Two picture formats are read by programs in wasm.
  'WebAssembly',
]);

/** The way to the page, kept before it goes. */
export const port = {
  post: self.postMessage.bind(self) as (message: unknown, transfer?: Transferable[]) => void,
  listen: (listener: (event: MessageEvent) => void) => addEventListener('message', listener),
};

for (
  let holder: object | null = globalThis;
  holder && holder !== Object.prototype;
  holder = Object.getPrototypeOf(holder)
) {
  for (const name of Reflect.ownKeys(holder)) {
    if (typeof name === 'symbol' || KEPT.has(name) || Reflect.deleteProperty(holder, name)) continue;
    // Some numbers cannot be taken away. Anything else would end the Worker: it must not run with more than is said here.
    if (typeof Reflect.getOwnPropertyDescriptor(holder, name)?.value !== 'number') throw new Error(`${name} stays`);
  }
}

/** Is told what pdf.js warns of. Nothing of a file goes to the browser's console. */
export const warnings = { tell: (_text: string): void => undefined };

const silent = (): void => undefined;
const instead = {
  console: {
    log: silent,
    info: silent,
    debug: silent,
    error: silent,
    warn: (text: unknown) => warnings.tell(String(text)),
  },
  // pdf.js asks what system it is on, and a program in wasm for the time.
  navigator: { userAgent: '', platform: '', language: 'en' },
  performance: { now: () => Date.now() },
};
for (const [name, value] of Object.entries(instead)) {
  Object.defineProperty(globalThis, name, { value: Object.freeze(value) });
}
