// The page of a PDF that a preview shows, in whatever view it is. It is a picture: what is drawn has to be looked at.

import assert from 'node:assert/strict';
import { until, type View } from '../../harness/index.js';
import { say } from './session.js';

/** Waits until this page is drawn, and says how large it is shown. */
export async function pageDrawn(view: View, number: number, of: number): Promise<{ width: number; height: number }> {
  await until(
    `page ${number} of ${of} is drawn`,
    async () => (await view.text('.pdf [role=status]')).trim() === say('pdf_page_of', number, of),
  ).catch(async (error: unknown) => assert.fail(`${String(error)}\nit shows:\n${await view.text('wx-pdf')}`));
  await until('it is at rest', async () => (await view.count('.pdf-sheet[aria-busy=false]')) === 1);
  return view.evaluate(() => {
    const { width, height } = (document.querySelector('.pdf-sheet canvas') as HTMLElement).getBoundingClientRect();
    return { width, height };
  });
}

/** A part of the page, in parts of the whole: from the left and from the top. */
interface Part {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** What a part of the page shows: its first pixel, and how many dark ones it has. */
const seen = (view: View, part: Part): Promise<{ first: number[]; dark: number }> =>
  view.evaluate(({ left, top, width, height }) => {
    const shown = document.querySelector<HTMLCanvasElement>('.pdf-sheet canvas');
    const canvas = document.createElement('canvas');
    canvas.width = shown?.width ?? 1;
    canvas.height = shown?.height ?? 1;
    const context = canvas.getContext('2d');
    if (shown) context?.drawImage(shown, 0, 0);
    const [x, y] = [Math.floor(left * canvas.width), Math.floor(top * canvas.height)];
    const [across, down] = [Math.floor(width * canvas.width) || 1, Math.floor(height * canvas.height) || 1];
    const data = context?.getImageData(x, y, across, down).data ?? [];
    let dark = 0;
    for (let at = 0; at < data.length; at += 4) if ((data[at] ?? 255) < 100) dark++;
    return { first: [...data.slice(0, 4)], dark };
  }, part);

/** The colour of the page there: from the left and from the top, in parts of the whole. */
export const pageColour = async (view: View, left: number, top: number): Promise<number[]> =>
  (await seen(view, { left, top, width: 0, height: 0 })).first;

/** How many dark pixels that band of the page has: what is written there. */
export const pageInk = async (view: View, top: number, bottom: number): Promise<number> =>
  (await seen(view, { left: 0, top, width: 1, height: bottom - top })).dark;
