// The page that a mail goes into: it is somewhere else by now, it lacks fields, it holds something of the user's own. The
// window says what is there, and what is not.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';
import { button, type Driver, field, toggle, until, type View } from '../harness/index.js';
import { shows } from './support/desk.js';
import type { Gpg } from './support/gpg.js';
import { say, start } from './support/session.js';
import { page, type Site } from './support/site.js';
import { UPLOADS } from './support/uploads.js';
import { addRecipient, finish, formOf, typeText, write, writeWindow } from './support/write.js';
import { startWriter, type Writer } from './support/writer.js';

const SECRET = 'The lamp in the north window means come.';
let writer: Writer;
let driver: Driver;
let gpg: Gpg;
let web: Site;
let tab: View;

before(async () => {
  writer = await startWriter(['Carol Quiet <carol@example.test>']);
  ({ driver, gpg, web, tab } = writer);
  web.put('/empty', '<!doctype html><title>Inbox</title><p>No form here.</p>');
});
after(() => writer?.close());

test('the page has gone: nothing is lost, and it goes into the next form', async () => {
  await tab.goto(web.url('/textarea'));
  const window = await write(driver, tab);
  await typeText(window, SECRET);
  await tab.goto(web.url('/empty'));
  await window.press('Control+Enter');
  await shows(window, say('put_no_form'));
  await shows(window, say('put_safe'));
  await tab.goto(web.url('/contenteditable'));
  await window.front();
  await button(window, say('try_again')).click();
  await shows(window, say('there'));
  await button(window, say('go_to_webmail')).click();
  const form = await formOf(tab);
  assert.equal(gpg.decrypt(form.text).text, SECRET);
  assert.match(form.to, /bob@example\.test/, 'the recipients of the window, not of the form');
});

/** A form that is as `html` says; the window is opened from it. */
async function writeInto(name: string, html: string): Promise<View> {
  web.put(name, page(html));
  await tab.front();
  await tab.goto(web.url(name));
  return write(driver, tab);
}

const valueIn = (id: string): Promise<string> =>
  tab.evaluate((one) => (document.getElementById(one) as HTMLInputElement).value, id);

test('a page without a known field for recipients: the subject is hidden there, and the rest is said to be missing', async () => {
  const window = await writeInto(
    '/no-to',
    '<label>Subject <input id="subject" value="Meeting X"></label><textarea id="body" rows="10" cols="70"></textarea>',
  );
  await until('the subject is taken over', async () => (await field(window, say('header_subject')).value()) !== '');
  // Only the subject was typed in the page, and it is to be hidden.
  assert.ok(!(await window.text()).includes(say('seen_warning', new URL(web.origin).host)));
  await addRecipient(window, say('header_to'), 'bob@example.test');
  await typeText(window, SECRET);
  await toggle(window, say('hide_subject')).click();
  await shows(window, say('seen_warning', new URL(web.origin).host));
  await window.click('.editing');
  await window.press('Control+Enter');
  await shows(window, say('put_fields'));
  assert.equal(await window.count('#delivered'), 0);
  assert.equal(await valueIn('subject'), '[...]');
  await window.close();
});

test('a page without a known field for the subject: who was moved to Bcc stands in To no longer', async () => {
  const form = `<label>To <input id="to" value="bob@example.test"></label><label>Bcc <input id="bcc"></label>
    <textarea id="body" rows="10" cols="70"></textarea>`;
  let window = await writeInto('/no-subject', form);
  await shows(window, 'bob@example.test');
  await typeText(window, SECRET);
  await field(window, say('header_to')).click();
  await window.press('Backspace');
  await window.press('Control+a');
  await window.press('Delete');
  await until('To is empty', async () => (await window.count('.chips li')) === 0);
  await button(window, say('add_bcc')).click();
  await addRecipient(window, say('header_bcc'), 'bob@example.test');
  // Neither has a subject: there is nothing to be said.
  await window.click('.editing');
  await finish(window);
  assert.equal(await valueIn('to'), '');
  assert.match(await valueIn('bcc'), /bob@example\.test/);

  window = await writeInto('/no-subject', form);
  await field(window, say('header_subject')).fill('Only here');
  await typeText(window, SECRET);
  await window.press('Control+Enter');
  await shows(window, say('put_fields'));
  assert.match(await valueIn('to'), /bob@example\.test/);
  await window.close();
});

for (const [name, to, bcc] of [
  ['120 in To', 120, 0],
  ['one in To, 120 in Bcc', 1, 120],
] as const) {
  test(`more people than a mail can go to (${name}): it is said, and the page keeps its list`, async () => {
    const list = (field: string, count: number): string =>
      Array.from({ length: count }, (_, at) => `${field}${at}@example.test`).join(', ');
    const window = await writeInto(
      '/many',
      `<label>To <input id="to" value="${list('to', to)}"></label><label>Bcc <input id="bcc" value="${list('bcc', bcc)}"></label>
      <textarea id="body" rows="10" cols="70"></textarea>`,
    );
    await typeText(window, SECRET);
    const open = toggle(window, `${say('mode_signed')}${say('mode_signed_hint')}`);
    await shows(window, say('why_too_many', '100'));
    await open.click();
    await shows(window, say('why_too_many', '100'));
    await window.click('.editing');
    await window.press('Control+Enter');
    await until('the focus is where one is taken out', () =>
      window.evaluate(() => document.activeElement?.closest('wx-recipients') !== null),
    );
    assert.deepEqual([await valueIn('to'), await valueIn('bcc')], [list('to', to), list('bcc', bcc)]);
    assert.equal(await valueIn('body'), '');
    await window.close();
  });
}

test('a site that takes no files: what would help is said, and the focus is there', async () => {
  const window = await writeInto(
    '/no-files',
    '<label>To <input id="to" value="bob@example.test"></label><textarea id="body" rows="10" cols="70"></textarea>',
  );
  await shows(window, 'bob@example.test');
  await typeText(window, SECRET);
  await window.upload("document.querySelector('.choose-files')", [writer.onDisk('plan.pdf', 'a plan')]);
  await shows(window, 'plan.pdf');
  const focused = (what: string) =>
    until(`the focus is at ${what}`, () => window.evaluate((one) => document.activeElement?.matches(one), what));
  const signed = toggle(window, `${say('mode_signed')}${say('mode_signed_hint')}`);
  await signed.click();
  await button(window, say('sign_button')).click();
  await shows(window, say('why_no_attach_signed'));
  await focused('input[name=mode]');
  await toggle(window, `${say('mode_encrypted')}${say('mode_encrypted_hint')}`).click();
  await toggle(window, say('use_password')).click();
  await field(window, say('message_password')).fill('the third willow from the mill');
  await toggle(window, `${say('as_letter')}${say('as_letter_hint')}`).click();
  await button(window, 'Encrypt').click();
  await shows(window, say('why_no_attach_letter'));
  await focused('#as-letter');
  await window.close();
});

test('what would be too large for the page is said before it is made: as a text, and as a file', async () => {
  const open = async (name: string, field = ''): Promise<View> => {
    const to = '<label>To <input id="to" value="bob@example.test"></label>';
    const window = await writeInto(name, `${to}${field}<textarea id="body" rows="10" cols="70"></textarea>`);
    await shows(window, 'bob@example.test');
    return window;
  };
  const large = async (window: View, megabytes: number): Promise<void> => {
    const file = writer.onDisk('large.bin', Buffer.alloc(megabytes * 1_000_000));
    await window.upload("document.querySelector('.choose-files')", [file]);
    await shows(window, 'large.bin');
  };
  let window = await open('/no-files');
  await large(window, 5);
  await shows(window, start('why_text_limit'));
  await window.close();
  window = await open('/files', '<label>Attach <input id="files" type="file" multiple></label>');
  await large(window, 38);
  await shows(window, start('files_too_large'));
  assert.equal(await window.count('.write-files .file-list li'), 1, 'a smaller one can take its place');
  await window.close();
});

test('the page around a message that opens with a password counts where a site takes no large files', async () => {
  web.put(
    '/small-files',
    `<!doctype html><head><title>Write</title><link rel="icon" href="letter.svg"></head><body class="app"><main id="main">
    <form class="write"><input id="to" value="bob@example.test"><input id="attach" type="file" data-max="1500000">
    <div class="editor"><textarea id="body" rows="10" cols="70"></textarea></div></form></main></body>`,
  );
  await tab.front();
  await tab.goto(web.url('/small-files'));
  const window = await write(driver, tab);
  await shows(window, 'bob@example.test');
  await typeText(window, SECRET);
  await button(window, say('encrypt')).visible();
  await toggle(window, say('use_password')).click();
  await field(window, say('message_password')).fill('seven grey herons');
  const told = async () => (await window.text()).includes(start('why_site_limit'));
  await until('nothing is in the way', async () => (await window.text()).includes(say('as_letter')));
  assert.equal(await told(), false);
  const letter = toggle(window, `${say('as_letter')}${say('as_letter_hint')}`);
  await letter.click();
  await until('it is too large', told);
  await letter.click();
  await until('it is not', async () => !(await told()));
  await window.close();
});

test('files that are attached in the page after the window has opened are named: they go out as they are', async () => {
  await tab.front();
  await tab.goto(web.url('/textarea'));
  const window = await write(driver, tab);
  await typeText(window, SECRET);
  await tab.upload("document.querySelector('#files')", [
    writer.onDisk('plan.pdf', 'a plan'),
    writer.onDisk('list.txt', 'a list'),
  ]);
  await window.front();
  await window.press('Control+Enter');
  await shows(window, say('there'));
  await shows(window, say('put_page_files', 'plan.pdf, list.txt'));
  await button(window, say('go_to_webmail')).click();
  const { text, files } = await formOf(tab);
  assert.equal(gpg.decrypt(text).text, SECRET);
  assert.deepEqual(
    files.map(({ name }) => name),
    ['plan.pdf', 'list.txt'],
  );
  // A window that is opened then says so at once.
  const next = await write(driver, tab);
  await shows(next, say('page_files', 'plan.pdf, list.txt'));
  await next.close();
});

test('the site draws its form anew, or opens it again: the mail goes there, on "Try again" as well', async () => {
  await tab.front();
  await tab.goto(web.url('/contenteditable'));
  const window = await write(driver, tab);
  await addRecipient(window, say('header_to'), 'bob@example.test');
  await typeText(window, SECRET);
  // Another editor for the same mail.
  await tab.evaluate(() => {
    const body = document.querySelector('#body');
    const fresh = body?.cloneNode() as Element;
    body?.replaceWith(fresh);
  });
  await window.front();
  await window.press('Control+Enter');
  await shows(window, say('there'));
  await button(window, say('go_to_webmail')).click();
  assert.equal(gpg.decrypt((await formOf(tab)).text).text, SECRET);

  await tab.goto(web.url('/contenteditable'));
  const second = await write(driver, tab);
  await addRecipient(second, say('header_to'), 'bob@example.test');
  await typeText(second, SECRET);
  await tab.evaluate(() => {
    const form = document.querySelector('form');
    const fresh = form?.cloneNode(true) as Element;
    form?.remove();
    Object.assign(globalThis, { again: () => document.body.append(fresh) });
  });
  await second.front();
  await second.press('Control+Enter');
  await shows(second, say('put_no_form'));
  await tab.evaluate(() => (globalThis as unknown as { again(): void }).again());
  await button(second, say('try_again')).click();
  await shows(second, say('there'));
  await button(second, say('go_to_webmail')).click();
  assert.equal(gpg.decrypt((await formOf(tab)).text).text, SECRET);
});

test('the tab shows another mail by now: it is overwritten only if the user says so', async () => {
  await tab.front();
  await tab.goto(web.url('/textarea'));
  const window = await write(driver, tab);
  await typeText(window, SECRET);
  await tab.goto(web.url('/contenteditable'));
  await tab.typeInto('#subject', 'To the mayor');
  await tab.click('#body');
  await tab.type('Dear mayor');
  await tab.upload("document.querySelector('#files')", [writer.onDisk('plan.pdf', 'a plan')]);
  await window.front();
  await window.click('.editing');
  await window.press('Control+Enter');
  await shows(window, say('put_taken'));
  await shows(window, say('put_page_files', 'plan.pdf'));
  const untouched = async (): Promise<void> => {
    const { to, subject, text } = await formOf(tab);
    assert.deepEqual([to, subject, text.trim()], ['', 'To the mayor', 'Dear mayor']);
  };
  await untouched();
  const working = async (press: () => Promise<void>): Promise<void> => {
    // The answer to this press, not to the one before.
    await window.evaluate(() => document.querySelector('#put-there')?.setAttribute('data-old', ''));
    await press();
    await until('it asks again', async () => (await window.count('#put-there:not([data-old])')) === 1);
    await shows(window, say('put_taken'));
    await untouched();
  };
  await working(() => button(window, say('try_again')).click());
  await working(async () => {
    await button(window, say('back_to_writing')).click();
    await window.click('.editing');
    await window.press('Control+Enter');
  });
  await button(window, say('put_into', `\u2068${new URL(web.origin).host} – To the mayor\u2069`)).click();
  await shows(window, say('there'));
  await shows(window, say('put_page_files', 'plan.pdf'));
  await button(window, say('go_to_webmail')).click();
  const form = await formOf(tab);
  assert.equal(gpg.decrypt(form.text).text, SECRET);
  assert.match(form.to, /bob@example\.test/);
});

for (const editor of ['textarea', 'contenteditable'] as const) {
  test(`${editor}: what was typed into the form after the window had opened is overwritten only if the user says so`, async () => {
    await tab.front();
    await tab.goto(web.url(`/${editor}`));
    await tab.click('#body');
    await tab.type('Dear mayor');
    const window = await write(driver, tab);
    await until('the text is taken over', async () => (await window.text('.editing')).includes('Dear mayor'));
    await addRecipient(window, say('header_to'), 'bob@example.test');
    await tab.front();
    await tab.click('#body');
    await tab.type(', the lamps are new.');
    const typed = async (): Promise<string> => (await formOf(tab)).text.trim();
    await until('it was typed', async () => (await typed()).includes('the lamps are new.'));
    const text = await typed();
    await window.front();
    await window.click('.editing');
    await window.press('Control+Enter');
    await shows(window, say('put_taken'));
    assert.equal(await typed(), text);
    await window.evaluate(() => document.querySelector('#put-there')?.setAttribute('data-old', ''));
    await button(window, say('try_again')).click();
    await until('it asks again', async () => (await window.count('#put-there:not([data-old])')) === 1);
    assert.equal(await typed(), text);
    await window.click('#put-there');
    await shows(window, say('there'));
    await button(window, say('go_to_webmail')).click();
    assert.equal(gpg.decrypt((await formOf(tab)).text).text.trim(), 'Dear mayor');
  });
}

test('whom the user takes out in the page after the window has opened does not come back without their word', async () => {
  await tab.front();
  await tab.goto(web.url('/textarea'));
  await tab.evaluate(() => {
    const to = document.querySelector('#to') as HTMLInputElement;
    to.value = 'bob@example.test, carol@example.test';
  });
  const window = await write(driver, tab);
  await shows(window, 'carol@example.test');
  await typeText(window, SECRET);
  await tab.front();
  await tab.click('#to');
  await tab.press('Control+a');
  await tab.type('bob@example.test');
  await window.front();
  await window.click('.editing');
  await window.press('Control+Enter');
  await shows(window, say('put_readdressed'));
  await window.evaluate(() => document.querySelector('#put-there')?.setAttribute('data-old', ''));
  await button(window, say('try_again')).click();
  await until('it asks again', async () => (await window.count('#put-there:not([data-old])')) === 1);
  assert.deepEqual([await valueIn('to'), await valueIn('body')], ['bob@example.test', '']);
  await window.click('#put-there');
  await shows(window, say('there'));
  await button(window, say('go_to_webmail')).click();
  assert.match(await valueIn('to'), /carol@example\.test/);
});

test('while the page uploads it can be stopped: the page has nothing of it then, and the mail goes there the next time', async () => {
  web.put('/uploads', UPLOADS);
  await tab.front();
  await tab.goto(web.url('/uploads'));
  await tab.typeInto('#to', 'bob@example.test');
  await tab.typeInto('#text', 'Dear Bob,');
  await tab.click('#text');
  await driver.command(tab, 'write-mail');
  const window = await writeWindow(driver);
  await until('the text is taken over', async () => (await window.text('.editing')).includes('Dear Bob'));
  await window.upload("document.querySelector('.choose-files')", [writer.onDisk('plan.pdf', Buffer.alloc(100_000))]);
  await shows(window, 'plan.pdf');
  const uploads = () => until('the page uploads', () => tab.evaluate(() => 'release' in globalThis));
  await window.click('.editing');
  await window.press('Control+Enter');
  await uploads();
  await button(window, say('cancel')).click();
  await until('one can press it again', () =>
    window.evaluate(() => document.activeElement?.matches('button[type=submit]:enabled')),
  );
  await until('the page is as it was', async () => {
    const files = await tab.evaluate(() => document.querySelectorAll('ul.files li').length);
    return files === 0 && (await valueIn('text')) === 'Dear Bob,';
  });
  await tab.evaluate(() => Reflect.deleteProperty(globalThis, 'release'));
  await window.press('Enter');
  await uploads();
  await tab.evaluate(() => (globalThis as unknown as { release(): void }).release());
  await shows(window, say('there'));
  assert.equal(await valueIn('text'), say('put_note', 'encrypted.asc'));
  await button(window, say('go_to_webmail')).click();
});

test('signed only: no word of what is seen in the clear, and a file of it is not called encrypted', async () => {
  const window = await writeInto(
    '/leaving',
    '<label>To <input id="to"></label><textarea id="body" rows="10" cols="70">For everybody.</textarea>',
  );
  const seen = say('seen_warning', new URL(web.origin).host);
  await shows(window, seen);
  await toggle(window, `${say('mode_signed')}${say('mode_signed_hint')}`).click();
  await shows(window, say('seen_signed'));
  assert.ok(!(await window.text()).includes(seen));
  await tab.goto(web.url('/empty'));
  await window.front();
  await button(window, say('sign_button')).click();
  await shows(window, say('put_no_form'));
  await button(window, say('save_as_file')).click();
  const file = await driver.download(/^signed.*\.asc$/);
  gpg.run(['--verify'], fs.readFileSync(file, 'utf8'));
  fs.rmSync(file);
  await window.close();
});

test('with the keyboard alone: what has the focus is not behind the foot of the window', async () => {
  const window = await writeInto(
    '/keyboard',
    '<label>To <input id="to" value="bob@example.test"></label><textarea id="body" rows="10" cols="70"></textarea>',
  );
  await window.resize(700, 620);
  await until('the foot lies over what is scrolled', () =>
    window.evaluate(() => {
      const foot = document.querySelector('.write-foot');
      const { scrollHeight, clientHeight } = document.documentElement;
      return foot !== null && getComputedStyle(foot).position === 'sticky' && scrollHeight > clientHeight + 200;
    }),
  );
  await toggle(window, say('use_password')).click();
  await window.visible('#told-in');
  await window.evaluate(() => document.querySelector<HTMLElement>('.toolbar button')?.focus());
  /** What has the focus, and what lies at its middle, if that is not it. */
  const stop = (): Promise<[string, string]> =>
    window.evaluate(() => {
      const active = document.activeElement as HTMLInputElement;
      const name = active.id || active.getAttribute('aria-label') || active.innerText.trim() || active.value;
      const { x, y, width, height } = active.getBoundingClientRect();
      const there = document.elementFromPoint(x + width / 2, y + height / 2);
      const own = [active, ...(active.labels ?? [])].some((one) => one.contains(there));
      return [active.closest('.parts') ? name : '', own ? '' : (there?.outerHTML.slice(0, 80) ?? 'nothing')];
    });
  const stops: string[] = [];
  for (let [name, over] = await stop(); name !== ''; [name, over] = await stop()) {
    assert.equal(over, '', `over "${name}", after ${stops.join(', ')}`);
    stops.push(name);
    assert.ok(stops.length < 60, stops.join(', '));
    await window.press('Tab');
  }
  await window.evaluate(() => {
    scrollTo(0, 0);
    document.querySelector<HTMLElement>('button[type=submit]')?.focus();
  });
  assert.equal(await window.evaluate(() => scrollY), 0, 'the foot is in sight, wherever one is');
  assert.ok(
    ['password', 'told-in', 'travel', 'sign'].every((id) => stops.includes(id)),
    stops.join(', '),
  );
  await window.close();
});
