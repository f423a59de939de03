// Where what a link led to is shown: below the link, where the page has room for it.

import { bodyOf, clientWidth, computed, docOf, nextSibling, parentElement } from '../dom.js';

/** CSS pixels in which a mail can be read; on a narrow screen this share of it. */
const ROOM = 480;
const SHARE = 0.6;

/** Before which node, in which element. */
export interface Below {
  readonly parent: Element;
  readonly before: Node | null;
}

/** A list of files is narrow, or a row: what stands around it is wide enough, and goes from top to bottom. */
export function below(el: Element): Below | undefined {
  const doc = docOf(el);
  const body = doc && bodyOf(doc);
  const room = Math.min(ROOM, innerWidth * SHARE);
  let node = el;
  for (let up = parentElement(node); up; node = up, up = parentElement(up)) {
    if (up === body || (clientWidth(up) >= room && flows(up))) return { parent: up, before: nextSibling(node) };
  }
  return undefined;
}

function flows(el: Element): boolean {
  const css = computed(el);
  if (!css || !/^(?:block|flow-root|list-item|table-cell)$/.test(css.display)) return false;
  // It would be cut off.
  return css.overflowY !== 'hidden' && css.overflowY !== 'clip';
}
