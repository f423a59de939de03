import puppeteer, { type Browser } from 'puppeteer-core';
import { PROGRAMS } from '../harness/programs.js';

/** A browser that can be measured. */
export type Kind = 'chromium' | 'firefox';

/** Milliseconds for one question to the browser: all of the measurements together are one. */
const PATIENCE = 1_200_000;

/** Arguments with which Chromium runs here and does nothing by itself. */
export const CHROMIUM_ARGUMENTS = [
  '--no-sandbox',
  '--disable-quic',
  '--disable-component-update',
  '--disable-sync',
  '--disable-gpu',
  '--disable-background-networking',
];

/** Starts Chromium or Firefox without any extension. */
export function launch(kind: Kind): Promise<Browser> {
  if (kind === 'chromium')
    return puppeteer.launch({
      executablePath: PROGRAMS.chromium,
      headless: true,
      args: CHROMIUM_ARGUMENTS,
      protocolTimeout: PATIENCE,
    });
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: PROGRAMS.firefox,
    headless: true,
    extraPrefsFirefox: {
      'datareporting.policy.dataSubmissionEnabled': false,
      'app.update.enabled': false,
      // Its clocks are made imprecise for pages, more so than a small message takes.
      'privacy.reduceTimerPrecision': false,
    },
    protocolTimeout: PATIENCE,
  });
}
