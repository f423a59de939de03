// PDF files, written by hand: small ones that are what they say, and some that no program makes.

import zlib from 'node:zlib';

type Chunk = string | Buffer;

const joined = (chunks: readonly Chunk[]): Buffer =>
  Buffer.concat(chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk)));

/** The objects of a file, in the order of their numbers from 1. The first is its catalogue. */
export class Pdf {
  readonly #objects: Buffer[] = [];

  /** How an object will be named that is added next. */
  get next(): string {
    return `${this.#objects.length + 1} 0 R`;
  }

  /** Adds an object, and returns how others name it. */
  add(...chunks: Chunk[]): string {
    this.#objects.push(joined(chunks));
    return `${this.#objects.length} 0 R`;
  }

  /** Fills in what was added empty, because it names what came later. */
  fill(name: string, text: string): void {
    this.#objects[Number.parseInt(name, 10) - 1] = Buffer.from(text, 'latin1');
  }

  /** Adds a stream; `entries` of its dictionary beside its length. */
  stream(data: Chunk, entries = ''): string {
    const octets = joined([data]);
    return this.add(`<< ${entries} /Length ${octets.length} >>\nstream\n`, octets, '\nendstream');
  }

  /** The whole file. */
  octets(trailer = ''): Buffer {
    const parts: Buffer[] = [Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')];
    const places: number[] = [];
    let length = parts[0]?.length ?? 0;
    this.#objects.forEach((object, at) => {
      const whole = joined([`${at + 1} 0 obj\n`, object, '\nendobj\n']);
      places.push(length);
      parts.push(whole);
      length += whole.length;
    });
    const rows = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`);
    const size = places.length + 1;
    parts.push(
      Buffer.from(
        `xref\n0 ${size}\n0000000000 65535 f \n${rows.join('')}trailer\n<< /Size ${size} /Root 1 0 R ${trailer} >>\nstartxref\n${length}\n%%EOF\n`,
      ),
    );
    return Buffer.concat(parts);
  }
}

/** What can be said of a document beside its pages. */
export interface Extras {
  /** Entries of the catalogue, of each page, and of the pages' resources. */
  catalogue?: string;
  page?: string;
  resources?: string;
  /** Its size in points; A5 when not given. */
  box?: string;
  /** Makes further objects; its result is what the four above may name. */
  objects?: (pdf: Pdf) => Pick<Extras, 'catalogue' | 'page' | 'resources'>;
  /** How many pages it says that it has. */
  count?: number;
  trailer?: string;
}

const FONT = '/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>';

/** A document of pages with these contents (operators of PDF), whose font /F1 is not in the file. */
export function pdf(pages: readonly (string | Buffer)[], extras: Extras = {}): Buffer {
  const { box = '0 0 420 595', count = pages.length, trailer } = extras;
  const file = new Pdf();
  const [catalogue, tree] = [file.add(''), file.add('')];
  const more = { ...extras, ...extras.objects?.(file) };
  const kids = pages.map((page) => {
    const content = file.stream(page, typeof page === 'string' ? '' : '/Filter [/FlateDecode /FlateDecode]');
    const resources = `<< ${FONT} ${more.resources ?? ''} >>`;
    const rest = `/MediaBox [${box}] /Contents ${content} /Resources ${resources} ${more.page ?? ''}`;
    return file.add(`<< /Type /Page /Parent ${tree} ${rest} >>`);
  });
  file.fill(catalogue, `<< /Type /Catalog /Pages ${tree} ${more.catalogue ?? ''} >>`);
  file.fill(tree, `<< /Type /Pages /Count ${count} /Kids [${kids.join(' ')}] >>`);
  return file.octets(trailer);
}

/** A content of so many octets, packed twice: a thousandth of a thousandth of it travels. `first` stands before all. */
export function bomb(operator: string, octets: number, first = ''): Buffer {
  const piece = Buffer.from(operator.repeat(Math.ceil(1_000_000 / operator.length)));
  // Packed piece by piece, in blocks that are flushed and can so be repeated as they are.
  const deflate = (data: Buffer, finish: number): Buffer =>
    zlib.deflateRawSync(data, { level: 9, finishFlush: finish });
  const { Z_FULL_FLUSH, Z_FINISH } = zlib.constants;
  const block = deflate(piece, Z_FULL_FLUSH);
  const blocks = Array.from({ length: Math.ceil(octets / piece.length) }, () => block);
  const head = [Buffer.from([0x78, 0xda]), deflate(Buffer.from(first), Z_FULL_FLUSH)];
  const whole = Buffer.concat([...head, ...blocks, deflate(Buffer.alloc(0), Z_FINISH)]);
  return zlib.deflateSync(whole, { level: 9 });
}

/** A picture of scanners, 16 by 16 and black (ITU-T T.88, its one region coded as a fax is). */
export function jbig2(): Buffer {
  const rows = '11'.repeat(15);
  const bits = `001${'00110101'}${'0000010111'}${rows}${'000000000001'.repeat(2)}`;
  const fax = Buffer.from(
    (bits.padEnd(Math.ceil(bits.length / 8) * 8, '0').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)),
  );
  const size = [0, 0, 0, 16, 0, 0, 0, 16];
  const page = [...size, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  const region = [...size, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, ...fax];
  const segment = (number: number, type: number, data: number[]): number[] => [
    0,
    0,
    0,
    number,
    type,
    0,
    1,
    0,
    0,
    0,
    data.length,
    ...data,
  ];
  return Buffer.from([...segment(0, 48, page), ...segment(1, 38, region)]);
}

/** A picture of JPEG 2000, 32 by 32 and grey: its one tile holds an empty packet, which is the middle of all values. */
export function jpeg2000(): Buffer {
  const size = (value: number): number[] => [0, 0, 0, value];
  const picture = [
    0xff,
    0x51,
    0,
    41,
    0,
    0,
    ...size(32),
    ...size(32),
    ...size(0),
    ...size(0),
    ...size(32),
    ...size(32),
    ...size(0),
    ...size(0),
    0,
    1,
    7,
    1,
    1,
  ];
  const coding = [0xff, 0x52, 0, 12, 0, 0, 0, 1, 0, 0, 4, 4, 0, 1];
  const steps = [0xff, 0x5c, 0, 4, 0x40, 0x40];
  const tile = [0xff, 0x90, 0, 10, 0, 0, ...size(15), 0, 1, 0xff, 0x93, 0];
  return Buffer.from([0xff, 0x4f, ...picture, ...coding, ...steps, ...tile, 0xff, 0xd9]);
}

/** A Type 1 font as files hold it (PFB), as a PDF does: without the marks between its parts. */
export function embeddedFont(file: Pdf, pfb: Buffer): string {
  const parts: Buffer[] = [];
  for (let at = 0; pfb[at] === 0x80 && pfb[at + 1] !== 3; ) {
    const length = pfb.readUInt32LE(at + 2);
    parts.push(pfb.subarray(at + 6, at + 6 + length));
    at += 6 + length;
  }
  const lengths = parts.map((part, at) => `/Length${at + 1} ${part.length}`).join(' ');
  const stream = file.stream(Buffer.concat(parts), lengths);
  const descriptor = file.add(
    `<< /Type /FontDescriptor /FontName /ABCDEF+Own /Flags 4 /FontBBox [0 -200 1000 800] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 /FontFile ${stream} >>`,
  );
  const widths = Array.from({ length: 95 }, () => '600').join(' ');
  return `<< /Type /Font /Subtype /Type1 /BaseFont /ABCDEF+Own /FirstChar 32 /LastChar 126 /Widths [${widths}] /FontDescriptor ${descriptor} >>`;
}
