// Letters: made by the extension's own code in one of its pages, kept on disk as a recipient would, and opened from there.

import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { instructions, LetterOptions, letter } from '../../../extension/desk/letter.js';
import type { Take } from '../../../extension/desk/pieces.js';
import { button, type Driver, field, type View } from '../../harness/index.js';
import { Gpg, type GpgKey } from './gpg.js';
import { type Entity, protectedHeaders } from './mime.js';
import { browser, say } from './session.js';

/** The password of all letters, unless a test says another. */
export const WORD = 'Grüße vom Wehr';
export const ALICE = 'Alice <alice@example.test>';
export const CAROL = 'carol@example.test';
export const SUBJECT = 'About the heron';
export const TEXT = 'The heron stands by the mill since Tuesday.';
export const NOTES = Buffer.concat([crypto.randomBytes(50_000), Buffer.from('\r\n\n\r\0 ends here')]);

/** What desk/letter.ts exports. */
interface DeskLetter {
  letter: typeof letter;
  instructions: typeof instructions;
}

/** What goes into a letter; the armor as text. */
export type LetterInput = Omit<LetterOptions, 'armored'> & { armored: string };

/** A browser with the extension, alice who writes letters, and a maker of them: a page of the extension with the desk's code in it. */
export class Letters {
  /** Alice's programs. */
  readonly gpg = new Gpg();
  readonly alice: GpgKey = this.gpg.key(ALICE);
  readonly #folder = fs.mkdtempSync(path.join(os.tmpdir(), 'waxseal-letters-'));
  #made = 0;
  /** The letter that was opened last, all of it. */
  #opened = '';

  private constructor(
    readonly driver: Driver,
    readonly page: View,
  ) {}

  /** Starts the browser. */
  static async start(): Promise<Letters> {
    const driver = await browser();
    const page = await driver.page('settings.html');
    const { outputFiles } = await build({
      entryPoints: ['extension/desk/letter.ts'],
      bundle: true,
      write: false,
      format: 'iife',
      globalName: 'deskLetter',
    });
    await page.run(`void (globalThis.deskLetter = (() => { ${outputFiles[0]?.text}; return deskLetter; })())`);
    return new Letters(driver, page);
  }

  /** Makes one, from alice in English and of what gpg has made if nothing else is said; its octets. */
  async make(armored: string, more: Partial<LetterInput> = {}): Promise<Buffer> {
    const sender = { senderName: 'Alice', senderAddress: 'alice@example.test', subject: undefined, compatible: true };
    const made = await this.page.evaluate(
      async (text, options) => {
        const { letter } = (globalThis as unknown as { deskLetter: DeskLetter }).deskLetter;
        const octets = new TextEncoder().encode(text);
        const armored = { size: octets.length, each: async (take: Take) => void (await take(octets)) };
        const made = await letter({ ...options, armored });
        const reader = new FileReader();
        await new Promise((done) => {
          reader.onload = done;
          reader.readAsDataURL(made);
        });
        return String(reader.result).split(',')[1] ?? '';
      },
      armored,
      { ...sender, language: 'en', ...more } as Omit<LetterOptions, 'armored'>,
    );
    return Buffer.from(made, 'base64');
  }

  /** Makes one and opens it from disk. */
  async open(armored: string, more: Partial<LetterInput> = {}): Promise<View> {
    return this.show(await this.make(armored, more));
  }

  /** Opens a file from disk as a letter. */
  async show(file: Buffer | string): Promise<View> {
    this.#opened = file.toString();
    return this.driver.tab(pathToFileURL(this.save(file)).href);
  }

  /** The text of the mail around one. */
  instructions(...args: Parameters<typeof instructions>): Promise<string> {
    return this.page.evaluate(
      (...given) => (globalThis as unknown as { deskLetter: DeskLetter }).deskLetter.instructions(...given),
      ...args,
    );
  }

  /** A whole mail from alice to carol, encrypted with a password by gpg. */
  sealed(content: Entity, subject = SUBJECT): string {
    const headers = [
      ['From', ALICE],
      ['To', CAROL],
      ['Subject', subject],
      ['Date', 'Fri, 27 Nov 2026 10:00:00 +0000'],
    ] as const;
    const mail = protectedHeaders(content, headers, 'cipher', [['Subject', '[...]']]);
    return this.gpg.run(['--armor', '--passphrase', WORD, '--symmetric'], mail).toString();
  }

  /** A certificate as the vault would give it. */
  certificate(key: GpgKey): string {
    return this.gpg.run(['--export', key.fingerprint]).toString('base64');
  }

  /** Saves a file; its path. */
  save(octets: Buffer | string, name = `letter-${++this.#made}.html`): string {
    const file = path.join(this.#folder, name);
    fs.writeFileSync(file, octets);
    return file;
  }

  /**
   * What was asked for since, of this machine or of a host that the letter names. Browsers ask things of their makers at any
   * time, by names that stand in no letter.
   */
  requests(since: number): string[] {
    return this.driver.requests
      .slice(since)
      .map(({ url }) => url)
      .filter((url) => {
        const host = /^(?:\w+:\/\/)?([^/:]+)/.exec(url)?.[1] ?? '';
        return /^(localhost|127\.0\.0\.1)$/.test(host) || this.#opened.includes(host);
      });
  }

  /** Presses something that saves a file; its octets. */
  async saved(view: View, name: string, press: () => Promise<void>): Promise<Buffer> {
    await view.front();
    await press();
    const [stem, end] = name.split('.');
    const path = await this.driver.download(new RegExp(`^${stem}(\\(\\d+\\))?( \\(\\d+\\))?\\.${end}$`));
    const octets = fs.readFileSync(path);
    fs.rmSync(path);
    return octets;
  }

  /** Ends the browser and gpg, and removes what was saved. */
  async close(): Promise<void> {
    await this.driver.close();
    this.gpg.close();
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Types a password and presses the button. */
export async function tryPassword(view: View, password = WORD): Promise<void> {
  await field(view, say('message_password')).fill(password);
  await button(view, say('open_message')).click();
}

/** What a letter says of itself below the field, folded away as most of it is. */
export async function advice(view: View): Promise<string> {
  await view.visible('.letter-about');
  return view.evaluate(() => document.querySelector('.letter-about')?.textContent ?? '');
}
