// What is formatted in the window for mails: what is pasted, links, and back to plain text, as all goes that is signed only;
// and mails with a password that Waxseal alone opens.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { toHtml } from '../../extension/pages/write/editor/html.js';
import { schema } from '../../extension/pages/write/editor/schema.js';
import { button, type Driver, field, toggle, until, type View } from '../harness/index.js';
import { composer, shows } from './support/desk.js';
import type { Gpg } from './support/gpg.js';
import { isArgon2 } from './support/packets.js';
import { say } from './support/session.js';
import { page, type Site } from './support/site.js';
import { addRecipient, editorText, finish, formOf, partsOf, readEntity, typeText, write } from './support/write.js';
import { startWriter, type Writer } from './support/writer.js';

let writer: Writer;
let driver: Driver;
let gpg: Gpg;
let web: Site;
let tab: View;

before(async () => {
  writer = await startWriter();
  ({ driver, gpg, web, tab } = writer);
});
after(() => writer?.close());

const attach = (window: View, files: string[]): Promise<void> =>
  window.upload("document.querySelector('.choose-files')", files);

const PASTED = `<meta charset="utf-8"><style>p{color:red}</style><h1 onclick="alert(1)">Title</h1>
  <p style="display:none">hidden words</p><p><b>strong</b> <a href="javascript:alert(1)">script</a>
  <a href="https://harbour.example.test/x">quay</a><img src="HOST/pixel.png" srcset="HOST/set.png 2x"></p>
  <script>document.title = 'no'</script><iframe src="HOST/frame"></iframe><form><input value="x"></form>
  <div style="background:url(HOST/back.png)">end</div>`;

test('what is pasted becomes what the editor knows, and nothing of it is asked for', async () => {
  const markup = JSON.stringify(PASTED.replaceAll('HOST', web.origin)).replaceAll('<', '\\u003c');
  const copies = `addEventListener('copy', (event) => {
    event.clipboardData.setData('text/html', ${markup});
    event.clipboardData.setData('text/plain', 'plain');
    event.preventDefault();
  });`;
  web.put('/copy', page(`<textarea id="words">words</textarea><script>${copies}</script>`));
  await tab.front();
  await tab.goto(web.url('/copy'));
  await tab.click('#words');
  await tab.press('Control+a');
  await tab.press('Control+c');
  await tab.goto(web.url('/textarea'));
  const window = await write(driver, tab);
  const before = web.asked.length;
  await window.click('.editing');
  await window.press('Control+v');
  await until('it is pasted', async () => (await editorText(window)).includes('quay'));
  const found = await window.evaluate(() => {
    const editor = document.querySelector('.editing') as HTMLElement;
    const elements = [...editor.querySelectorAll('*')];
    return {
      names: [...new Set(elements.map((one) => one.localName))].sort(),
      attributes: [...new Set(elements.flatMap((one) => one.getAttributeNames()))].sort(),
      links: [...editor.querySelectorAll('a')].map((one) => one.href),
      text: editor.innerText,
      title: document.title,
    };
  });
  assert.deepEqual(found.links, ['https://harbour.example.test/x']);
  assert.ok(found.text.includes('hidden words'), 'what would go out is seen');
  for (const name of ['img', 'script', 'style', 'iframe', 'form', 'input'])
    assert.ok(!found.names.includes(name), name);
  for (const name of ['style', 'onclick', 'src']) assert.ok(!found.attributes.includes(name), name);
  assert.notEqual(found.title, 'no');
  // Whatever was begun comes before this. (The window itself may ask nobody.)
  web.put('/settled', page(''));
  await (await driver.tab(web.url('/settled'))).close();
  assert.deepEqual(web.asked.slice(before), ['/settled']);
  await window.close();
});

test('a link leads to the web or to a mailbox, and nowhere else', async () => {
  await tab.goto(web.url('/textarea'));
  const window = await write(driver, tab);
  await typeText(window, 'see here');
  await window.press('Control+a');
  await window.press('Control+k');
  await field(window, say('link_target')).fill('javascript:alert(1)');
  await window.press('Enter');
  await shows(window, say('link_wrong'));
  await field(window, say('link_target')).fill('harbour.example.test/quay');
  await window.press('Enter');
  await until('the link is set', () =>
    window.evaluate(
      () => document.querySelector('.editing a')?.getAttribute('href') === 'https://harbour.example.test/quay',
    ),
  );
  await finish(window);
  const mail = readEntity(gpg.decrypt((await formOf(tab)).text).text);
  assert.match(
    partsOf(mail, 'text/html')[0]?.body.toString() ?? '',
    /<a href="https:\/\/harbour\.example\.test\/quay">see here<\/a>/,
  );
  assert.match(
    partsOf(mail, 'text/plain')[0]?.body.toString() ?? '',
    /see here <https:\/\/harbour\.example\.test\/quay>/,
  );
});

test('plain text on demand: formatting is not lost without a word', async () => {
  await tab.goto(web.url('/textarea'));
  const window = await write(driver, tab);
  await window.click('.editing');
  await window.press('Control+b');
  await window.type('loud');
  await button(window, say('edit_plain')).click();
  await shows(window, say('plain_title'));
  await window.press('Escape');
  assert.equal(await window.count('.editing strong'), 1);
  await button(window, say('edit_plain')).click();
  await button(window, say('plain_drop')).click();
  await field(window, say('text')).fill('quiet');
  await finish(window);
  assert.equal(gpg.decrypt((await formOf(tab)).text).text, 'quiet');
});

test('a mail with a password goes in the form that Waxseal reads where no other program has to open it, and says so', async () => {
  await tab.goto(web.url('/contenteditable'));
  const window = await write(driver, tab);
  await addRecipient(window, say('header_to'), 'dave@example.test');
  await typeText(window, 'Come by the back door.');
  await toggle(window, say('use_password')).click();
  await field(window, say('message_password')).fill('seven grey herons');
  await toggle(window, `${say('as_compatible')}${say('as_compatible_hint')}`).click();
  await window.click('.editing');
  await finish(window);
  const { text } = await formOf(tab);
  assert.ok(text.includes(say('letter_mail_waxseal_text')) && !text.includes('GnuPG'), text);
  assert.ok(isArgon2(text));
  const armored = writer.onDisk('mail.asc', text.slice(text.indexOf('-----BEGIN')));
  const file = await driver.page('files.html');
  await file.upload('document.querySelector("input[type=file]")', [armored]);
  await shows(file, 'Come by the back door.');
  await file.close();
});

test('signed only goes as plain text: that formatting is lost is said before, and only where there is some', async () => {
  await tab.goto(web.url('/textarea'));
  const window = await write(driver, tab);
  await typeText(window, 'plain ');
  await toggle(window, `${say('mode_signed')}${say('mode_signed_hint')}`).click();
  await shows(window, say('travel_why_signed'));
  assert.ok(!(await window.text()).includes(say('signed_plain')));
  await window.click('.editing');
  await window.press('Control+End');
  await window.press('Control+b');
  await window.type('loud');
  await shows(window, say('signed_plain'));
  await window.close();
});

test('signed only: said to be open, readable in the page, and gpg accepts text and file', async () => {
  await tab.goto(web.url('/textarea'));
  const window = await write(driver, tab);
  await typeText(window, 'For everybody.\n\n\nAnd for nobody else.');
  await attach(window, [writer.onDisk('notice.txt', 'a notice\n')]);
  await toggle(window, `${say('mode_signed')}${say('mode_signed_hint')}`).click();
  await shows(window, say('signed_warning'));
  await shows(window, say('seen_signed'));
  await button(window, say('sign_button')).click();
  await shows(window, say('there_signed'));
  await button(window, say('go_to_webmail')).click();
  const form = await formOf(tab);
  assert.match(
    form.text,
    /-----BEGIN PGP SIGNED MESSAGE-----[\s\S]*For everybody\.\n\n\nAnd for[\s\S]*-----END PGP SIGNATURE-----/,
  );
  gpg.run(['--verify'], form.text);
  assert.deepEqual(form.files.map(({ name }) => name).sort(), ['notice.txt', 'notice.txt.asc']);
  const signature = writer.onDisk('n.asc', form.files.find(({ name }) => name.endsWith('.asc'))?.text ?? '');
  gpg.run(['--verify', signature, writer.onDisk('n.txt', 'a notice\n')]);
});

test('signed only: files of one name each have a name and a signature of their own', async () => {
  await tab.goto(web.url('/textarea'));
  const window = await write(driver, tab);
  await typeText(window, 'For everybody.');
  const folder = fs.mkdtempSync(path.join(gpg.home, 'other-'));
  const texts = { 'image.png': 'one', 'image.png.asc': 'two' };
  const files = Object.entries(texts).map(([name, text]) => writer.onDisk(name, text));
  const again = path.join(folder, 'image.png');
  fs.writeFileSync(again, 'three');
  for (const file of [...files, again]) await attach(window, [file]);
  await until('all are there', async () => (await window.count('.write-files li[data-file]')) === 3);
  await toggle(window, `${say('mode_signed')}${say('mode_signed_hint')}`).click();
  await button(window, say('sign_button')).click();
  await shows(window, say('there_signed'));
  // Nothing is said to be somebody else's.
  assert.equal(await window.count('.outcome [role=alert]'), 0);
  await button(window, say('go_to_webmail')).click();
  const form = await formOf(tab);
  const names = ['image.png', 'image.png (2).asc', 'image (2).png'];
  const all = names.flatMap((name) => [name, `${name}.asc`]);
  assert.deepEqual(form.files.map(({ name }) => name).sort(), all.sort());
  const textOf = (name: string) => form.files.find((one) => one.name === name)?.text ?? '';
  for (const name of names) {
    gpg.run(['--verify', writer.onDisk('s.asc', textOf(`${name}.asc`)), writer.onDisk('s', textOf(name))]);
  }
});

test('HTML keeps the spaces that the editor shows, and says so only of lines that have such', () => {
  const bold = (text: string) => schema.text(text, [schema.mark('strong')]);
  const line = (...content: Parameters<typeof schema.node>[2][]) =>
    schema.node('paragraph', null, content.flat() as never);
  const end = () => schema.node('break');
  const html = (node: ReturnType<typeof line>) => toHtml(schema.node('doc', null, [node]), () => undefined);
  const kept = 'style="white-space:pre-wrap"';
  for (const [node, inside] of [
    [line(schema.text('a\tb')), 'a\tb'],
    [line(schema.text('a  b')), 'a  b'],
    [line(schema.text('a '), bold(' b')), 'a <b> b</b>'],
    [line(schema.text('a'), end(), schema.text('  b')), 'a<br>  b'],
    [line(schema.text('a'), end(), schema.text(' b')), 'a<br> b'],
    [line(schema.text(' a')), ' a'],
    [line(bold('a ')), '<b>a </b>'],
  ] as const) {
    assert.equal(html(node), `<div ${kept}>${inside}</div>`);
  }
  assert.equal(html(line(schema.text('a b '), bold('c'), end(), schema.text('d'))), '<div>a b <b>c</b><br>d</div>');
  const title = schema.node('heading', { level: 1 }, schema.text('a  b'));
  assert.equal(
    toHtml(schema.node('doc', null, [title]), () => undefined),
    `<h1 ${kept}>a  b</h1>`,
  );
});

test('what is written is checked by no server: Firefox does it here, elsewhere only if the user wants it', async () => {
  const [yes, no] = ['true', 'false'];
  const firefox = driver.kind === 'firefox';
  await tab.goto(web.url('/textarea'));
  const window = await write(driver, tab);
  const states = (view: View, fields: string): Promise<(string | null)[][]> =>
    view.evaluate(
      (selector) =>
        [...document.querySelectorAll<HTMLElement>(selector)].map((one) => [
          String(one.spellcheck),
          one.getAttribute('writingsuggestions'),
        ]),
      fields,
    );
  const are = (view: View, fields: string, checked: string | undefined, count: number): Promise<unknown> =>
    until(`${fields} ${checked}`, async () => {
      const found = await states(view, fields);
      return found.length === count && found.every(([spelling, more]) => spelling === checked && more === no);
    });
  const both = (checked: string | undefined): Promise<unknown> => are(window, '.editing, #subject', checked, 2);
  await both(firefox ? yes : no);
  const settings = await driver.page('settings.html');
  const choice = toggle(settings, say('set_spelling'));
  await choice.visible();
  assert.equal(await choice.checked(), firefox);
  await shows(settings, say('set_spelling_hint'));
  await choice.click();
  await both(firefox ? no : yes);
  await window.front();
  await button(window, say('edit_plain')).click();
  await are(window, 'textarea.plain-text', firefox ? no : yes, 1);
  await settings.front();
  await choice.click();
  await are(window, 'textarea.plain-text, .editing, #subject', firefox ? yes : no, 3);
  await settings.close();
  await tab.front();
  await tab.typeInto('#body', 'selected');
  await tab.press('Control+a');
  await driver.command(tab, 'encrypt-selection');
  const small = await composer(driver);
  await are(small, '#text', firefox ? yes : no, 1);
  await small.close();
  // All else that is typed there goes by the page.
  assert.deepEqual(
    await window.evaluate(() => {
      const one = document.body.appendChild(document.createElement('textarea'));
      const found = [one.spellcheck, document.documentElement.getAttribute('writingsuggestions')];
      one.remove();
      return found;
    }),
    [false, no],
  );
  await window.close();
});
