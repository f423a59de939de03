// The reader frame in a page, and the composer window.

import assert from 'node:assert/strict';
import { button, type Driver, field, patiently, toggle, until, type View } from '../../harness/index.js';
import type { Inbox } from './inbox.js';
import { kind, say } from './session.js';
import { escaped, page as html } from './site.js';
import { unlock } from './steps.js';

/** Waits until some text is in a view; shows what was there when it never came. */
export async function shows(view: View, text: string): Promise<void> {
  let last = '';
  await until(`"${text}" is shown`, async () => {
    last = await soon(view.text(), '(it does not answer)');
    return last.includes(text);
  }).catch((error: unknown) => {
    throw new Error(`${error instanceof Error ? error.message : error}\nshown instead:\n${last}`);
  });
}

/** A tab that nobody looks at covers nothing; a tab or window that has closed meanwhile may have brought up a third. */
async function inSight(view: View): Promise<void> {
  if (await view.evaluate(() => document.hidden)) await view.front();
}

/** What there is of a page, for who asks why nothing came. */
async function state(view: View): Promise<string> {
  const page = await view
    .evaluate(() => ({
      hidden: document.hidden,
      state: document.readyState,
      elements: [...document.documentElement.children].map((one) => one.localName),
      text: document.body?.innerText.slice(0, 200),
    }))
    .catch(String);
  const frames = await view
    .frames()
    .then((all) => Promise.all(all.map((one) => soon(one.url(), 'does not answer'))))
    .catch(String);
  return JSON.stringify({ page, frames });
}

/** The reader frames in a page, once there are that many. */
export async function readers(driver: Driver, view: View, count: number): Promise<View[]> {
  await view.front();
  return until(`${count} reader frames`, async () => {
    await inSight(view);
    const frames = await driver.frames(view, 'reader.html');
    if (frames.length !== count) return null;
    // One that the page has just left may still be listed.
    const there = await Promise.all(
      frames.map((frame) =>
        soon(
          frame.evaluate(() => true),
          false,
        ),
      ),
    );
    return there.every(Boolean) ? frames : null;
  }).catch(async (error: unknown) => {
    throw new Error(`${String(error)}\nthe page: ${await state(view)}`);
  });
}

/** The answer of a frame; something else if it comes late, or never because the frame is gone: that is seen at the next look. */
async function soon<T>(answer: Promise<T>, otherwise: T): Promise<T> {
  return patiently('too late', answer).catch(() => otherwise);
}

/**
 * What a frame shows now; nothing while it has no document. Chromium's driver waits half a minute for the document of
 * a frame that is just leaving its page, and the condition that is waited for would not be looked at again in time.
 */
export const glance = (frame: View): Promise<string> => soon(frame.text(), '');

/** The frame among several that shows this text. */
export async function readerWith(driver: Driver, view: View, text: string): Promise<View> {
  let last: string[] = [];
  await view.front();
  return until(`a reader frame with "${text}"`, async () => {
    await inSight(view);
    const frames = await driver.frames(view, 'reader.html');
    last = await Promise.all(frames.map(glance));
    return frames[last.findIndex((one) => one.includes(text))];
  }).catch(async (error: unknown) => {
    const shown = `shown instead:\n${last.join('\n--\n')}`;
    throw new Error(`${String(error)}\n${shown}\nthe page: ${await state(view)}`);
  });
}

/** Puts one more message into a page, before all else: once it is covered, the content script has looked at the page. */
export async function lookedAt(view: View, armored: string): Promise<void> {
  await view.evaluate((armor) => {
    const sentinel = document.createElement('pre');
    sentinel.id = 'sentinel';
    sentinel.textContent = armor;
    document.body.prepend(sentinel);
  }, armored);
}

/** All text and all attributes of a frame, shown or not. */
export const everything = (frame: View): Promise<string> => frame.evaluate(() => document.documentElement.outerHTML);

/** Shows armored text in a page, and returns its one reader frame. */
export async function openArmor({ driver, web, tab }: Inbox, armored: string): Promise<View> {
  web.put('/message', html(`<h1>Message</h1><pre>${escaped(armored)}</pre>`));
  await tab.goto(web.url('/message'));
  const [frame] = await readers(driver, tab, 1);
  assert.ok(frame);
  return frame;
}

/** Copies the text of a message in a page: by its button, where the browser sees whether the page lies over it. */
export async function copyText(frame: View): Promise<void> {
  if (kind === 'chromium') {
    await button(frame, say('copy_text')).click();
    return shows(frame, say('copied'));
  }
  assert.equal(await button(frame, say('copy_text')).exists(), false);
  await frame.click('section.message .text, section.message .letter, section.message iframe');
  await frame.press('Control+a');
  await frame.press('Control+c');
}

/** Presses the button of a frame that asks for the password of its message, and types it into the window that opens. */
export async function typePassword(driver: Driver, frame: View, password: string): Promise<void> {
  await button(frame, say('enter_password')).click();
  const window = await driver.window('password.html');
  await shows(window, say('password_not_key'));
  await field(window, say('message_password')).fill(password);
  await button(window, say('open_message')).click();
  await until('the window has closed', () => window.gone());
}

/** What is done in the composer. */
export interface Composing {
  /** Added to what the page suggested. */
  recipients?: string;
  /** The switch "sign"; left as it is when not given. */
  sign?: boolean;
}

/** The composer window that has opened (or will), with its choices made but not sent off. */
export async function composer(driver: Driver, { recipients, sign }: Composing = {}): Promise<View> {
  const window = await driver.window('compose.html');
  await field(window, 'Recipients').visible();
  if (recipients !== undefined) {
    await field(window, 'Recipients').fill(recipients);
    await window.press('Enter');
  }
  if (sign !== undefined) {
    const control = toggle(window, say('sign'));
    if ((await control.checked()) !== sign) await control.click();
  }
  return window;
}

/**
 * Presses "Encrypt" and waits until the window has done its work and is gone. When it is to sign with a key that is
 * locked, `unlocking` names the browser in which the passphrase is then asked for.
 */
export async function encrypt(window: View, unlocking?: Driver): Promise<void> {
  await button(window, 'Encrypt').click();
  if (unlocking) await unlock(unlocking);
  await until('the composer has closed', () => window.gone()).catch(async (error: unknown) => {
    throw new Error(`${String(error)}\nit shows:\n${await window.text()}`);
  });
}
