// What a page and the Worker in which a PDF is drawn say to each other. What comes from there is as hostile as the file.

/** Pages that are offered: nobody leafs through more, and the number is the file's own word. */
export const MAX_PAGES = 10_000;
/** Pixels of one drawn page: 64 MB. A sheet of A4 at 300 dpi has 9 million. */
export const MAX_PIXELS = 16_000_000;
/** Pixels of a side. Browsers draw no longer ones. */
export const MAX_SIDE = 8_192;
/** Characters of the text of one page that are shown; a densely printed one has 10,000. */
export const MAX_TEXT = 200_000;

/** Why a file or a page is not shown. */
export type PdfFailure =
  /** It is damaged, or uses what cannot be drawn here. */
  | 'broken'
  /** Only a password opens it. */
  | 'password'
  /** It takes more time or memory than a preview may. */
  | 'costly';

/** How large a page is wanted, in CSS pixels. */
export interface Wanted {
  /** From 1. */
  readonly page: number;
  /** A page that is wider is made to fit; then `zoom` counts. */
  readonly width: number;
  readonly zoom: number;
  /** Pixels of the screen for each CSS pixel. */
  readonly density: number;
}

/** Page to Worker: first `open`, then one request after the other. `data` answers a `need` and comes in between. */
export type ToWorker =
  | { readonly t: 'open'; readonly octets: Uint8Array<ArrayBuffer> }
  | { readonly t: 'draw'; readonly wanted: Wanted }
  | { readonly t: 'text'; readonly page: number }
  | { readonly t: 'data'; readonly name: string; readonly octets: Uint8Array<ArrayBuffer> | null };

/** Worker to page. */
export type FromWorker =
  | { readonly t: 'opened'; readonly pages: number }
  /** The picture of a page, and the size at which it is to be shown in CSS pixels. */
  | {
      readonly t: 'drawn';
      readonly bitmap: ImageBitmap;
      readonly width: number;
      readonly height: number;
      readonly whole: boolean;
    }
  | { readonly t: 'text'; readonly text: string }
  | { readonly t: 'need'; readonly name: string }
  | { readonly t: 'failed'; readonly why: PdfFailure };

/** The files of the extension that a Worker may ask for, in its folder `pdf`. */
export const DATA: ReadonlySet<string> = new Set([
  // The picture formats of scanners: JBIG2 and fax, JPEG 2000.
  'jbig2.wasm',
  'openjpeg.wasm',
  // Two fonts of signs that every program for PDF has to have, and systems have under other names or not at all.
  'FoxitSymbol.pfb',
  'FoxitDingbats.pfb',
]);

const FAILURES: ReadonlySet<unknown> = new Set<PdfFailure>(['broken', 'password', 'costly']);

/** A message from the Worker as far as it is what was agreed; nothing otherwise. */
export function checked(message: unknown): FromWorker | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { t, pages, bitmap, width, height, whole, text, name, why } = message as Record<string, unknown>;
  if (t === 'opened') return isCount(pages, Number.MAX_SAFE_INTEGER) ? { t, pages } : undefined;
  if (t === 'text') return typeof text === 'string' && text.length <= MAX_TEXT ? { t, text } : undefined;
  if (t === 'need') return typeof name === 'string' && name.length <= 100 ? { t, name } : undefined;
  if (t === 'failed') return FAILURES.has(why) ? { t, why: why as PdfFailure } : undefined;
  if (t !== 'drawn' || !(bitmap instanceof ImageBitmap) || typeof whole !== 'boolean') return undefined;
  if (!fits(bitmap.width, bitmap.height) || !isCount(width, MAX_SIDE) || !isCount(height, MAX_SIDE)) return undefined;
  return { t, bitmap, width, height, whole };
}

/** Whether a canvas of this size may be made. */
export function fits(width: number, height: number): boolean {
  return isCount(width, MAX_SIDE) && isCount(height, MAX_SIDE) && width * height <= MAX_PIXELS;
}

function isCount(value: unknown, most: number): value is number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most;
}
