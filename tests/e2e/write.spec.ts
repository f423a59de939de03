// Writing a mail in Waxseal's own window: what goes into the page, what gpg makes of it, and what never goes out.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { button, type Driver, field, toggle, until, type View } from '../harness/index.js';
import { readers, shows } from './support/desk.js';
import type { Gpg, GpgKey } from './support/gpg.js';
import { advice, tryPassword } from './support/letter.js';
import { isArgon2 } from './support/packets.js';
import { extension, say } from './support/session.js';
import { escaped, page, type Site } from './support/site.js';
import { lockNow, unlock } from './support/steps.js';
import { addRecipient, finish, formOf, type Part, partsOf, readEntity, typeText, write } from './support/write.js';
import { startWriter, type Writer } from './support/writer.js';

const SECRET = 'The lamp in the north window means come.';
let writer: Writer;
let driver: Driver;
let gpg: Gpg;
let web: Site;
let alice: GpgKey;
let tab: View;

before(async () => {
  writer = await startWriter(['Carol Quiet <carol@example.test>', 'Bea Reed <bea@example.test>']);
  ({ driver, gpg, web, alice, tab } = writer);
  web.put('/empty', '<!doctype html><title>Inbox</title><p>No form here.</p>');
});
after(() => writer?.close());

const attach = (window: View, files: string[]): Promise<void> =>
  window.upload("document.querySelector('.choose-files')", files);

/** One encoded word (RFC 2047), in base64. */
const unfolded = (value: string): string =>
  Buffer.from(/^=\?utf-8\?B\?([^?]*)\?=$/i.exec(value)?.[1] ?? '', 'base64').toString();

/** Key IDs that a message is encrypted to, as they stand in its packets; hidden ones are zeros. */
function recipientsOf(armored: string): string[] {
  const packets = gpg.run(['--list-packets', '--list-only'], armored).toString();
  return [...packets.matchAll(/^:pubkey enc packet:.* keyid ([0-9A-F]+)/gm)].map((match) => match[1] ?? '');
}

test('plain text: recipients and subject come from the page, the text goes there as armor that gpg reads', async () => {
  await tab.goto(web.url('/textarea'));
  await tab.typeInto('#subject', 'The lighthouse');
  const window = await write(driver, tab);
  await shows(window, 'bob@example.test');
  await shows(window, say('rcpt_ready'));
  assert.equal(await field(window, say('header_subject')).value(), 'The lighthouse');
  await shows(window, say('why_nothing'));
  await typeText(window, SECRET);
  await window.press('Enter');
  await window.type('No reply needed.');
  await shows(window, say('seen_secret_text'));
  await shows(window, say('seen_open_subject'));
  await finish(window);
  const form = await formOf(tab);
  assert.equal(form.subject, 'The lighthouse');
  assert.match(form.to, /bob@example\.test/);
  assert.match(form.text, /^-----BEGIN PGP MESSAGE-----\n[\s\S]*\n-----END PGP MESSAGE-----\s*$/);
  const { text, signers } = gpg.decrypt(form.text);
  assert.equal(text, `${SECRET}\nNo reply needed.`);
  assert.deepEqual(signers, [alice.fingerprint]);
});

test('formatting, a picture, a file and Bcc: one entity with all of it, the subject inside, nobody exposed', async () => {
  await tab.goto(web.url('/contenteditable'));
  const window = await write(driver, tab);
  await addRecipient(window, say('header_to'), 'bob@example.test');
  await button(window, say('add_bcc')).click();
  await addRecipient(window, say('header_bcc'), 'carol@example.test');
  await field(window, say('header_subject')).fill('Söme subject');
  await window.click('.editing');
  await window.press('Control+b');
  await window.type('bold');
  await window.press('Control+b');
  await window.type(' words');
  await window.press('Enter');
  await window.type('- first');
  await window.press('Enter');
  await window.type('second');
  const data = Buffer.from(Array.from({ length: 5000 }, (_, at) => (at * 7) % 256));
  await attach(window, [writer.onDisk('ledger ä.bin', data)]);
  const picture = path.join(extension, 'icons/48.png');
  await window.upload("document.querySelector('.choose-picture')", [picture]);
  await until('the picture is in the text', async () => (await window.count('.editing img[src^="blob:"]')) === 1);
  await until('both files are listed', async () => (await window.count('.write-files .file-list li')) === 2);
  assert.equal(await toggle(window, say('hide_subject')).checked(), true);
  await shows(window, say('seen_secret_all'));
  await shows(window, say('seen_bcc'));
  await finish(window);

  const form = await formOf(tab);
  assert.equal(form.subject, '[...]');
  assert.match(form.bcc, /carol@example\.test/);
  assert.deepEqual(form.files, []);
  const ids = recipientsOf(form.text);
  assert.equal(ids.filter((id) => /^0+$/.test(id)).length, 1, 'carol is an anonymous recipient');
  assert.equal(ids.length, 3, 'bob, alice herself, and somebody');
  const { text, signers } = gpg.decrypt(form.text);
  assert.deepEqual(signers, [alice.fingerprint]);
  assert.ok(!text.includes('carol@'), 'Bcc stands in no mail');
  const mail = readEntity(text);
  assert.match(mail.headers.get('content-type') ?? '', /hp="cipher"/);
  assert.equal(unfolded(mail.headers.get('subject') ?? ''), 'Söme subject');
  assert.match(mail.headers.get('to') ?? '', /bob@example\.test/);
  const [plain] = partsOf(mail, 'text/plain');
  assert.match(plain?.body.toString() ?? '', /bold words\r?\n- first\r?\n- second/);
  const [html] = partsOf(mail, 'text/html');
  const markup = html?.body.toString() ?? '';
  assert.match(markup, /<div><b>bold<\/b> words<\/div><ul><li><div>first<\/div><\/li><li><div>second/);
  const [image] = partsOf(mail, 'image/png');
  assert.deepEqual(image?.body, fs.readFileSync(picture));
  const id = /<img src="cid:([^"]+)"/.exec(markup)?.[1];
  assert.equal(image?.headers.get('content-id'), `<${id}>`);
  const [file] = partsOf(mail, 'application/octet-stream');
  assert.deepEqual(file?.body, data);

  // And what we write, we read.
  web.put('/read', page(`<pre>${escaped(form.text)}</pre>`));
  await tab.goto(web.url('/read'));
  const [frame] = await readers(driver, tab, 1);
  assert.ok(frame);
  await shows(frame, 'Söme subject');
  await shows(frame, 'ledger ä.bin');
  await shows(frame, say('headers_encrypted'));
});

test('that the recipients get each other’s keys is said: when there are several, and only where they go along', async () => {
  await tab.goto(web.url('/textarea'));
  const window = await write(driver, tab);
  await typeText(window, SECRET);
  await shows(window, say('rcpt_ready'));
  await field(window, say('travel')).choose(say('travel_file'));
  await shows(window, say('travel_why_chosen_file'));
  const said = async (): Promise<boolean> => (await window.text('.write-foot')).includes(say('seen_keys'));
  assert.equal(await said(), false, 'bob is alone');
  await addRecipient(window, say('header_to'), 'carol@example.test');
  await until('it is said', said);
  await field(window, say('travel')).choose(say('travel_text'));
  await until('a text has no place for keys', async () => !(await said()));
  await field(window, say('travel')).choose(say('travel_file'));
  await until('it is said', said);
  await finish(window);
  const [file] = (await formOf(tab)).files;
  assert.ok(file);
  const { headers } = readEntity(gpg.decrypt(file.text).text);
  assert.ok(headers.get('autocrypt-gossip'), 'and it is true');
});

test('as an attached file: the page gets encrypted.asc and a note', async () => {
  await tab.goto(web.url('/textarea'));
  const window = await write(driver, tab);
  await typeText(window, SECRET);
  await field(window, say('travel')).choose(say('travel_file'));
  await shows(window, say('travel_why_chosen_file'));
  await window.click('.editing');
  await finish(window);
  const form = await formOf(tab);
  assert.equal(form.text.trim(), say('put_note', 'encrypted.asc'));
  assert.deepEqual(
    form.files.map(({ name }) => name),
    ['encrypted.asc'],
  );
  const mail = readEntity(gpg.decrypt(form.files[0]?.text ?? '').text);
  assert.match(partsOf(mail, 'text/plain')[0]?.body.toString() ?? '', new RegExp(SECRET));
});

test('what is too large for a text goes as a file by itself, in more pieces than may be under way at once', async () => {
  await tab.goto(web.url('/textarea'));
  const window = await write(driver, tab);
  await typeText(window, SECRET);
  const data = randomBytes(3_300_000);
  await attach(window, [writer.onDisk('recording.bin', data)]);
  await shows(window, say('travel_why_large'));
  await window.click('.editing');
  await finish(window);
  const { files } = await formOf(tab);
  const mail = readEntity(gpg.decrypt(files[0]?.text ?? '').text);
  const [file] = partsOf(mail, 'application/octet-stream');
  assert.ok(file?.body.equals(data), 'every octet of it is there');
});

test('by keyboard alone, from a name to the finished mail', async () => {
  await tab.goto(web.url('/contenteditable'));
  const window = await write(driver, tab);
  await window.focused("document.querySelector('wx-recipients input')", 'the first empty field');
  await window.type('car');
  await shows(window, 'Carol Quiet');
  await window.press('Enter');
  await until('the name is a chip', async () => (await window.text('.chips')).includes('carol@example.test'));
  await window.type('bui');
  await shows(window, 'Bob Builder');
  await window.press('ArrowDown');
  await window.press('Tab');
  await until('two chips', async () => (await window.count('.chips li')) === 2);
  await window.press('Backspace');
  await window.press('Control+a');
  await window.press('Delete');
  await until('one chip again', async () => (await window.count('.chips li')) === 1);
  const focused = () => window.evaluate(() => document.activeElement?.id || document.activeElement?.className || '');
  for (const step of ['Add Cc', 'Add Bcc', 'subject']) {
    await window.press('Tab');
    await until(`the focus is on ${step}`, async () => {
      const name = await window.evaluate(
        () => document.activeElement?.textContent?.trim() || document.activeElement?.id,
      );
      return name === step;
    });
  }
  await window.type('By keys');
  await window.press('Enter');
  await until('Enter goes on to the text', async () => (await focused()).includes('ProseMirror'));
  await window.type('typed without a pointer');
  await window.press('Control+Enter');
  await shows(window, say('there'));
  await until('the way back has the focus', () =>
    window.evaluate((name) => document.activeElement?.textContent?.trim() === name, say('go_to_webmail')),
  );
  const described = await window.evaluate(() =>
    (document.activeElement?.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent?.trim()),
  );
  assert.deepEqual(described, [say('there'), say('there_next', new URL(web.origin).host)], 'what a reader says');
  // The window goes while the key is still down.
  await window.press('Enter').catch(() => undefined);
  await until('the window has closed', () => window.gone());
  const form = await formOf(tab);
  assert.equal(gpg.decrypt(form.text).text, 'typed without a pointer');
  assert.match(form.to, /carol@example\.test/);
  assert.equal(form.subject, 'By keys');
});

test('whom Enter takes, and what is pressed, is told by lines: in high contrast there is nothing else', async () => {
  await tab.goto(web.url('/contenteditable'));
  const window = await write(driver, tab);
  await window.click('.editing');
  await window.press('Control+b');
  await until('bold is on', async () => (await window.count('.toolbar [aria-pressed=true]')) === 1);
  await field(window, say('header_to')).click();
  await window.type('b');
  await until('there is a choice', async () => (await window.count('.suggestions li')) === 2);
  for (const contrast of [false, true]) {
    await driver.contrast(window, contrast);
    await until('the colours are as wanted', () =>
      window.evaluate((on) => matchMedia('(forced-colors: active)').matches === on, contrast),
    );
    assert.deepEqual(await window.evaluate(lined), [true, true], contrast ? 'in high contrast' : 'as usual');
  }
  await driver.contrast(window, false);
  const chosen = await window.text('.suggestions li');
  await window.press('Shift+Tab');
  await until('one is back where one was', async () => (await window.count('.chips input:focus')) === 0);
  await until('what was typed is taken', async () => (await window.count('.chips li')) === 1);
  assert.ok(chosen.includes('@') && !(await window.text('.chips')).includes('@'), 'and not what is only offered');
  await window.close();
});

/** Whether what is chosen (a suggestion, a button of the toolbar) has another line around it than what is not. */
function lined(): boolean[] {
  const line = (selector: string): string => {
    const one = document.querySelector(selector);
    if (!one) throw new Error(`there is no ${selector}`);
    const { outlineStyle, outlineWidth, borderStyle, borderWidth, borderColor } = getComputedStyle(one);
    return [outlineStyle === 'none' ? '' : outlineWidth, borderStyle, borderWidth, borderColor].join(' ');
  };
  const differ = (on: string, off: string) => line(on) !== line(off);
  return [
    differ('[role=option][aria-selected=true]', '[role=option][aria-selected=false]'),
    differ('.toolbar [aria-pressed=true]', '.toolbar [aria-pressed=false]'),
  ];
}

test('somebody without a key: not without a password; with one gpg opens it, and our key is in it', async () => {
  await tab.goto(web.url('/contenteditable'));
  const window = await write(driver, tab);
  await addRecipient(window, say('header_to'), 'dave@example.test');
  await typeText(window, SECRET);
  await shows(window, say('why_no_key_for', 'dave@example.test'));
  await window.press('Control+Enter');
  await shows(window, say('why_no_key_for', 'dave@example.test'));
  await toggle(window, say('use_password')).click();
  await field(window, say('told_in')).choose('Deutsch');
  await window.click('.editing');
  await window.press('Control+Enter');
  await shows(window, say('why_password'));
  // Random words, which can be taken to another channel; all by keyboard.
  await window.focused("document.querySelector('#password')", 'the field');
  for (const key of ['Tab', 'Tab']) await window.press(key);
  await window.focused("document.querySelector('#suggest-words')", 'the suggestion');
  await window.press('Enter');
  await until('how strong it is, is said', async () =>
    (await window.text('#password-hints')).includes(say('words_strength', 6, '7,776')),
  );
  assert.equal(await window.count('#password[type=text]'), 1, 'it can be read out');
  const password = await field(window, say('message_password')).value();
  assert.match(password, /^[a-z]+( [a-z]+){5}$/);
  await shows(window, password);
  // A headless browser need not have a clipboard that others can read.
  await window.evaluate(() => {
    Object.defineProperty(navigator.clipboard, 'writeText', {
      value: async (text: string) => document.body.setAttribute('data-copied', text),
    });
  });
  await window.press('Tab');
  await window.press('Enter');
  await shows(window, say('password_copied'));
  assert.equal(await window.evaluate(() => document.body.dataset.copied), password);
  await button(window, say('suggest_words')).click();
  await until('they are others', async () => (await field(window, say('message_password')).value()) !== password);
  await until('what was copied is another', async () => !(await window.text()).includes(say('password_copied')));
  await field(window, say('message_password')).fill('');
  await button(window, say('copy_password')).click();
  await until('it is said', async () => (await window.text('#password-hints')).includes(say('password_missing')));
  await field(window, say('message_password')).fill(password);
  await until(
    'one that was typed is measured',
    async () => (await window.text('#password-hints')) === say('strength_4'),
  );
  await window.click('.editing');
  await finish(window);
  const { text } = await formOf(tab);
  const armored = text.slice(text.indexOf('-----BEGIN'));
  assert.ok(text.indexOf('-----BEGIN') > 20, 'instructions stand before it');
  assert.match(text, /Passwort/);
  const mail = readEntity(gpg.run(['--passphrase', password, '--decrypt'], armored).toString());
  assert.match(partsOf(mail, 'text/plain')[0]?.body.toString() ?? '', new RegExp(SECRET));
  const [key] = partsOf(mail, 'application/pgp-keys');
  assert.match(key?.body.toString() ?? '', /BEGIN PGP PUBLIC KEY BLOCK/);
});

/** GnuPG and other programs are to open it as well. */
const compatible = (window: View) => toggle(window, `${say('as_compatible')}${say('as_compatible_hint')}`);

/** A mail for dave, who has no key, and for others, that goes as the page that opens with a password. */
async function writeLetter(...others: string[]): Promise<View> {
  await tab.goto(web.url('/contenteditable'));
  const window = await write(driver, tab);
  for (const one of ['dave@example.test', ...others]) await addRecipient(window, say('header_to'), one);
  await typeText(window, SECRET);
  await toggle(window, say('use_password')).click();
  await field(window, say('message_password')).fill('seven grey herons');
  // Whoever has a program of their own may have any.
  assert.equal(await compatible(window).checked(), true);
  await toggle(window, `${say('as_letter')}${say('as_letter_hint')}`).click();
  await shows(window, say('travel_why_letter'));
  assert.equal(await compatible(window).checked(), false);
  return window;
}

/** What came into the page: the text of the mail, the file, and the message in it. */
async function letterInPage(): Promise<{ told: string; file: string; armored: string }> {
  const form = await formOf(tab);
  assert.ok(!form.text.includes('-----BEGIN'), 'instructions only');
  assert.deepEqual(
    form.files.map(({ name }) => name),
    ['encrypted-message.html'],
  );
  const file = form.files[0]?.text ?? '';
  const armored = /-----BEGIN PGP MESSAGE-----[\s\S]*?-----END PGP MESSAGE-----/.exec(file)?.[0];
  assert.ok(armored && !file.includes(SECRET));
  return { told: form.text, file, armored };
}

test('for people without any program: the page is attached, alone, and opens with a password that is dear to guess', async () => {
  const window = await writeLetter();
  await window.click('.editing');
  await finish(window);
  const { told, file, armored } = await letterInPage();
  assert.ok(isArgon2(armored), 'by Argon2, with authenticated encryption');
  assert.ok(!/gpg/i.test(told), told);

  const saved = writer.onDisk('letter.html', file);
  const view = await driver.tab(pathToFileURL(saved).href);
  assert.ok(!(await advice(view)).includes(say('letter_check_gpg')));
  await tryPassword(view, 'seven grey cranes');
  await shows(view, say('letter_wrong'));
  assert.ok(!(await view.evaluate(() => document.documentElement.outerHTML)).includes(SECRET));
  await tryPassword(view, 'seven grey herons');
  await shows(view, SECRET);
  await view.close();

  // Who wrote it reads it with their own key, although that says nothing of such messages.
  const page = await driver.page('files.html');
  await page.upload('document.querySelector("input[type=file]")', [saved]);
  await shows(page, SECRET);
  await page.close();
});

test('gpg opens a page with the password where it is asked for, and where somebody has a key that needs it', async () => {
  const opened = (armored: string): Part =>
    readEntity(gpg.run(['--passphrase', 'seven grey herons', '--decrypt'], armored).toString());
  for (const others of [[], ['bob@example.test']]) {
    const window = await writeLetter(...others);
    if (others.length === 0) await compatible(window).click();
    await window.click('.editing');
    await finish(window);
    const { told, armored } = await letterInPage();
    assert.ok(!isArgon2(armored));
    assert.match(told, /gpg --decrypt encrypted-message\.html/);
    const [part] = partsOf(opened(armored), 'text/plain');
    assert.match(part?.body.toString() ?? '', new RegExp(SECRET));
    assert.equal(recipientsOf(armored).length, 1 + others.length);
  }
});

test('a page that opens with the password can be stopped while it is packed: nothing comes into the webmail', async () => {
  const window = await writeLetter();
  // What it is made from is a file of the extension: it comes when the test says so.
  await window.evaluate(() => {
    const real = fetch;
    const here = Object(globalThis);
    const wanted = new Promise<void>((resolve) => {
      here.go = resolve;
    });
    globalThis.fetch = async (...what) => {
      if (String(what[0]).endsWith('letter.html')) {
        here.asked = true;
        await wanted;
      }
      return real(...what);
    };
  });
  await window.click('.editing');
  await window.press('Control+Enter');
  await until('it is being packed', () => window.evaluate(() => Boolean(Object(globalThis).asked)));
  await button(window, say('cancel')).click();
  await window.evaluate(() => Object(globalThis).go());
  await until('the text can be changed again', () => button(window, say('encrypt')).enabled());
  assert.equal(await window.count('.outcome'), 0);
  const form = await formOf(tab);
  assert.deepEqual([form.text.trim(), form.to, form.files], ['', '', []]);
  await finish(window);
  assert.deepEqual(
    (await formOf(tab)).files.map(({ name }) => name),
    ['encrypted-message.html'],
  );
});

test('Cancel ends the making at once, with files half of the way', async () => {
  await tab.goto(web.url('/textarea'));
  const window = await write(driver, tab);
  await typeText(window, SECRET);
  await attach(window, [writer.onDisk('notes.bin', randomBytes(10_000))]);
  await until('the file is listed', async () => (await window.count('.write-files .file-list li')) === 1);
  // The engine never hears that it is to make the mail.
  await window.evaluate(() => {
    const here = Object(globalThis);
    const { postMessage, terminate } = Worker.prototype;
    Worker.prototype.postMessage = function (this: Worker, ...what: unknown[]) {
      if (Object(what[0]).op === 'make_mail') {
        here.asked = this;
        return;
      }
      Reflect.apply(postMessage, this, what);
    } as typeof postMessage;
    Worker.prototype.terminate = function (this: Worker) {
      here.ended ||= this === here.asked;
      terminate.call(this);
    };
    here.undo = () => void Object.assign(Worker.prototype, { postMessage, terminate });
  });
  await window.click('.editing');
  await window.press('Control+Enter');
  await until('it is to be made', () => window.evaluate(() => Boolean(Object(globalThis).asked)));
  const share = () => window.evaluate(() => document.querySelector('progress')?.value);
  await until('all files are half of the way', async () => (await share()) === 0.5);
  await button(window, say('cancel')).click();
  await until('the text can be changed again', () => button(window, say('encrypt')).enabled());
  assert.equal(await window.count('.outcome, .notice.bad'), 0);
  assert.equal(await window.evaluate(() => Object(globalThis).ended), true);
  await window.evaluate(() => Object(globalThis).undo());
  await window.click('.editing');
  await finish(window);
});

test('a locked key: the window waits, can be stopped, and goes on when the key is unlocked', async () => {
  await lockNow(driver);
  await tab.goto(web.url('/textarea'));
  const window = await write(driver, tab);
  await typeText(window, SECRET);
  await window.press('Control+Enter');
  await shows(window, say('waiting_for_unlock'));
  await button(window, say('back')).click();
  await until('the text can be changed again', () => button(window, say('encrypt')).enabled());
  const unlocking = await driver.window('unlock.html');
  await unlocking.close();
  await window.click('.editing');
  await window.press('Control+Enter');
  await unlock(driver);
  await shows(window, say('there'));
  await button(window, say('go_to_webmail')).click();
  assert.equal(gpg.decrypt((await formOf(tab)).text).text, SECRET);
});
