import zlib from 'node:zlib';

/** The files of a zip by their names, read from its directory at the end (PKWARE APPNOTE 4.3); checks each sum. */
export function unzip(zip: Buffer): Map<string, Buffer> {
  const end = zip.lastIndexOf('PK\x05\x06');
  if (end < 0) throw new Error('no zip');
  const files = new Map<string, Buffer>();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    if (zip.toString('latin1', at, at + 4) !== 'PK\x01\x02') throw new Error('no entry where one should be');
    const [sum, packed, size] = [16, 20, 24].map((offset) => zip.readUInt32LE(at + offset)) as [number, number, number];
    const [name, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const header = zip.readUInt32LE(at + 42);
    const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
    const bytes = zip.subarray(start, start + packed);
    const file = zip.readUInt16LE(at + 10) === 0 ? bytes : zlib.inflateRawSync(bytes);
    const title = zip.toString('utf8', at + 46, at + 46 + name);
    if (file.length !== size || crc32(file) !== sum) throw new Error(`${title} is damaged`);
    files.set(title, file);
    at += 46 + name + extra + comment;
  }
  return files;
}

/** The sum that zip and gzip share, from the end of what gzip writes: sum and length. */
const crc32 = (data: Buffer): number => zlib.gzipSync(data, { level: 0 }).subarray(-8).readUInt32LE();
