// What pdf.js asks its surroundings for: canvases, colour filters and files.

import { take, tooMuch } from './memory.js';
import { fits } from './protocol.js';

interface Canvas {
  canvas: OffscreenCanvas | null;
  context: OffscreenCanvasRenderingContext2D | null;
}

/** Canvases in memory, none larger than a page may be. Where a picture needs larger ones it is left out. */
export class Canvases {
  create(width: number, height: number): Canvas {
    claim(width, height);
    const canvas = new OffscreenCanvas(width, height);
    return { canvas, context: canvas.getContext('2d', { willReadFrequently: true }) };
  }

  reset({ canvas }: Canvas, width: number, height: number): void {
    claim(width, height);
    if (canvas) Object.assign(canvas, { width, height });
  }

  destroy(one: Canvas): void {
    // Its memory goes now, not when somebody collects it.
    if (one.canvas) Object.assign(one.canvas, { width: 0, height: 0 });
    one.canvas = null;
    one.context = null;
  }

  getNoAlphaContext(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D | null {
    return canvas.getContext('2d', { alpha: false, willReadFrequently: true });
  }
}

function claim(width: number, height: number): void {
  const [columns, rows] = [Math.ceil(width), Math.ceil(height)];
  if (!fits(columns, rows)) tooMuch();
  take(columns * rows * 4);
}

/** Filters of SVG are made in a document, of which there is none: what they would change stays as it is. */
export class NoFilters {
  addFilter = none;
  addHCMFilter = none;
  addAlphaFilter = none;
  addLuminosityFilter = none;
  addKnockoutFilter = none;
  addHighlightHCMFilter = none;
  addSelectionHCMFilter = none;
  addSelectionFilter = none;
  createSelectionStyle = () => null;
  destroy = () => undefined;
}

function none(): string {
  return 'none';
}
