// The ways into the window in which a mail is written: from the menu and by keyboard, and for files and pictures into the mail.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { button, type Driver, field, toggle, until, type View } from '../harness/index.js';
import { shows } from './support/desk.js';
import type { Gpg } from './support/gpg.js';
import { extension, say, start } from './support/session.js';
import { page, type Site } from './support/site.js';
import {
  addRecipient,
  finish,
  formOf,
  type Part,
  partsOf,
  readEntity,
  typeText,
  write,
  writeWindow,
} from './support/write.js';
import { startWriter, type Writer } from './support/writer.js';

const PICTURE = fs.readFileSync(path.join(extension, 'icons/48.png'));
const LEDGER = Buffer.from('12 crates\r\n\0 of nothing');
let writer: Writer;
let driver: Driver;
let gpg: Gpg;
let web: Site;
let tab: View;

before(async () => {
  writer = await startWriter();
  ({ driver, gpg, web, tab } = writer);
  web.put(
    '/framed',
    page(`<form><label>To <input id="to" value="bob@example.test"></label> <label>Subject <input id="subject"></label>
      <iframe title="Message" srcdoc="<body contenteditable>Hello</body>" style="width:40em;height:12em"></iframe></form>`),
  );
  web.put('/nothing', page('<p><label>Search <input id="search" type="search"></label></p>'));
});
after(() => writer?.close());

const MENU = { id: 'write-mail', label: say('write_here') };

/** The document in the frame of a page. */
const framed = (): Promise<View> =>
  until('the editor in its frame', async () => {
    for (const frame of await tab.frames()) {
      if (await frame.evaluate(() => document.body?.isContentEditable === true).catch(() => false)) return frame;
    }
    return null;
  });

/** Nothing has opened, and the toolbar button says why. */
async function toldAtButton(why: string): Promise<void> {
  await until('the toolbar button says why', async () => {
    const said = await driver.background(async () => {
      const tabs = await chrome.tabs.query({});
      if (tabs.some(({ url }) => url?.startsWith(chrome.runtime.getURL('write.html')))) return ['a window is open'];
      return Promise.all(
        tabs.map(async ({ id: tabId = -1 }) =>
          (await chrome.action.getBadgeText({ tabId })) === '!' ? chrome.action.getTitle({ tabId }) : '',
        ),
      );
    });
    return said.includes(why);
  });
}

test('from the context menu of an editor', async () => {
  await tab.goto(web.url('/textarea'));
  await driver.contextMenu(tab, '#body', MENU);
  const window = await writeWindow(driver);
  await shows(window, 'bob@example.test');
  await window.click('.editing');
  await window.type('from the menu');
  await finish(window);
  assert.equal(gpg.decrypt((await formOf(tab)).text).text, 'from the menu');
});

test('from the menu of an editor in a frame without an address: the form around it is meant', async () => {
  await tab.goto(web.url('/framed'));
  await driver.contextMenu(await framed(), 'body', MENU);
  const window = await writeWindow(driver);
  await shows(window, 'bob@example.test');
  await until('its text is taken over', async () => (await window.text('.editing')).includes('Hello'));
  await window.click('.editing');
  await finish(window);
  const armored = (await (await framed()).text()).replaceAll('\u00a0', ' ');
  assert.equal(gpg.decrypt(armored).text, 'Hello');
});

test('by Alt+Shift+M, also from an editor in a frame', async () => {
  const shortcut = await driver.background(async () => {
    const commands = await chrome.commands.getAll();
    return commands.find(({ name }) => name === 'write-mail')?.shortcut;
  });
  assert.equal(shortcut, 'Alt+Shift+M');
  await tab.front();
  await tab.goto(web.url('/framed'));
  await (await framed()).click('body');
  await driver.command(tab, 'write-mail');
  const window = await writeWindow(driver);
  await shows(window, 'bob@example.test');
  await until('its text is taken over', async () => (await window.text('.editing')).includes('Hello'));
  await window.close();
});

test('where no mail is written nothing opens, and the toolbar button says why', async () => {
  // A hint stays however long a look takes: it does not come again.
  await driver.background(() => {
    const world = (typeof window === 'undefined' ? globalThis : window) as unknown as typeof globalThis;
    const { setTimeout: wait } = world;
    world.setTimeout = ((job: () => void, ms?: number) => (ms === 8_000 ? 0 : wait(job, ms))) as never;
  });
  await tab.front();
  await tab.goto(web.url('/nothing'));
  await driver.contextMenu(tab, '#search', MENU);
  await toldAtButton(say('hint_no_form'));
});

/** What a drag or the clipboard brings. */
type Carried = readonly {
  readonly name: string;
  readonly type: string;
  readonly base64: string;
  readonly html?: string;
}[];

const carried = (name: string, type: string, data: Buffer): Carried => [
  { name, type, base64: data.toString('base64') },
];

/** Files from outside of the browser, which no driver can bring along: the event of it, with real files. False when nobody took it. */
const bring = (window: View, how: 'drop' | 'paste', selector: string, files: Carried): Promise<boolean> =>
  window.evaluate(
    (kind, at, list) => {
      const place = document.querySelector(at);
      const box = place?.getBoundingClientRect();
      const made = new DataTransfer();
      const init = { bubbles: true, cancelable: true, composed: true };
      const where = { clientX: (box?.x ?? 0) + 5, clientY: (box?.y ?? 0) + 5 };
      // Firefox makes the data of a paste from `data` and `dataType`, and lets others be added.
      const words = { data: ' ', dataType: 'text/plain' };
      const event =
        kind === 'drop'
          ? new DragEvent('drop', { ...init, ...where, dataTransfer: made })
          : new ClipboardEvent('paste', { ...init, ...words, clipboardData: made });
      const data = event instanceof DragEvent ? event.dataTransfer : event.clipboardData;
      data?.clearData('text/plain');
      for (const { name, type, base64, html } of list) {
        const octets = Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
        data?.items.add(new File([octets], name, { type }));
        if (html) data?.setData('text/html', html);
      }
      if (data?.files.length !== list.length) throw new Error('the files are not in the event');
      return place?.dispatchEvent(event) === false;
    },
    how,
    selector,
    files,
  );

/** The mail that was made, as an entity. */
async function made(window: View): Promise<Part> {
  await finish(window);
  return readEntity(gpg.decrypt((await formOf(tab)).text).text);
}

/** A window for a mail to bob. */
async function begin(): Promise<View> {
  await tab.front();
  await tab.goto(web.url('/textarea'));
  return write(driver, tab);
}

/** The picture stands in the text of the mail, and is a part of it. */
function assertPicture(mail: Part, data: Buffer): void {
  const [image] = partsOf(mail, 'image/png');
  assert.deepEqual(image?.body, data);
  const id = /<img src="cid:([^"]+)"/.exec(partsOf(mail, 'text/html')[0]?.body.toString() ?? '')?.[1];
  assert.equal(image?.headers.get('content-id'), `<${id}>`);
}

const drawnPictures = (window: View): Promise<number> =>
  window.evaluate(
    () => [...document.querySelectorAll<HTMLImageElement>('.editing img')].filter((one) => one.naturalWidth > 0).length,
  );

test('a file that is dropped beside its places is attached; a picture dropped on the text stands in it', async () => {
  const window = await begin();
  assert.equal(await bring(window, 'drop', 'h1', carried('ledger.bin', 'application/octet-stream', LEDGER)), true);
  await shows(window, 'ledger.bin');
  assert.equal(await window.count('.editing img'), 0);
  assert.equal(await bring(window, 'drop', '.editing', carried('seal.png', 'image/png', PICTURE)), true);
  await until('the picture is drawn', async () => (await drawnPictures(window)) === 1);
  await window.click('.editing');
  const mail = await made(window);
  assertPicture(mail, PICTURE);
  assert.deepEqual(partsOf(mail, 'application/octet-stream')[0]?.body, LEDGER);
});

test('what cannot be read among files that are dropped keeps none of the others out, and is named', async () => {
  const window = await begin();
  // As a folder behaves: it is among the files, and nothing can be read of it.
  await window.evaluate(() => {
    const { stream } = Blob.prototype;
    Blob.prototype.stream = function () {
      if ((this as File).name.startsWith('folder')) throw new DOMException('no file', 'NotFoundError');
      return stream.call(this) as never;
    };
  });
  const names = ['one.bin', 'folder 1', 'two.bin', 'folder 2', 'three.bin'];
  const files = names.flatMap((name) => carried(name, 'application/octet-stream', LEDGER));
  await bring(window, 'drop', 'h1', files);
  await shows(window, say('files_unreadable', 'folder 1, folder 2'));
  assert.equal(await window.count('.write-files .file-list li'), 3);
  await bring(window, 'drop', 'h1', carried('folder 3', '', LEDGER));
  await shows(window, say('file_unreadable', 'folder 3'));
  await window.close();
});

/** Holds back what is read of files, until the function that is given back is called. */
async function slowDisk(window: View): Promise<() => Promise<void>> {
  await window.evaluate(() => {
    const { stream } = Blob.prototype;
    const free = new Promise<void>((done) => {
      Object(globalThis).spin = () => {
        Blob.prototype.stream = stream;
        done();
      };
    });
    Blob.prototype.stream = function () {
      const pass = new TransformStream<Uint8Array, Uint8Array>();
      void free.then(() => stream.call(this).pipeTo(pass.writable));
      return pass.readable as never;
    };
  });
  return () => window.evaluate(() => Object(globalThis).spin());
}

test('the mail waits for files that are being read, pictures in their places; what is dropped from then on is said not to go along', async () => {
  const window = await begin();
  const spin = await slowDisk(window);
  const ledger = carried('ledger.bin', 'application/octet-stream', LEDGER);
  await bring(window, 'drop', '.editing', carried('seal.png', 'image/png', PICTURE));
  await shows(window, 'seal.png');
  await window.click('.editing');
  await window.press('Control+Enter');
  await shows(window, say('encrypting'));
  assert.equal(await window.count('.parts[inert]'), 1);
  assert.equal(await bring(window, 'drop', 'h1', ledger), true);
  await shows(window, say('files_not_now'));
  assert.equal(await window.count('.write-files .file-list li'), 1);
  await spin();
  await shows(window, say('there'));
  await window.evaluate(() => document.querySelector('.toast')?.replaceChildren());
  await bring(window, 'drop', 'h1', ledger);
  await shows(window, say('files_not_now'));
  await window.click('.outcome .primary');
  await until('the window has closed', () => window.gone());
  const mail = readEntity(gpg.decrypt((await formOf(tab)).text).text);
  assertPicture(mail, PICTURE);
  assert.equal(partsOf(mail, 'application/octet-stream').length, 0);
});

test('who does not want to wait for a file that is being read can go on writing', async () => {
  const window = await begin();
  const spin = await slowDisk(window);
  await bring(window, 'drop', 'h1', carried('ledger.bin', 'application/octet-stream', LEDGER));
  await shows(window, 'ledger.bin');
  await window.click('.editing');
  await window.type('with the ledger');
  await window.press('Control+Enter');
  await shows(window, say('encrypting'));
  await button(window, say('cancel')).click();
  await until('it can be changed again', () => button(window, say('encrypt')).enabled());
  assert.equal(await window.count('.parts[inert]'), 0);
  await spin();
  await until('the file is there', async () => (await window.count('.write-files li[data-file]')) === 1);
  assert.equal(await window.count('.outcome'), 0);
  await window.click('.editing');
  const mail = await made(window);
  assert.deepEqual(partsOf(mail, 'application/octet-stream')[0]?.body, LEDGER);
});

test('while a dialog waits for its answer nothing that is dropped is taken, and the page stays', async () => {
  const window = await begin();
  await window.click('.editing');
  await window.press('Control+k');
  await window.visible('dialog[open]');
  assert.equal(await bring(window, 'drop', 'h1', carried('ledger.bin', 'application/octet-stream', LEDGER)), true);
  await window.press('Escape');
  await until('the dialog has gone', async () => (await window.count('dialog[open]')) === 0);
  assert.equal(await window.count('.write-files .file-list li'), 0);
  await window.close();
});

test('a text that is too long is not cut to what a mail may have: it is said to be so', async () => {
  const paste = (window: View, html: string): Promise<void> =>
    window.evaluate((markup) => {
      const data = new DataTransfer();
      data.setData('text/plain', `${'x'.repeat(98)}\r\n`.repeat(11_000));
      if (markup !== '') data.setData('text/html', markup.padEnd(1_100_000, '<b></b>'));
      const event = new Event('paste', { bubbles: true, cancelable: true });
      // Firefox takes none from a script when the event is made.
      const given = Object.defineProperty(event, 'clipboardData', { value: data });
      document.querySelector('.editing')?.dispatchEvent(given);
    }, html);
  for (const html of ['', '<p>the same</p>']) {
    const window = await begin();
    await paste(window, html);
    await shows(window, start('why_too_long'));
    await window.close();
  }
});

test('what would be refused when it is made is said before: too much formatting, and files alone that are signed', async () => {
  const window = await begin();
  await window.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text/html', `<p><b>${'"'.repeat(200_000)}</b></p>`);
    const event = new Event('paste', { bubbles: true, cancelable: true });
    document.querySelector('.editing')?.dispatchEvent(Object.defineProperty(event, 'clipboardData', { value: data }));
  });
  await shows(window, start('why_too_long'));
  await button(window, say('edit_plain')).click();
  await button(window, say('plain_drop')).click();
  await until('it can be made', async () => !(await window.text()).includes(start('why_too_long')));
  await field(window, say('text')).fill('');
  await bring(window, 'paste', '.editing', carried('ledger.bin', 'application/octet-stream', LEDGER));
  await until('it has been read', async () => (await window.count('.write-files li[data-file]')) === 1);
  await toggle(window, `${say('mode_signed')}${say('mode_signed_hint')}`).click();
  await button(window, say('sign_button')).click();
  await shows(window, say('why_no_signed_text'));
  await until('the focus is in the text', () =>
    window.evaluate(() => document.activeElement?.matches('.plain-text') ?? false),
  );
  await window.close();
});

/** Copies the picture from a page. */
async function copyPicture(): Promise<void> {
  web.put(
    '/copy',
    page(`<button id="copy">Copy</button><script>
      document.querySelector('#copy').addEventListener('click', async () => {
        const octets = Uint8Array.from(atob('${PICTURE.toString('base64')}'), (one) => one.charCodeAt(0));
        const blob = new Blob([octets], { type: 'image/png' });
        await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
        document.title = 'copied';
      });</script>`),
  );
  await tab.front();
  await tab.goto(web.url('/copy'));
  await tab.click('#copy');
  await until('it is in the clipboard', () => tab.evaluate(() => document.title === 'copied'));
}

test('a picture from the clipboard is pasted into the text', async () => {
  await copyPicture();
  const window = await begin();
  await window.click('.editing');
  await window.type('look: ');
  // Without a screen Firefox keeps no pictures in its clipboard.
  if (driver.kind === 'firefox') await bring(window, 'paste', '.editing', carried('image.png', 'image/png', PICTURE));
  else await window.press('Control+v');
  await until('the picture is drawn', async () => (await drawnPictures(window)) === 1);
  const mail = await made(window);
  // Browsers write a picture anew for the clipboard.
  const [image] = partsOf(mail, 'image/png');
  assert.ok(image);
  assertPicture(mail, image.body);
  assert.match(partsOf(mail, 'text/html')[0]?.body.toString() ?? '', /look: ?(?:&nbsp;)?<img/);
});

test('a picture that a browser has copied with its address is pasted, and the address is not', async () => {
  const window = await begin();
  const before = web.asked.length;
  const [picture] = carried('image.png', 'image/png', PICTURE);
  assert.ok(picture);
  const html = `<meta charset="utf-8"><img src="${web.url('/tracker.png')}" alt="tracked">`;
  assert.equal(await bring(window, 'paste', '.editing', [{ ...picture, html }]), true);
  await until('the picture is drawn', async () => (await drawnPictures(window)) === 1);
  await window.click('.editing');
  const mail = await made(window);
  assertPicture(mail, PICTURE);
  assert.ok(!partsOf(mail, 'text/html')[0]?.body.toString().includes('tracker'));
  // Whatever was begun comes before this. (The window itself may ask nobody.)
  web.put('/settled', page(''));
  await (await driver.tab(web.url('/settled'))).close();
  assert.deepEqual(web.asked.slice(before), ['/settled']);
});

test('of words that were copied with a picture of them the words are pasted', async () => {
  const window = await begin();
  const [picture] = carried('image.png', 'image/png', PICTURE);
  assert.ok(picture);
  await bring(window, 'paste', '.editing', [{ ...picture, html: '<p>forty <b>barrels</b></p>' }]);
  await until('the words are there', async () => (await window.text('.editing')).includes('forty barrels'));
  assert.equal(await window.count('.write-files .file-list li'), 0);
  await window.close();
});

test('a file that is pasted is attached, and the text stays as it is', async () => {
  const window = await begin();
  await window.click('.editing');
  await window.type('see the ledger');
  assert.equal(
    await bring(window, 'paste', '.editing', carried('ledger.bin', 'application/octet-stream', LEDGER)),
    true,
  );
  await until('it has been read', async () => (await window.count('.write-files li[data-file]')) === 1);
  await shows(window, 'ledger.bin');
  assert.equal((await window.text('.editing')).trim(), 'see the ledger');
  const mail = await made(window);
  assert.deepEqual(partsOf(mail, 'application/octet-stream')[0]?.body, LEDGER);
});

test('a picture in the page’s own editor: the window says that it stays behind, and no other mail with one is overwritten unasked', async () => {
  const point = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"/>').toString('base64');
  const insert = (width: number): Promise<void> =>
    tab.evaluate(
      (source, width) => {
        const picture = Object.assign(new Image(width, width), { src: source });
        document.querySelector('#body')?.append(picture);
      },
      `data:image/svg+xml;base64,${point}`,
      width,
    );
  await tab.front();
  await tab.goto(web.url('/textarea'));
  const window = await write(driver, tab);
  await addRecipient(window, say('header_to'), 'bob@example.test');
  await typeText(window, 'The lamp means come.');
  await tab.goto(web.url('/contenteditable'));
  await insert(40);
  await window.front();
  await window.click('.editing');
  await window.press('Control+Enter');
  await shows(window, say('put_taken'));
  assert.equal(await tab.count('#body img'), 1);
  await button(window, say('back_to_writing')).click();
  await shows(window, say('page_pictures'));
  await button(window, say('close')).click();
  await button(window, say('draft_delete')).click();
  await until('the window has closed', () => window.gone());
  // What counts who reads a mail is no picture.
  await tab.goto(web.url('/contenteditable'));
  await insert(1);
  const second = await write(driver, tab);
  await shows(second, say('header_to'));
  assert.ok(!(await second.text('main')).includes(say('page_pictures')));
  await second.close();
});
