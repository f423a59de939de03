// Cells of a table lie beside each other. By the rules of HTML a cell that spans columns lies over another one that comes
// down from a row above, and what is in it can cover words there.

import type { Declaration } from './inline-style.js';

type Styles = ReadonlyMap<Element, readonly Declaration[]>;

/** Columns up to which cells are followed: a table of a mail has a dozen, and one cell may span a thousand. */
const MAX_COLUMNS = 1_000;

/** Cells span only what is free. Where a table is not drawn as one, or is too wide to tell, none spans rows. */
export function keepApart(content: DocumentFragment, styles: Styles): void {
  const groups = new Set<Element>();
  for (const cell of content.querySelectorAll<HTMLTableCellElement>('td, th')) {
    // Without those that span rows there is nothing to lie over.
    if (cell.rowSpan === 1) continue;
    const group = cell.parentElement?.parentElement;
    if (group) groups.add(group);
    else cell.removeAttribute('rowspan');
  }
  for (const group of groups) {
    const rows = rowsOf(group, styles);
    if (rows && placed(rows)) continue;
    for (const cell of group.querySelectorAll(':scope > * > *')) cell.removeAttribute('rowspan');
  }
}

type Row = readonly HTMLTableCellElement[];

/** The cells of each row of a group; nothing when browsers would make other rows or cells of it. */
function rowsOf(group: Element, styles: Styles): Row[] | undefined {
  const isDrawnAs = (names: readonly string[]) => (one: Element) =>
    names.includes(one.localName) &&
    !(styles.get(one) ?? []).some(([property]) => property === 'display' || property === 'float');
  const rows = childrenOf(group);
  if (!rows?.every(isDrawnAs(['tr']))) return undefined;
  const all: Row[] = [];
  for (const row of rows) {
    const cells = childrenOf(row);
    if (!cells?.every(isDrawnAs(['td', 'th']))) return undefined;
    all.push(cells as HTMLTableCellElement[]);
  }
  return all;
}

/** The elements in one that may hold no text. White space goes: where it is kept, it could count as a cell. */
function childrenOf(element: Element): Element[] | undefined {
  for (const node of [...element.childNodes]) {
    if (node.nodeType !== Node.TEXT_NODE) continue;
    if (node.nodeValue?.trim()) return undefined;
    node.remove();
  }
  return [...element.children];
}

/** Cuts cells that would lie over others, as browsers place them (HTML, "forming a table"); whether all could be placed. */
function placed(rows: readonly Row[]): boolean {
  /** The row at which each column is free again. */
  const free: number[] = [];
  for (const [at, cells] of rows.entries()) {
    const isFree = (column: number) => (free[column] ?? 0) <= at;
    let column = 0;
    for (const cell of cells) {
      while (!isFree(column)) column++;
      if (column + cell.colSpan > MAX_COLUMNS) return false;
      let width = 1;
      while (width < cell.colSpan && isFree(column + width)) width++;
      if (width < cell.colSpan) cell.setAttribute('colspan', String(width));
      // None spans rows beyond its group; 0 is all that are left.
      const end = cell.rowSpan === 0 ? rows.length : at + cell.rowSpan;
      for (const last = column + width; column < last; column++) free[column] = end;
    }
  }
  return true;
}
