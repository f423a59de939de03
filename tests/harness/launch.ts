import { launchChromium } from './chromium.js';
import type { Driver, Kind, LaunchOptions } from './driver.js';
import { launchFirefox } from './firefox.js';

/** Starts a browser with the extension. Close it in `after()`, also when a test fails. */
export async function launch(kind: Kind, options: LaunchOptions): Promise<Driver> {
  return kind === 'chromium' ? launchChromium(options) : launchFirefox(options);
}
