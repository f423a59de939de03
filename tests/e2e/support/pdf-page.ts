// The page of a PDF that a preview shows, in whatever view it is. It is a picture: what is drawn has to be looked at.

import assert from 'node:assert/strict';
import { until, type View } from '../../harness/index.js';
import { say } from './session.js';

/** Longer than a file may take to be opened and a page to be drawn: twice `PDF_LIMIT`, and some to spare. */
export const PATIENCE = 60_000;

/** Waits until this page is drawn, and says how large it is shown. */
export async function pageDrawn(view: View, number: number, of: number): Promise<{ width: number; height: number }> {
  await until(
    `page ${number} of ${of} is drawn`,
    async () => (await view.text('.pdf [role=status]')).trim() === say('pdf_page_of', number, of),
    PATIENCE,
  ).catch(async (error: unknown) => assert.fail(`${String(error)}\nit shows:\n${await view.text('wx-pdf')}`));
  await until('it is at rest', async () => (await view.count('.pdf-sheet[aria-busy=false]')) === 1);
  return view.evaluate(() => {
    const { width, height } = (document.querySelector('.pdf-sheet canvas') as HTMLElement).getBoundingClientRect();
    return { width, height };
  });
}

/** The colour of the page there: from the left and from the top, in parts of the whole. */
export const pageColour = (view: View, x: number, y: number): Promise<number[]> =>
  view.evaluate(
    (left, top) => {
      const seen = document.querySelector<HTMLCanvasElement>('.pdf-sheet canvas');
      const canvas = document.createElement('canvas');
      canvas.width = seen?.width ?? 1;
      canvas.height = seen?.height ?? 1;
      const context = canvas.getContext('2d');
      if (seen) context?.drawImage(seen, 0, 0);
      const [px, py] = [Math.floor(left * canvas.width), Math.floor(top * canvas.height)];
      return [...(context?.getImageData(px, py, 1, 1).data ?? [])];
    },
    x,
    y,
  );

/** How many dark pixels that band of the page has: what is written there. */
export const pageInk = (view: View, top: number, bottom: number): Promise<number> =>
  view.evaluate(
    (from, to) => {
      const seen = document.querySelector<HTMLCanvasElement>('.pdf-sheet canvas');
      const canvas = document.createElement('canvas');
      canvas.width = seen?.width ?? 1;
      canvas.height = seen?.height ?? 1;
      const context = canvas.getContext('2d');
      if (seen) context?.drawImage(seen, 0, 0);
      const rows = [Math.floor(from * canvas.height), Math.floor((to - from) * canvas.height)] as const;
      const data = context?.getImageData(0, rows[0], canvas.width, rows[1]).data ?? [];
      let dark = 0;
      for (let at = 0; at < data.length; at += 4) if ((data[at] ?? 255) < 100) dark++;
      return dark;
    },
    top,
    bottom,
  );
