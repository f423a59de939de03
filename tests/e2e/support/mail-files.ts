// The files of a mail that the reader shows.

import fs from 'node:fs';
import { type Driver, until, type View } from '../../harness/index.js';
import { say } from './session.js';

/** Presses a button of the file with this name. */
export async function pressAtFile(frame: View, name: string, what: string): Promise<void> {
  await until(`"${name}" is listed`, () =>
    frame.evaluate(
      (wanted, label) => {
        document.querySelector('#wanted')?.removeAttribute('id');
        const entry = [...document.querySelectorAll<HTMLElement>('.mail-files li')].find((one) =>
          one.innerText.includes(wanted),
        );
        const found = [...(entry?.querySelectorAll('button') ?? [])].find((one) => one.innerText.trim() === label);
        if (found) found.id = 'wanted';
        return found !== undefined;
      },
      name,
      what,
    ),
  );
  // What is drawn above it may still grow.
  let before = '';
  await until(`"${name}" stands still`, async () => {
    const place = JSON.stringify(await frame.rect('#wanted'));
    const still = place === before;
    before = place;
    return still;
  });
  await frame.click('#wanted');
}

/** Saves a file, and returns its octets. */
export async function savedFile(driver: Driver, frame: View, name: string): Promise<Buffer> {
  await pressAtFile(frame, name, say('save'));
  return fs.readFileSync(await driver.download(new RegExp(`^${name.replaceAll('.', '\\.')}$`)));
}
