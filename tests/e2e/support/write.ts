// The window in which a mail is written, and pages that it writes into.

import assert from 'node:assert/strict';
import { button, type Driver, field, until, type View } from '../../harness/index.js';
import { shows } from './desk.js';
import { say } from './session.js';
import { page } from './site.js';

/** What a compose form of a page holds. */
export interface PageForm {
  to: string;
  cc: string;
  bcc: string;
  subject: string;
  text: string;
  /** Text of the files that are attached. */
  files: { name: string; type: string; text: string }[];
}

/** A page with a compose form; `editor` is its text field. */
export const composeForm = (editor: 'textarea' | 'contenteditable', to = ''): string => {
  const body =
    editor === 'textarea'
      ? '<textarea id="body" rows="12" cols="72" aria-label="Message"></textarea>'
      : '<div id="body" contenteditable="true" role="textbox" aria-label="Message" style="min-height:9em;border:1px solid"></div>';
  return page(`<form>
    <p><label>To <input id="to" value="${to}"></label></p>
    <p><label>Cc <input id="cc"></label></p>
    <p><label>Bcc <input id="bcc"></label></p>
    <p><label>Subject <input id="subject"></label></p>
    <p><label>Attach <input id="files" type="file" multiple></label></p>
    ${body}</form>`);
};

/** What the form of a page holds now. */
export const formOf = (view: View): Promise<PageForm> =>
  view.evaluate(async () => {
    const value = (id: string) => (document.querySelector(`#${id}`) as HTMLInputElement).value;
    const body = document.querySelector('#body') as HTMLTextAreaElement;
    const chosen = [...((document.querySelector('#files') as HTMLInputElement).files ?? [])];
    const files = chosen.map(async (file) => ({ name: file.name, type: file.type, text: await file.text() }));
    return {
      to: value('to'),
      cc: value('cc'),
      bcc: value('bcc'),
      subject: value('subject'),
      text: body.value ?? body.innerText.replaceAll('\u00a0', ' '),
      files: await Promise.all(files),
    };
  });

/** Asks for a window to write in, from the page's editor, and waits until one can write. */
export async function write(driver: Driver, tab: View): Promise<View> {
  await tab.front();
  await tab.click('#body');
  await driver.command(tab, 'write-mail');
  return writeWindow(driver);
}

/** The window that has opened (or will), once one can write. */
export async function writeWindow(driver: Driver): Promise<View> {
  const window = await driver.window('write.html');
  await until('one can write', async () => (await window.count('.editing')) > 0).catch(async (error: unknown) => {
    throw new Error(`${String(error)}\nit shows:\n${await window.text()}`);
  });
  return window;
}

/** Types at the end of the text. */
export async function typeText(window: View, text: string): Promise<void> {
  await window.click('.editing');
  await window.press('Control+End');
  await window.type(text);
}

/** The text in the editor, as drawn. */
export const editorText = (window: View): Promise<string> => window.text('.editing');

/** Presses Ctrl+Enter, and waits until the mail is in the page and the window has gone. */
export async function finish(window: View, text = say('there')): Promise<void> {
  await window.press('Control+Enter');
  await shows(window, text);
  await button(window, say('go_to_webmail')).click();
  await until('the window has closed', () => window.gone());
}

/** Adds a recipient. */
export async function addRecipient(window: View, label: string, address: string): Promise<void> {
  await field(window, label).click();
  await window.type(address);
  await window.press('Enter');
  await until(`${address} is a chip`, () =>
    window.evaluate(
      (one) => [...document.querySelectorAll('.chip-text')].some((chip) => chip.textContent?.includes(one)),
      address,
    ),
  );
}

/** One part of a mail: enough of MIME for what we write. */
export interface Part {
  /** By lower-case names; only the value before its parameters is of use for most. */
  headers: Map<string, string>;
  /** Decoded. */
  body: Buffer;
  parts: Part[];
}

/** Reads an entity, independently of our own reading. */
export function readEntity(source: string): Part {
  const text = source.replace(/\r\n/g, '\n');
  const end = text.indexOf('\n\n');
  assert.ok(end > 0, `no header:\n${text.slice(0, 300)}`);
  const head = text.slice(0, end).replace(/\n[ \t]+/g, ' ');
  const body = text.slice(end + 2);
  const headers = new Map(
    head.split('\n').map((line): [string, string] => {
      const [name = '', ...rest] = line.split(':');
      return [name.toLowerCase(), rest.join(':').trim()];
    }),
  );
  const boundary = /boundary="?([^";]+)"?/.exec(headers.get('content-type') ?? '')?.[1];
  if (boundary === undefined) return { headers, body: decoded(body, headers), parts: [] };
  const pieces = `\n${body}`.split(`\n--${boundary}`);
  assert.match(pieces.at(-1) ?? '', /^--/, 'the last boundary is there');
  const parts = pieces.slice(1, -1).map((piece) => readEntity(piece.replace(/^[ \t]*\n/, '')));
  return { headers, body: Buffer.alloc(0), parts };
}

function decoded(body: string, headers: Map<string, string>): Buffer {
  switch (headers.get('content-transfer-encoding')?.toLowerCase()) {
    case 'base64':
      return Buffer.from(body, 'base64');
    case 'quoted-printable': {
      const bytes = body
        .replace(/[ \t]*=\n/g, '')
        .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
      return Buffer.from(bytes, 'latin1');
    }
    default:
      return Buffer.from(body, 'utf8');
  }
}

/** All parts of a type, at any depth. */
export function partsOf(part: Part, type: string): Part[] {
  const own = part.headers.get('content-type')?.startsWith(type) ? [part] : [];
  return [...own, ...part.parts.flatMap((inner) => partsOf(inner, type))];
}
