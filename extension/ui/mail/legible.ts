// Text that is there can be seen: a mail may choose colours and sizes, but not to hide words with them. Who replies to
// or signs what they read must have seen all of it.

type Colour = readonly [red: number, green: number, blue: number, alpha: number];

const WHITE: Colour = [255, 255, 255, 1];
/** Contrast (WCAG 2, 1.4.3) below which a text counts as hidden; pale grey footers stay above. */
const MIN_CONTRAST = 2;
/** CSS pixels. */
const MIN_SIZE = 8;

/**
 * Repairs elements that are drawn and have colours or sizes of their own, in the order of the document: what inherits
 * from one is repaired with it.
 */
export function makeLegible(elements: Iterable<HTMLElement>): void {
  const grounds = new Map<Element, Colour>();
  for (const element of elements) {
    const style = element.ownerDocument.defaultView?.getComputedStyle(element);
    if (!style) return;
    if (Number.parseFloat(style.fontSize) < MIN_SIZE) element.style.setProperty('font-size', `${MIN_SIZE}px`);
    const ground = groundOf(element, grounds);
    const text = over(parse(style.color) ?? WHITE, ground);
    if (contrast(text, ground) < MIN_CONTRAST) {
      element.style.setProperty('color', luminance(ground) > 0.18 ? '#000' : '#fff');
    }
  }
}

/** What is behind an element: its own background over that of what it stands in, down to the white sheet. */
function groundOf(element: Element, known: Map<Element, Colour>): Colour {
  const found = known.get(element);
  if (found) return found;
  // Down from the outermost, without recursion: a mail may be nested deeply.
  const chain: Element[] = [];
  for (let one: Element | null = element; one && !known.has(one); one = one.parentElement) chain.push(one);
  const top = chain.at(-1)?.parentElement;
  let ground = (top && known.get(top)) || WHITE;
  for (const one of chain.reverse()) {
    const own = parse(one.ownerDocument.defaultView?.getComputedStyle(one).backgroundColor ?? '');
    if (own) ground = over(own, ground);
    known.set(one, ground);
  }
  return ground;
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
