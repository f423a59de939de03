// Which programs the browsers are: Debian's, unless a variable names another one (`crate/xtask/src/tools/browser.rs`).

import type { Kind } from './driver.js';

/** The path of each. */
export const PROGRAMS: Readonly<Record<Kind, string>> = {
  chromium: process.env.WAXSEAL_CHROMIUM || '/usr/bin/chromium',
  firefox: process.env.WAXSEAL_FIREFOX || '/usr/bin/firefox-esr',
};
