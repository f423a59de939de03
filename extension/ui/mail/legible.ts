// Text that is there can be seen: a mail may choose colours and sizes, but not to hide words with them. Who replies to
// or signs what they read must have seen all of it.

type Colour = readonly [red: number, green: number, blue: number, alpha: number];

const WHITE: Colour = [255, 255, 255, 1];
/** Contrast (WCAG 2, 1.4.3) below which a text counts as hidden; pale grey footers stay above. */
const MIN_CONTRAST = 2;
/** CSS pixels. */
const MIN_SIZE = 8;
/** CSS pixels by which a piece of a line may reach into the lines above and below it. */
const MAX_REACH = 4;

/** What may be behind a text. */
interface Ground {
  /** If all that it stands in is behind it. */
  readonly colour: Colour;
  /** If some of that is not: what has no height or no width, or is a piece of a line, is not behind all that is in it. */
  readonly others: readonly Colour[];
  /** There are more possibilities, where colours mix. */
  readonly mixed: boolean;
}

/** A text in more boxes of different colours is a rare sight. */
const MAX_GROUNDS = 8;
const SHEET: Ground = { colour: WHITE, others: [], mixed: false };

/**
 * Changes of colours that can follow from each other: what has none of its own takes that of what it stands in. An element is changed when it
 * cannot be seen in the colour that it had first, or in black, or in white.
 */
const MAX_ROUNDS = 3;

/**
 * Repairs elements that are drawn, in the order of the document: what inherits from one is repaired with it. Whether it could. Everywhere
 * all is measured first and changed then: each change in between would have everything computed and laid out anew.
 */
export function makeLegible(elements: readonly HTMLElement[]): boolean {
  const [first] = elements;
  // In a frame that is not drawn Firefox tells of no style.
  if (first && !styleOf(first).color) return false;
  set(elements.filter(isSmall), 'font-size', `${MIN_SIZE}px`);
  set(elements.filter(isTight), 'line-height', 'normal');
  const reaching = elements.filter(reaches);
  set(reaching, 'display', 'inline-block');
  set(reaching, 'width', 'auto');
  const grounds = new Map<Element, Ground>();
  for (const element of elements) groundOf(element, grounds);
  const groundAt = (element: Element) => grounds.get(element) ?? SHEET;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const unseen = elements.filter(
      (element) => !isSeen(colourOf(element, groundAt(element)), groundAt(element).colour),
    );
    if (unseen.length === 0) break;
    for (const element of unseen) {
      element.style.setProperty('color', luminance(groundAt(element).colour) > 0.18 ? '#000' : '#fff');
    }
  }
  const apart = elements.filter((element) => {
    const { colour, others, mixed } = groundAt(element);
    const text = colourOf(element, { colour });
    return mixed || !others.every((behind) => isSeen(text, behind));
  });
  for (const element of apart) underlay(element, groundAt(element).colour);
  return true;
}

const styleOf = (element: Element): CSSStyleDeclaration =>
  (element.ownerDocument.defaultView ?? window).getComputedStyle(element);
const px = (length: string): number => Number.parseFloat(length);

function set(elements: readonly HTMLElement[], property: string, value: string): void {
  for (const element of elements) element.style.setProperty(property, value);
}

/** Letters have a size. What is larger stays so when that of what it stands in grows. */
const isSmall = (element: Element): boolean => px(styleOf(element).fontSize) < MIN_SIZE;

/** Lines have room for letters and for their background, so that it is not painted over other lines. */
function isTight(element: Element): boolean {
  const style = styleOf(element);
  const paints = style.display === 'inline' && (parse(style.backgroundColor)?.[3] ?? 0) > 0;
  return paints || px(style.lineHeight) < px(style.fontSize);
}

/** Padding of a piece of a line takes no room from the lines around, and is painted over them. */
function reaches(element: HTMLElement): boolean {
  const style = styleOf(element);
  if (style.display !== 'inline') return false;
  const above = px(style.paddingTop) + px(style.borderTopWidth);
  const below = px(style.paddingBottom) + px(style.borderBottomWidth);
  return Math.max(above, below) > MAX_REACH;
}

/** The colour of the letters of an element as it is seen. */
const colourOf = (element: Element, { colour }: Pick<Ground, 'colour'>): Colour =>
  over(parse(styleOf(element).color) ?? WHITE, colour);

const isSeen = (text: Colour, behind: Colour): boolean => contrast(text, behind) >= MIN_CONTRAST;

/** Puts the ground that a text counts on behind the text itself. */
function underlay(element: HTMLElement, [red, green, blue]: Colour): void {
  for (const text of [...element.childNodes]) {
    if (text.nodeType !== Node.TEXT_NODE || !text.nodeValue?.trim()) continue;
    const ground = element.ownerDocument.createElement('span');
    ground.style.setProperty('background-color', `rgb(${red}, ${green}, ${blue})`);
    ground.style.setProperty('line-height', 'normal');
    text.replaceWith(ground);
    ground.append(text);
  }
}

/** What is behind an element: its own background over that of what it stands in, down to the white sheet. */
function groundOf(element: Element, known: Map<Element, Ground>): Ground {
  const found = known.get(element);
  if (found) return found;
  // Down from the outermost, without recursion: a mail may be nested deeply.
  const chain: Element[] = [];
  for (let one: Element | null = element; one && !known.has(one); one = one.parentElement) chain.push(one);
  const top = chain.at(-1)?.parentElement;
  let ground = (top && known.get(top)) || SHEET;
  for (const one of chain.reverse()) {
    const own = parse(styleOf(one).backgroundColor);
    if (own && own[3] > 0) ground = covered(ground, own);
    known.set(one, ground);
  }
  return ground;
}

function covered({ colour, others, mixed }: Ground, own: Colour): Ground {
  const now = over(own, colour);
  const same = (one: Colour) => one.every((part, at) => part === now[at]);
  const before = [colour, ...others].filter((one) => !same(one));
  // Who nests more grounds than that counts on none of them.
  return {
    colour: now,
    others: before.slice(0, MAX_GROUNDS),
    mixed: mixed || own[3] < 1 || before.length > MAX_GROUNDS,
  };
}

/** Computed colours are written as `rgb(1, 2, 3)` or `rgba(1, 2, 3, 0.5)`. */
function parse(colour: string): Colour | undefined {
  const numbers =
    /^rgba?\(([^)]+)\)$/
      .exec(colour)?.[1]
      ?.split(/[\s,/]+/)
      .map(Number) ?? [];
  const [red, green, blue, alpha = 1] = numbers;
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  return [red, green, blue, alpha];
}

function over([red, green, blue, alpha]: Colour, [r, g, b]: Colour): Colour {
  const mix = (above: number, below: number) => above * alpha + below * (1 - alpha);
  return [mix(red, r), mix(green, g), mix(blue, b), 1];
}

function contrast(one: Colour, other: Colour): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Relative luminance, as WCAG 2 defines it. */
function luminance([red, green, blue]: Colour): number {
  const linear = (part: number) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}
