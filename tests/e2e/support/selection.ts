// The small button that the content script shows beside a selection. Its inside is closed to the page, and to us.

import { until, type View } from '../../harness/index.js';

/** Where the button is drawn, or null. */
const place = (view: View): Promise<{ x: number; y: number; width: number; height: number } | null> =>
  view.evaluate(() => {
    // It is the one thing beside head and body.
    const host = [...document.documentElement.children].find((one) => one.localName === 'div');
    const box = host?.getBoundingClientRect();
    return box && box.width > 0 ? { x: box.x, y: box.y, width: box.width, height: box.height } : null;
  });

/** Whether the button is there. */
export const offersEncryption = async (view: View): Promise<boolean> => (await place(view)) !== null;

/** Waits for the button beside the selection in a page (not in its frames) and clicks it. */
export async function pressBesideSelection(view: View): Promise<void> {
  let before = '';
  const { x, y, width, height } = await until('the button is beside the selection', async () => {
    const found = await place(view);
    const still = JSON.stringify(found) === before;
    before = JSON.stringify(found);
    return still ? found : null;
  });
  await view.clickAt({ x: x + width / 2, y: y + height / 2 });
}
