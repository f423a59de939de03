// Line icons on a 20 × 20 grid, drawn for this project. All are decoration: the words beside them say it.

import { html, type SVGTemplateResult, svg, type TemplateResult } from 'lit';

const shapes = {
  check: svg`<path d="M4 10.5l4 4 8-9" />`,
  cross: svg`<path d="M5 5l10 10M15 5L5 15" />`,
  warn: svg`<path d="M10 2.8l8 14H2z" /><path d="M10 8v4M10 14.4v.1" />`,
  stop: svg`<path d="M7 2.5h6L17.5 7v6L13 17.500H7L2.5 13V7z" /><path d="M10 6v5M10 13.700v.1" />`,
  info: svg`<circle cx="10" cy="10" r="7.5" /><path d="M10 9v5M10 6.300v.1" />`,
  question: svg`<circle cx="10" cy="10" r="7.5" /><path d="M7.8 8a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.600M10 14v.1" />`,
  lock: svg`<rect x="4" y="9" width="12" height="8.5" rx="1.5" /><path d="M6.5 9V6.500a3.5 3.5 0 0 1 7 0V9" />`,
  unlock: svg`<rect x="4" y="9" width="12" height="8.5" rx="1.5" /><path d="M6.5 9V6.500a3.5 3.5 0 0 1 6.7-1.4" />`,
  key: svg`<circle cx="6.5" cy="13.5" r="3.5" /><path d="M9 11l7.5-7.500M13.5 6.500l2 2M11.5 8.500l1.5 1.5" />`,
  person: svg`<circle cx="10" cy="6.5" r="3.5" /><path d="M3 17.500c.6-4 3.4-5.5 7-5.500s6.4 1.5 7 5.5" />`,
  copy: svg`<rect x="7" y="7" width="10" height="10.5" rx="1.5" /><path d="M13 4.500v-.5A1.5 1.5 0 0 0 11.5 2.500h-7A1.5 1.5 0 0 0 3 4v7.500A1.5 1.5 0 0 0 4.5 13" />`,
  save: svg`<path d="M10 3v10M6 9.500l4 4 4-4M3.5 17h13" />`,
  open: svg`<path d="M10 13.500v-10M6 7l4-4 4 4M3.5 17h13" />`,
  trash: svg`<path d="M3.5 5.500h13M8 5.500v-2h4v2M5 5.500l.8 12h8.400l.8-12M8.5 9v5M11.5 9v5" />`,
  plus: svg`<path d="M10 4v12M4 10h12" />`,
  minus: svg`<path d="M4 10h12" />`,
  down: svg`<path d="M5 7.500l5 5 5-5" />`,
  search: svg`<circle cx="8.5" cy="8.5" r="5.5" /><path d="M12.7 12.700L17.5 17.5" />`,
  eye: svg`<path d="M1.8 10S5 4.5 10 4.5 18.2 10 18.2 10 15 15.5 10 15.5 1.8 10 1.8 10z" /><circle cx="10" cy="10" r="2.5" />`,
  gear: svg`<circle cx="10" cy="10" r="2.6" /><path d="M10 2v2.500M10 15.500V18M2 10h2.500M15.5 10H18M4.3 4.300l1.8 1.800M13.9 13.900l1.8 1.800M15.7 4.300l-1.8 1.800M6.1 13.900l-1.8 1.8" />`,
  pen: svg`<path d="M3 17l1-4L14 3l3 3L7 16zM12 5l3 3" />`,
  mail: svg`<rect x="2.5" y="4.5" width="15" height="11.5" rx="1.5" /><path d="M3 6l7 5.500L17 6" />`,
  file: svg`<path d="M5 2.500h7l4 4v11H5zM11.5 2.800V7h4.3" />`,
  picture: svg`<rect x="2.5" y="4" width="15" height="12" rx="1.5" /><circle cx="7" cy="8" r="1.5" /><path d="M3 14.500l4.5-4 3 2.500 3-3 4 3.500" />`,
  print: svg`<path d="M6 7V2.500h8V7M6 14.500H3.500v-6A1.5 1.5 0 0 1 5 7h10a1.5 1.5 0 0 1 1.5 1.500v6H14M6 12h8v5.500H6z" />`,
  tab: svg`<path d="M8 4H4.5A1.5 1.5 0 0 0 3 5.5v10A1.5 1.5 0 0 0 4.5 17h10a1.5 1.5 0 0 0 1.5-1.5V12M11.5 3H17v5.5M17 3l-7.5 7.5" />`,
  bold: svg`<path d="M6 3.500h5a3.200 3.200 0 0 1 0 6.400H6zM6 9.900h6a3.300 3.300 0 0 1 0 6.600H6z" />`,
  italic: svg`<path d="M8.5 3.500h6M5.500 16.500h6M11.700 3.500L8.300 16.500" />`,
  underline: svg`<path d="M5.500 3v6a4.500 4.500 0 0 0 9 0V3M4.500 17.200h11" />`,
  heading: svg`<path d="M4.500 3.500v13M15.500 3.500v13M4.500 10h11" />`,
  bullets: svg`<path d="M8 5h9M8 10h9M8 15h9M3.500 5h.1M3.500 10h.1M3.500 15h.1" />`,
  numbers: svg`<path d="M9 5h8M9 10h8M9 15h8M3 3.500l1.300-.7v4.500M2.800 13.200c.8-1 2.600-.6 2.400.7-.1.800-1.600 1.600-2.400 2.600h2.600" />`,
  quote: svg`<path d="M8 6C5.500 7 4 9 4 11.500v2.500h4v-4H5.800M16 6c-2.500 1-4 3-4 5.500v2.500h4v-4h-2.200" />`,
  code: svg`<path d="M7 5.500L2.500 10 7 14.500M13 5.500l4.500 4.500-4.500 4.500" />`,
  link: svg`<path d="M8.500 11.500l3-3M7 9.500L4.800 11.700a2.500 2.500 0 0 0 3.500 3.500L10.500 13M13 10.500l2.200-2.200a2.500 2.500 0 0 0-3.500-3.500L9.500 7" />`,
  undo: svg`<path d="M7 4L3 8l4 4M3.500 8H12a4.500 4.500 0 0 1 0 9H8" />`,
  redo: svg`<path d="M13 4l4 4-4 4M16.500 8H8a4.500 4.500 0 0 0 0 9h4" />`,
  clip: svg`<path d="M15.500 9.500l-5.700 5.700a3.500 3.500 0 0 1-5-5l6.400-6.300a2.300 2.300 0 0 1 3.300 3.300l-6 6a1.100 1.100 0 0 1-1.600-1.600l5.300-5.300" />`,
  reply: svg`<path d="M8 4.500L3 9.500l5 5M3.500 9.500H11a6 6 0 0 1 6 6" />`,
  reply_all: svg`<path d="M6.500 5.500L2.500 9.500l4 4M11 5.500L7 9.500l4 4M7.500 9.500H12a5.500 5.500 0 0 1 5.500 5.500" />`,
  forward: svg`<path d="M12 4.500l5 5-5 5M16.500 9.500H9a6 6 0 0 0-6 6" />`,
  next: svg`<path d="M3.5 10h13M11.5 5l5 5-5 5" />`,
  back: svg`<path d="M16.5 10h-13M8.5 5l-5 5 5 5" />`,
} satisfies Record<string, SVGTemplateResult>;

/** Name of an icon. */
export type IconName = keyof typeof shapes;

/** One icon, hidden from screen readers. */
export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">${shapes[name]}</svg>`;
}
