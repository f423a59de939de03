// The Worker in which a PDF is read and drawn: one for each file that is looked at, ended by the page when it is closed or
// takes too long. Of the file only pictures of pages and plain text leave it. The order of the imports matters.

import { port, warnings } from './lockdown.js';
import 'pdfjs-dist/legacy/build/pdf.worker.mjs';
import { AnnotationMode, getDocument, type PDFDocumentProxy, VerbosityLevel } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { limitMemory, startCounting, tooMuch, wasRefused } from './memory.js';
import { Canvases, NoFilters } from './parts.js';
import {
  type FromWorker,
  MAX_PIXELS,
  MAX_SIDE,
  MAX_TEXT,
  type PdfFailure,
  type ToWorker,
  type Wanted,
} from './protocol.js';

/** Steps of drawing of one page, each up to a kilobyte. The map of a town with each of its houses has some hundred thousand. */
const MAX_STEPS = 300_000;
/** CSS pixels for each point of a PDF, which is the 72nd part of an inch. */
const POINT = 96 / 72;

/** What pdf.js says when it leaves something out that would be seen. */
const LEFT_OUT =
  /Unable to decode|ContentStream - ignoring|Shading - ignoring|Tiling\w* - ignoring|FontPaths - ignoring|OperatorList - ignoring (?:XObject|Shading|errors|annotation)/;

limitMemory();
warnings.tell = (text) => {
  missing ||= LEFT_OUT.test(text);
};

let opened: PDFDocumentProxy | undefined;
/** Something of the page under work is not drawn. */
let missing = false;
const waiting = new Map<string, (octets: Uint8Array<ArrayBuffer> | null) => void>();

/** Gets a file of the extension through the page. */
class Files {
  async fetch({ filename }: { filename: string }): Promise<Uint8Array<ArrayBuffer>> {
    const octets = await new Promise<Uint8Array<ArrayBuffer> | null>((come) => {
      waiting.set(filename, come);
      send({ t: 'need', name: filename });
    });
    if (octets) return octets;
    // A font that is not in the file is drawn with one of the system; tables for East Asian fonts have no substitute.
    if (filename.endsWith('.bcmap')) missing = true;
    throw new Error('not here');
  }
}

port.listen(({ data }: MessageEvent<ToWorker>) => {
  if (data.t === 'data') {
    const come = waiting.get(data.name);
    waiting.delete(data.name);
    come?.(data.octets);
  } else {
    startCounting();
    missing = false;
    answer(data).catch((error: unknown) => send({ t: 'failed', why: failure(error) }));
  }
});

async function answer(request: Exclude<ToWorker, { t: 'data' }>): Promise<void> {
  if (request.t === 'open') {
    opened = await open(request.octets);
    send({ t: 'opened', pages: opened.numPages });
  } else if (request.t === 'draw') await draw(request.wanted);
  else send({ t: 'text', text: await text(request.page) });
}

function open(data: Uint8Array<ArrayBuffer>): Promise<PDFDocumentProxy> {
  return getDocument({
    data,
    verbosity: VerbosityLevel.WARNINGS,
    // Glyphs are drawn as paths and pictures decoded by pdf.js: the browser's own code for fonts and pictures sees nothing.
    disableFontFace: true,
    useSystemFonts: false,
    isOffscreenCanvasSupported: false,
    isImageDecoderSupported: false,
    canvasMaxAreaInBytes: MAX_PIXELS * 4,
    enableXfa: false,
    useWorkerFetch: false,
    // No addresses: names for what is asked of the page.
    cMapUrl: 'pdf/',
    standardFontDataUrl: 'pdf/',
    wasmUrl: 'pdf/',
    CanvasFactory: Canvases,
    FilterFactory: NoFilters,
    BinaryDataFactory: Files,
  }).promise;
}

async function draw({ page: number, width: wide, zoom, density }: Wanted): Promise<void> {
  const page = await pageOf(number);
  const natural = page.getViewport({ scale: POINT });
  const shown = Math.min(1, wide / natural.width) * zoom;
  const room = Math.min(1, MAX_SIDE / (natural.width * shown), MAX_SIDE / (natural.height * shown));
  const size = { width: natural.width * shown * room, height: natural.height * shown * room };
  const scale = POINT * shown * room * sharpness(size, density);
  const viewport = page.getViewport({ scale });
  const canvas = new OffscreenCanvas(whole(viewport.width), whole(viewport.height));
  await page.render({
    // It is one of its own kind, with the same methods.
    canvas: canvas as unknown as HTMLCanvasElement,
    viewport,
    // Filled-in fields, stamps and comments belong to what a person sees; nothing of them can be clicked.
    annotationMode: AnnotationMode.ENABLE,
    background: '#ffffff',
    operationsFilter: (step) => step < MAX_STEPS || tooMuch(),
  }).promise;
  page.cleanup();
  const bitmap = canvas.transferToImageBitmap();
  const { width, height } = { width: whole(size.width), height: whole(size.height) };
  send({ t: 'drawn', bitmap, width, height, whole: !missing && !wasRefused() }, [bitmap]);
}

/** Pixels for each CSS pixel, as far as the limits of a picture allow. */
function sharpness({ width, height }: { width: number; height: number }, density: number): number {
  return Math.min(density, MAX_SIDE / width, MAX_SIDE / height, Math.sqrt(MAX_PIXELS / (width * height)));
}

/** At least one pixel. Rounded down: up would be over the limits. */
const whole = (size: number): number => Math.max(1, Math.floor(size));

async function text(number: number): Promise<string> {
  const page = await pageOf(number);
  const reader = page.streamTextContent().getReader();
  let all = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return all;
    for (const item of value.items) if ('str' in item) all += item.hasEOL ? `${item.str}\n` : item.str;
    if (all.length <= MAX_TEXT) continue;
    await reader.cancel();
    return all.slice(0, MAX_TEXT);
  }
}

function pageOf(number: number) {
  if (!opened) throw new Error('no file is open');
  return opened.getPage(number);
}

function failure(error: unknown): PdfFailure {
  if (wasRefused()) return 'costly';
  return error instanceof Error && error.name === 'PasswordException' ? 'password' : 'broken';
}

function send(message: FromWorker, transfer: Transferable[] = []): void {
  port.post(message, transfer);
}
