// How a sign is drawn and named. The shapes stand on a 24 × 24 grid and were drawn for this project; they are filled in
// white on the ground's colour, so that they can be told without it.

import { html, type SVGTemplateResult, svg, type TemplateResult } from 'lit';
import type { Emblem, EmblemColour, EmblemShape } from 'waxseal-wasm';
import { t } from '../i18n.js';

const SHAPES = {
  anchor: svg`<g class="line"><circle cx="12" cy="5.5" r="2" /><path d="M12 7.5V20M8.5 10.5h7M4.5 13.5c.3 4 3.5 6.5 7.5 6.5s7.2-2.5 7.5-6.5" /></g>`,
  apple: svg`<path d="M12 8.5c-1.5-1.3-3.2-1.6-4.6-.9C5 8.8 4.6 11.7 5.6 14.9 6.6 18.1 8.5 20.3 10.2 20.3c.7 0 1.2-.4 1.8-.4s1.1.4 1.8.4c1.7 0 3.6-2.2 4.6-5.4s.6-6.1-1.8-7.3c-1.4-.7-3.1-.4-4.6.9z" /><path class="line" d="M12 8.5c0-2.2.9-3.8 2.4-4.8" />`,
  bell: svg`<path d="M12 3.3c.8 0 1.5.7 1.5 1.5v.7c2.6.7 4 2.9 4 5.9 0 3.1.6 4.5 2 5.8h-15c1.4-1.3 2-2.7 2-5.8 0-3 1.4-5.2 4-5.9v-.7c0-.8.7-1.5 1.5-1.5zM9.7 18.6h4.6a2.3 2.3 0 0 1-4.6 0z" />`,
  bird: svg`<path d="M3 9c2.6.2 4.4 1.1 5.5 2.6 1.2-4 3.6-6.3 6.9-6.3 1.8 0 3.1 1 3.6 2.5l2.5 1.1-2.5 1.2c-.2 5.1-3.5 8.4-8.1 8.4C6.5 18.5 3.2 14.7 3 9z" /><circle class="hole" cx="15.8" cy="8.3" r="1.1" />`,
  boat: svg`<path d="M11 3.3v10.4H4.3zM12.9 5.8v7.9h5.9zM3.3 15.5h17.4L18 20.3H6.2z" />`,
  crown: svg`<path d="M3.8 7.5l4.3 4L12 4.8l3.9 6.7 4.3-4L18.7 17H5.3zM5.3 18.5h13.4v2H5.3z" />`,
  cup: svg`<path d="M4.8 9h11.4v5.5a5 5 0 0 1-5 5H9.8a5 5 0 0 1-5-5z" /><path class="line" d="M16.2 10.5h1.3a2.5 2.5 0 0 1 0 5h-1.6M8.3 3.7v2.6M12.7 3.7v2.6" />`,
  fish: svg`<path d="M2.8 12c2.6-4 6-5.7 9.6-5.3 2.2.3 4.1 1.7 5.2 3.3l3.6-3v10l-3.6-3c-1.1 1.6-3 3-5.2 3.3C8.8 17.7 5.4 16 2.8 12z" /><circle class="hole" cx="8.2" cy="11" r="1.2" />`,
  flower: svg`<circle cx="12" cy="7" r="3.4" /><circle cx="16.8" cy="10.5" r="3.4" /><circle cx="14.9" cy="16" r="3.4" /><circle cx="9.1" cy="16" r="3.4" /><circle cx="7.2" cy="10.5" r="3.4" /><circle cx="12" cy="12" r="4" /><circle class="hole" cx="12" cy="12" r="2.3" />`,
  house: svg`<path d="M12 3.5l9 8h-2.8v8.8h-4.4v-5.3h-3.6v5.3H5.8v-8.8H3z" />`,
  leaf: svg`<path d="M4.8 19.2C3.6 10.5 8.8 4.3 20 4c.3 11.2-5.9 16.4-14 15.3z" /><path class="line" d="M3.8 20.2l2.2-2.2" /><path class="cut" d="M6.3 17.7L14.8 9.2" />`,
  moon: svg`<path d="M14.8 3.7A8.7 8.7 0 1 0 20.6 14 7 7 0 0 1 14.8 3.7z" />`,
  mushroom: svg`<path d="M3.3 13C3.3 7.7 7.1 4 12 4s8.7 3.7 8.7 9zM9.4 14.3h5.2l.9 6.2h-7z" /><circle class="hole" cx="8.7" cy="9.3" r="1.4" /><circle class="hole" cx="14.6" cy="8" r="1.5" />`,
  star: svg`<path d="M12 3.4l2.4 6 6.4.4-4.9 4.1 1.6 6.3-5.5-3.4-5.5 3.4 1.6-6.3-4.9-4.1 6.4-.4z" />`,
  tree: svg`<path d="M12 2.8l4.9 6h-2.3l3.9 4.7h-2.6l3.6 4.8h-6.2v3h-2.6v-3H4.5l3.6-4.8H5.5l3.9-4.7H7.1z" />`,
  umbrella: svg`<path d="M3 13c.3-5.2 4.1-8.7 9-8.7s8.7 3.5 9 8.7c-1.5-1.5-3.3-1.5-4.5 0-1.4-1.5-3.1-1.5-4.5 0-1.4-1.5-3.1-1.5-4.5 0-1.2-1.5-3-1.5-4.5 0z" /><path class="line" d="M12 12v6.2a2.2 2.2 0 0 1-4.4 0M12 3v1.5" />`,
} as const satisfies Record<EmblemShape, SVGTemplateResult>;

// What there is to choose from, complete by its type.
const COLOURS = {
  red: true,
  orange: true,
  green: true,
  teal: true,
  blue: true,
  violet: true,
  pink: true,
  brown: true,
} as const satisfies Record<EmblemColour, true>;

/** All shapes, in the order of the alphabet. */
export const shapes = Object.keys(SHAPES) as EmblemShape[];

/** All colours. */
export const colours = Object.keys(COLOURS) as EmblemColour[];

/** The picture alone; the words beside it say what it is. */
export function picture(colour: EmblemColour, shape?: EmblemShape): TemplateResult {
  return html`<svg class="emblem-picture ${colour}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <rect class="ground" width="24" height="24" rx="5" />
    ${shape ? svg`<g class="shape">${SHAPES[shape]}</g>` : ''}
  </svg>`;
}

/** Its words: the user's own, or those of the list in the language of the browser. */
export function wordsOf({ own, first, second }: Emblem): string {
  return own ?? t('emblem_two_words', t(`emblem_word_${first}`), t(`emblem_word_${second}`));
}

/** All of it in words. */
export function nameOf(emblem: Emblem): string {
  return t('emblem_label', t(`emblem_shape_${emblem.shape}`), t(`emblem_colour_${emblem.colour}`), wordsOf(emblem));
}
