// What stands beside something stays within its own edges: words that reach over them could lie under the neighbour.

/** CSS pixels: what rounding and slanted letters need. */
const SLACK = 3;
/** Each look has all of it laid out. What needs more of them is drawn with nothing beside anything. */
const MAX_LOOKS = 6;
const BESIDE = /^(?:inline-block|table-cell)$/;

/** Something that has neighbours. */
interface Beside {
  readonly element: HTMLElement;
  readonly display: string;
  readonly direction: string;
  readonly left: number;
  readonly right: number;
}

/** Puts what reaches over its edges in a place of its own, one below the other. */
export function keepWithin(doc: Document): void {
  for (let looks = 1; looks <= MAX_LOOKS; looks++) {
    const found = look(doc, looks === MAX_LOOKS);
    if (found.size === 0) return;
    for (const [element, display] of found) putAlone(element, display);
  }
}

/** Elements that have neighbours and reach over their edges, or `all` that have neighbours; with how they are drawn. */
function look({ body, defaultView: view }: Document, all: boolean): Map<HTMLElement, string> {
  const found = new Map<HTMLElement, string>();
  if (!view) return found;
  /** What each element stands in that has neighbours. */
  const within = new Map<Element, Beside>();
  for (const element of body.querySelectorAll<HTMLElement>('*')) {
    const { display, float, direction } = view.getComputedStyle(element);
    // In a frame that is not drawn Firefox tells of no style.
    if (!display) return found;
    const around = element.parentElement ? within.get(element.parentElement) : undefined;
    const isBeside = BESIDE.test(display) || float !== 'none';
    if (!around && !isBeside) continue;
    const { left, right } = element.getBoundingClientRect();
    if (around) {
      within.set(element, around);
      // A box tells how far all that is in it reaches, but not of the side from which its own lines run.
      const turned = direction !== around.direction && display !== 'inline' && isWide(element);
      const outside = around.direction === 'rtl' ? right > around.right + SLACK : left < around.left - SLACK;
      if (turned || outside) found.set(around.element, around.display);
    }
    if (isBeside) {
      within.set(element, { element, display, direction, left, right });
      if (all || isWide(element)) found.set(element, display);
    }
  }
  return found;
}

const isWide = (element: HTMLElement): boolean => element.scrollWidth > element.clientWidth + SLACK;

function putAlone(element: HTMLElement, display: string): void {
  const row = display === 'table-cell' ? element.parentElement : null;
  for (const one of row ? [...row.querySelectorAll<HTMLElement>(':scope > *')] : [element]) {
    one.style.setProperty('float', 'none');
    one.style.setProperty('display', display === 'table' ? 'table' : 'block');
    one.style.setProperty('width', 'auto');
    one.style.setProperty('max-width', 'none');
  }
  // Cells below move: see spans.ts.
  for (const cell of row?.parentElement?.querySelectorAll(':scope > * > [rowspan]') ?? [])
    cell.removeAttribute('rowspan');
}
