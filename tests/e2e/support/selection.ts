// The small buttons that the content script shows beside a selection and at the editor of a mail. Their inside is closed
// to the page, and to us.

import { middle, type Point, type Rect, until, type View } from '../../harness/index.js';

/** `div`: "Encrypt selection". `aside`: "Write encrypted". */
type Tag = 'div' | 'aside';

/** An expression for the button. They are all that there is beside head and body. */
const host = (tag: Tag): string =>
  `[...document.documentElement.children].find((one) => one.localName === '${tag}') ?? null`;

// Runs inside the page.
function placeOf(element: Element | null): Rect | null {
  const box = element?.getBoundingClientRect();
  return box && box.width > 0 ? { x: box.x, y: box.y, width: box.width, height: box.height } : null;
}

/** Where the button is drawn, or null. */
const place = async (view: View, tag: Tag): Promise<Rect | null> =>
  (await view.run(`(${String(placeOf)})(${host(tag)})`)) as Rect | null;

async function still(view: View, tag: Tag, what: string): Promise<Rect> {
  let before = '';
  return until(what, async () => {
    const found = await place(view, tag);
    const rests = JSON.stringify(found) === before;
    before = JSON.stringify(found);
    return rests ? found : null;
  });
}

/** Clicks that point of the button. */
async function press(view: View, tag: Tag, what: string, at: (rect: Rect) => Point): Promise<void> {
  const aim = async () => {
    const found = await place(view, tag);
    return found && at(found);
  };
  await view.clickAt(at(await still(view, tag, what)), { aim, target: host(tag) });
}

/** Where the button beside a selection is drawn in a page, or null. */
export const buttonPlace = (view: View): Promise<Rect | null> => place(view, 'div');

/** Whether the button is there. */
export const offersEncryption = async (view: View): Promise<boolean> => (await buttonPlace(view)) !== null;

/** Waits for the button beside the selection in a page (not in its frames) and clicks it. */
export async function pressBesideSelection(view: View): Promise<void> {
  await press(view, 'div', 'the button is beside the selection', middle);
}

/** Where "Write encrypted" is drawn in a page, or null. */
export const offerPlace = (view: View): Promise<Rect | null> => place(view, 'aside');

/** Waits until the script of a page with a form is there, which is later than the page: a window of ours asks it only once. */
export async function scripted(view: View, editor: string): Promise<void> {
  await view.front();
  await view.click(editor);
  await until('the page’s script offers to write', () => offerPlace(view));
}

/** Waits for "Write encrypted" at the editor of a mail and clicks it, or the small × at its right end. */
export async function pressWriteEncrypted(view: View, part: 'button' | 'close' = 'button'): Promise<void> {
  await press(view, 'aside', '"Write encrypted" is there', ({ x, y, width, height }) => ({
    x: part === 'button' ? x + width / 3 : x + width - 12,
    y: y + height / 2,
  }));
}
