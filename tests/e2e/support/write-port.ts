// The page's end of writing, without the window: a page of the extension connects to the content script as a window does
// that comes back to a page which went elsewhere.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PIECE } from '../../../extension/desk/write-channel.js';
import { type Driver, type LaunchOptions, until, type View } from '../../harness/index.js';
import { type Pages, startPages } from '../../pages/server.js';
import { given } from './given.js';
import { browser } from './session.js';
import { page as html, type Site, site } from './site.js';

/** A file to put into the page. */
export interface PutFile {
  name: string;
  type: string;
  data: Buffer;
}

/** What is put into a form. */
export interface PutForm {
  text: string;
  subject?: string | null;
  to?: string[] | null;
  cc?: string[] | null;
  bcc?: string[] | null;
  files?: PutFile[];
}

/** A message of the content script. */
export interface Heard {
  t: string;
  [field: string]: unknown;
}

/** One end of such a port; the other is the content script of a tab's page. */
export class WritePort {
  #turn = 0;

  private constructor(readonly page: View) {}

  /** A page of the extension that ports start from. */
  static async open(driver: Driver): Promise<WritePort> {
    return new WritePort(await driver.page('settings.html'));
  }

  /** Connects to what a tab shows now, and returns the state of its form. */
  async connect(tab: View): Promise<Heard> {
    const address = await tab.url();
    const name = `waxseal-write:test:${new URL(address).origin}`;
    return until('the page’s script says what form there is', async () => {
      await this.call(address, name);
      this.#turn = 0;
      // In a page that has just come nobody listens yet: such a port is closed at once, and another one is opened.
      const { form } = await until('the script answers, or is not there', async () => {
        const heard = await this.heard();
        const at = heard.findIndex(({ t }) => t === 'form');
        if (at >= 0) this.#turn = at + 1;
        return at >= 0 ? { form: heard[at] } : (await this.gone()) && { form: undefined };
      });
      return form;
    });
  }

  /** Opens a port of this name to the tab that shows an address, whoever answers. */
  async call(address: string, name: string): Promise<void> {
    await this.page.evaluate(
      async (url, name) => {
        const [found] = (await chrome.tabs.query({})).filter((one) => one.url === url);
        const world = globalThis as unknown as {
          heard: unknown[];
          port: chrome.runtime.Port;
          gone: boolean;
          beats: ReturnType<typeof setInterval>;
        };
        clearInterval(world.beats);
        world.port?.disconnect();
        world.heard = [];
        world.gone = false;
        world.port = chrome.tabs.connect(found?.id ?? -1, { frameId: 0, name });
        world.port.onMessage.addListener((message) => void world.heard.push(message));
        world.port.onDisconnect.addListener(() => {
          world.gone = true;
        });
      },
      address,
      name,
    );
  }

  /** Whether the content script's end is gone. */
  async gone(): Promise<boolean> {
    return this.page.evaluate(() => (globalThis as unknown as { gone: boolean }).gone);
  }

  /** Sends a message as it is. */
  async send(message: unknown): Promise<void> {
    await this.page.evaluate(
      (one) => (globalThis as unknown as { port: chrome.runtime.Port }).port.postMessage(one),
      message,
    );
  }

  /** Everything that was heard since it was connected. */
  async heard(): Promise<Heard[]> {
    return this.page.evaluate(() => (globalThis as unknown as { heard: Heard[] }).heard);
  }

  /** Waits for the next message of a kind. */
  async next(t: string, ms?: number): Promise<Heard> {
    return until(
      `"${t}" is heard`,
      async () => {
        const heard = await this.heard();
        const at = heard.findIndex((one, index) => index >= this.#turn && one.t === t);
        if (at < 0) return null;
        this.#turn = at + 1;
        return heard[at];
      },
      ms,
    );
  }

  /** Gives beats from now on, as a window does while it waits. */
  async beat(): Promise<void> {
    await this.page.evaluate(() => {
      const world = globalThis as unknown as { port: chrome.runtime.Port; beats: ReturnType<typeof setInterval> };
      world.beats = setInterval(() => world.port.postMessage({ t: 'beat' }), 50);
    });
  }

  /** Lets the page go, as a window does that is closed. */
  async close(): Promise<void> {
    await this.page.evaluate(() => {
      const world = globalThis as unknown as { port: chrome.runtime.Port; beats: ReturnType<typeof setInterval> };
      clearInterval(world.beats);
      world.port.disconnect();
    });
  }

  /** Asks for the state of the form. */
  async look(): Promise<Heard> {
    await this.send({ t: 'look' });
    return this.next('form');
  }

  /** Puts a mail into the form, and returns what became of it. */
  async put(form: PutForm, ms?: number): Promise<Heard> {
    await this.begin(form);
    return this.next('put_done', ms);
  }

  /** Has a mail put into the form. */
  async begin({ text, subject = null, to = null, cc = null, bcc = null, files = [] }: PutForm): Promise<void> {
    const listed = files.map(({ name, type, data }) => ({ name, media_type: type, size: data.length }));
    await this.send({ t: 'put', text, subject, to, cc, bcc, files: listed });
    for (const [file, { data }] of files.entries()) {
      for (let at = 0; at < data.length; at += PIECE) {
        await this.send({ t: 'piece', file, data: data.subarray(at, at + PIECE).toString('base64') });
      }
    }
    await this.send({ t: 'put_end' });
  }
}

/** Structure pages of forms, in a browser that is switched on for them. */
export interface FormPages {
  readonly driver: Driver;
  readonly pages: Pages;
  readonly tab: View;
  readonly port: WritePort;
  /** What a field of the page holds. */
  readonly value: (id: string) => Promise<string>;
  /** A file of the user's, which holds its own name. */
  readonly onDisk: (name: string) => string;
  /** Ends it all. */
  close(): Promise<void>;
}

/** Starts them, in a browser that is started like this. No message is in them. */
export async function formPages(options: Partial<LaunchOptions> = {}): Promise<FormPages> {
  const [driver, pages] = await Promise.all([browser(options), startPages({ message: '', signed: '', key: '' })]);
  const tab = await driver.tab(pages.url('textarea'));
  await given(driver, { sites: [tab] });
  const port = await WritePort.open(driver);
  await tab.front();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'waxseal-forms-'));
  return {
    driver,
    pages,
    tab,
    port,
    value: (id) => tab.evaluate((one) => (document.getElementById(one) as HTMLInputElement).value, id),
    onDisk(name) {
      const file = path.join(folder, name);
      fs.writeFileSync(file, name);
      return file;
    },
    async close() {
      await driver.close();
      pages.close();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Forms, and a site for forms of the test's own, which is switched on too. */
export interface OwnForms extends FormPages {
  readonly web: Site;
}

/** Starts both. */
export async function ownForms(): Promise<OwnForms> {
  const [at, web] = await Promise.all([formPages(), site()]);
  web.put('/', html(''));
  await at.tab.goto(web.url('/'));
  await given(at.driver, { sites: [at.tab] });
  return {
    ...at,
    web,
    async close() {
      await at.close();
      web.close();
    },
  };
}
