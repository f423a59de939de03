// Which of a mail's inline styles are taken over: those that set a text, and none that fetch, cover, move or hide.

/** One declaration that may be set. */
export type Declaration = readonly [property: string, value: string];

const SIDES = ['top', 'right', 'bottom', 'left'];

/** Words of CSS only. */
const WORD = /^[a-z-]+$/;
/** Longest: a margin that a person would still see the text beside. Negative ones lay text over other text. */
const LENGTH = /^(?:auto|0|(?:\d{1,3}(?:\.\d+)?|\.\d+)(?:px|pt|%)|\d{1,2}(?:\.\d+)?(?:em|rem|ex|ch|pc|mm|cm|in))$/;
const WIDTH = /^(?:auto|0|\d{1,4}(?:\.\d+)?(?:px|pt|%|em|rem|ex|ch|pc|mm|cm|in))$/;
const COLOUR = /^(?:[a-z]+|#[\da-f]{3,8}|(?:rgb|hsl)a?\([\d\s.,%/deg-]+\))$/;
/** The same that is not taken from the letters: where those are made legible it would change with them. */
const GROUND = new RegExp(`^(?!currentcolor|inherit|unset|revert)${COLOUR.source.slice(1)}`);
/** Fonts that draw letters as small pictures: what looks like an ornament would be copied, quoted and signed as a sentence. */
export const SIGNS = /dings|symbol|marlett|ornament|barcode|mt extra/i;
/** Names of fonts: nothing with brackets. */
const FONT = new RegExp(`^(?!.*(?:${SIGNS.source}))[\\w\\s,"'-]{1,200}$`, 'i');
/** Where edges of a table are drawn as one, a thick one reaches over what is beside the table. */
const EDGE = /^(?:thin|medium|thick|0|(?:\d|10)(?:\.\d+)?px|[0-7](?:\.\d+)?pt)$/;
const FONT_SIZE = /^(?:[a-z-]+|\d{1,2}(?:\.\d+)?(?:px|pt)|[0-4](?:\.\d+)?r?em|\d{2,3}(?:\.\d+)?%)$/;
const LINE_HEIGHT = /^(?:normal|[1-4](?:\.\d+)?|[1-9]\d(?:\.\d+)?(?:px|pt)|[1-4](?:\.\d+)?r?em|[1-4]\d\d(?:\.\d+)?%)$/;
const WEIGHT = /^(?:[a-z]+|[1-9]00)$/;
const WORDS = /^[a-z\s-]{1,80}$/;
/** Nothing is drawn of what is in columns, and heads, feet and captions of tables are drawn in another place than they are copied from. */
const DISPLAY = /^(?:block|inline|inline-block|list-item|table(?:-(?:row|cell|row-group))?)$/;

const ALLOWED = new Map<string, RegExp>([
  ['color', COLOUR],
  ['background-color', GROUND],
  ['font-family', FONT],
  ['font-size', FONT_SIZE],
  ['font-style', WORD],
  ['font-weight', WEIGHT],
  ['line-height', LINE_HEIGHT],
  ['text-align', WORD],
  ['text-decoration-line', WORDS],
  ['text-decoration-style', WORD],
  ['text-transform', WORD],
  ['vertical-align', WORD],
  ['white-space', WORD],
  ['word-break', WORD],
  ['overflow-wrap', WORD],
  ['direction', WORD],
  ['list-style-type', WORD],
  ['display', DISPLAY],
  ['float', WORD],
  ['clear', WORD],
  ['width', WIDTH],
  ['min-width', WIDTH],
  ['max-width', WIDTH],
  ['border-collapse', WORD],
  ['border-spacing', /^\d{1,2}px(?: \d{1,2}px)?$/],
  ...SIDES.flatMap((side): [string, RegExp][] => [
    [`margin-${side}`, LENGTH],
    [`padding-${side}`, LENGTH],
    [`border-${side}-width`, EDGE],
    [`border-${side}-style`, WORD],
    [`border-${side}-color`, COLOUR],
  ]),
  ...['top-left', 'top-right', 'bottom-right', 'bottom-left'].map((corner): [string, RegExp] => [
    `border-${corner}-radius`,
    /^\d{1,3}(?:\.\d+)?(?:px|%|em)$/,
  ]),
]);

/** Browsers tell of these in pieces, each of them in others. */
const SHORT = ['white-space', 'vertical-align'];

/** Characters of one `style` attribute; honest ones have some hundreds. */
const MAX_STYLE = 4_000;

/**
 * Reads a `style` attribute. `probe` belongs to a document without a window, where nothing is drawn or fetched: its
 * parser splits what mails write (`border: 1px solid red`) into the properties of the list.
 */
export function declarations(style: string, probe: HTMLElement): Declaration[] {
  if (style.length > MAX_STYLE) return [];
  probe.style.cssText = style;
  const found: Declaration[] = [];
  for (const property of new Set([...probe.style, ...SHORT])) {
    const value = probe.style.getPropertyValue(property).trim().toLowerCase();
    if (ALLOWED.get(property)?.test(value)) found.push([property, value]);
  }
  return found;
}
