// Pictures that say to be large.

/** The head of a picture that says to have this size, and nothing else of it: each way in which a format says it. */
export const heads: readonly (readonly [type: string, head: (width: number, height: number) => Buffer])[] = [
  [
    'image/png',
    (width, height) => {
      const size = Buffer.alloc(8);
      size.writeUInt32BE(width);
      size.writeUInt32BE(height, 4);
      return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'), size]);
    },
  ],
  [
    'image/jpeg',
    (width, height) => {
      const size = Buffer.alloc(4);
      size.writeUInt16BE(height);
      size.writeUInt16BE(width, 2);
      // Behind a segment of nothing, octets that are no marker, and one that stands alone.
      return Buffer.concat([Buffer.from('ffd8ffe000020001ff00ffd0ffffc2001108', 'hex'), size]);
    },
  ],
  ...[0, 10].map((own) => {
    // Its screen is small, and its first frame is not.
    const head = (width: number, height: number): Buffer => {
      const [screen, frame] = [Buffer.alloc(4), Buffer.alloc(8)];
      for (const [at, value] of [width, height].entries()) {
        screen.writeUInt16LE(own || value, at * 2);
        frame.writeUInt16LE(own ? value : 1, 4 + at * 2);
      }
      const block = Buffer.from([0x21, 0xf9, 4, 0, 0, 0, 0, 0, 0x2c]);
      return Buffer.concat([Buffer.from('GIF89a'), screen, Buffer.from([0x80, 0, 0]), Buffer.alloc(6), block, frame]);
    };
    return ['image/gif', head] as const;
  }),
  [
    'image/webp',
    (width, height) => {
      const size = Buffer.alloc(6);
      size.writeUIntLE(width - 1, 0, 3);
      size.writeUIntLE(height - 1, 3, 3);
      return Buffer.concat([Buffer.from('RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0'), size]);
    },
  ],
  [
    'image/webp',
    (width, height) => {
      const size = Buffer.alloc(4);
      size.writeUInt32LE(((height - 1) << 14) | (width - 1));
      return Buffer.concat([Buffer.from('RIFF\0\0\0\0WEBPVP8L\0\0\0\0/'), size]);
    },
  ],
  [
    'image/webp',
    (width, height) => {
      const size = Buffer.alloc(4);
      size.writeUInt16LE(width);
      size.writeUInt16LE(height, 2);
      return Buffer.concat([Buffer.from('RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01*', 'latin1'), size]);
    },
  ],
];
