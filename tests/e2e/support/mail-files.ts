// The files of a mail that the reader shows.

import fs from 'node:fs';
import { type Driver, until, type View } from '../../harness/index.js';
import { say } from './session.js';

/** Presses a button of the file with this name. */
export async function pressAtFile(frame: View, name: string, what: string): Promise<void> {
  // Found anew at each look: the list may be drawn again meanwhile.
  const entry = `[...document.querySelectorAll('.mail-files li')].find((one) => one.innerText.includes(${JSON.stringify(name)}))`;
  const found = `[...(${entry}?.querySelectorAll('button') ?? [])].find((one) => one.innerText.trim() === ${JSON.stringify(what)}) ?? null`;
  await frame.clickOn(found, `"${what}" of "${name}"`);
}

/** Saves a file, and returns its octets. Another one of that name can be saved after it. */
export async function savedFile(driver: Driver, frame: View, name: string): Promise<Buffer> {
  await pressAtFile(frame, name, say('save'));
  const path = await driver.download(new RegExp(`^${name.replaceAll('.', '\\.')}$`));
  const octets = fs.readFileSync(path);
  fs.rmSync(path);
  return octets;
}

/** Waits until a picture is drawn in the HTML of a mail, and returns the text around it. No script runs in there: the reader looks. */
export const besidePicture = (frame: View): Promise<string> =>
  until('a picture is drawn', () =>
    frame.evaluate(() => {
      const inner = document.querySelector<HTMLIFrameElement>('iframe.mail-body')?.contentDocument;
      return (inner?.querySelector('img')?.naturalWidth ?? 0) > 0 && inner?.body.innerText;
    }),
  );
