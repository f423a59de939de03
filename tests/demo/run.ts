// `cargo xtask run`: a browser with the built extension on the demo webmail. With a display it is yours until you
// close it; without one the tour is made by itself, and its pictures are left in target/tour/<browser>/.

import path from 'node:path';
import { KINDS, type Kind, launch } from '../harness/index.js';
import { tour } from './tour.js';
import { DemoTour, RoundcubeTour, SogoTour } from './tour-webmail.js';

const kind = (process.env.WAXSEAL_BROWSER ?? 'chromium') as Kind;
if (!KINDS.includes(kind)) throw new Error(`no such browser: ${kind}`);
const tours = { demo: DemoTour, roundcube: RoundcubeTour, sogo: SogoTour };
const name = (process.env.WAXSEAL_WEBMAIL ?? 'demo') as keyof typeof tours;
if (!Object.hasOwn(tours, name)) throw new Error(`no such webmail: ${name}`);
const visible = Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

const webmail = await tours[name].start();
try {
  const driver = await launch(kind, { extension: path.resolve('dist', kind), visible });
  try {
    if (visible) {
      const { url, words } = webmail.invitation();
      await driver.tab(url);
      console.log(`${driver.version} is open on ${url}\n${words}\nIt all ends when you close the browser.`);
      await driver.closed();
    } else {
      console.log(`There is no display, so ${driver.version} makes the tour by itself.`);
      const folder = path.resolve('target/tour', name === 'demo' ? kind : `${kind}-${name}`);
      await tour(driver, webmail, folder);
      console.log(`The pictures are in ${folder}`);
    }
  } finally {
    await driver.close();
  }
} finally {
  await webmail.close();
}
