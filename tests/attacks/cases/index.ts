// All cases that are played in the browser.

import type { Cases } from '../case.js';
import { ANSWERS } from './answers.js';
import { BACK_CHANNELS } from './back-channels.js';
import { COVERT } from './covert.js';
import { EFAIL } from './efail.js';
import { FAKES } from './fakes.js';
import { JOHNNY } from './johnny.js';
import { MAILTO } from './mailto.js';
import { PAGES } from './pages.js';
import { SHAPES } from './shapes.js';
import { TRANSPORT } from './transport.js';

export const CASES: Cases = {
  ...EFAIL,
  ...BACK_CHANNELS,
  ...JOHNNY,
  ...COVERT,
  ...MAILTO,
  ...ANSWERS,
  ...PAGES,
  ...SHAPES,
  ...FAKES,
  ...TRANSPORT,
};
