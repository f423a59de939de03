// Files in one ZIP archive (APPNOTE 6.3), stored as they are: what is attached to mails is compressed mostly.

/** One file of an archive. */
export interface Entry {
  readonly name: string;
  readonly octets: Uint8Array<ArrayBuffer>;
}

/** Octets that are summed up without a break; a page that computes for longer feels stuck. */
const SLICE = 4 * 1024 * 1024;

/** The parts of an archive, for a Blob. Files of the same name get numbers. */
export async function zip(entries: readonly Entry[]): Promise<BlobPart[]> {
  const parts: BlobPart[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let at = 0;
  const names = uniqueNames(entries.map((entry) => entry.name));
  for (const [index, { octets }] of entries.entries()) {
    const name = new TextEncoder().encode(names[index]);
    const about = { crc: await crc32(octets), size: octets.length, name };
    const local = record([...u32(0x04034b50), ...u16(20), ...facts(about), ...u16(0)], name);
    const central = [...u32(0x02014b50), ...u16(20, 20), ...facts(about), ...u16(0, 0, 0, 0), ...u32(0, at)];
    directory.push(record(central, name));
    parts.push(local, octets);
    at += local.length + octets.length;
  }
  const size = directory.reduce((sum, one) => sum + one.length, 0);
  const count = entries.length;
  const end = record([...u32(0x06054b50), ...u16(0, 0, count, count), ...u32(size, at), ...u16(0)]);
  return [...parts, ...directory, end];
}

type Field = readonly [octets: 2 | 4, value: number];

const u16 = (...values: number[]): Field[] => values.map((value) => [2, value]);
const u32 = (...values: number[]): Field[] => values.map((value) => [4, value]);

/** What the header before a file and its entry in the directory have in common. */
function facts({ crc, size, name }: { crc: number; size: number; name: Uint8Array }): Field[] {
  // Names are UTF-8 (bit 11), nothing is compressed, and the time is the first that the format has: 1980-01-01.
  return [...u16(0x0800, 0, 0, 0x0021), ...u32(crc, size, size), ...u16(name.length)];
}

function record(fields: readonly Field[], name = new Uint8Array()): Uint8Array<ArrayBuffer> {
  const length = fields.reduce((sum, [octets]) => sum + octets, 0);
  const bytes = new Uint8Array(length + name.length);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [octets, value] of fields) {
    if (octets === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += octets;
  }
  bytes.set(name, length);
  return bytes;
}

/**
 * Names of files, each of its own: two of one name would be one file after unpacking; so would two that differ in case only, on most
 * machines. With a file goes what stands `beside` it.
 */
export function uniqueNames(
  names: readonly string[],
  beside: (name: string) => readonly string[] = () => [],
): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const dot = name.lastIndexOf('.');
    const [stem, end] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
    let unique = name;
    const all = () => [unique, ...beside(unique)].map((one) => one.normalize().toLowerCase());
    for (let number = 2; all().some((one) => taken.has(one)); number++) unique = `${stem} (${number})${end}`;
    for (const one of all()) taken.add(one);
    return unique;
  });
}

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

async function crc32(octets: Uint8Array): Promise<number> {
  let crc = 0xffffffff;
  for (let from = 0; from < octets.length; from += SLICE) {
    for (const octet of octets.subarray(from, from + SLICE)) crc = (TABLE[(crc ^ octet) & 0xff] ?? 0) ^ (crc >>> 8);
    if (from + SLICE < octets.length) await new Promise((resolve) => setTimeout(resolve));
  }
  return (crc ^ 0xffffffff) >>> 0;
}
