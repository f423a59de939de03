// The form that a mail is written in: what the window is told of it, what is put into it and read again, and files given
// by the site's own field.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Driver, until, type View } from '../harness/index.js';
import type { Pages } from '../pages/server.js';
import { page as html, type Site } from './support/site.js';
import { type OwnForms, ownForms, type WritePort } from './support/write-port.js';

const ARMOR = '-----BEGIN PGP MESSAGE-----\n\naGVsbG8=\n-----END PGP MESSAGE-----';
let at: OwnForms;
let driver: Driver;
let pages: Pages;
let web: Site;
let tab: View;
let port: WritePort;

before(async () => {
  at = await ownForms();
  ({ driver, pages, web, tab, port } = at);
});
after(() => at?.close());

test('the window is told what the form holds', async () => {
  await tab.goto(pages.url('editors/textarea'));
  await tab.typeInto('#to', 'Bob Builder <bob@example.test>, "Stone, Rosa" <rosa@example.test>; carol@example.test');
  await tab.typeInto('#subject', 'About the bridge');
  await tab.typeInto('#body', 'A draft.');
  assert.deepEqual(await port.connect(tab), {
    t: 'form',
    found: true,
    own: false,
    to: ['Bob Builder <bob@example.test>', '"Stone, Rosa" <rosa@example.test>', 'carol@example.test'],
    cc: [],
    bcc: [],
    subject: 'About the bridge',
    text: 'A draft.',
    pictures: 0,
    self: null,
    attach: true,
    max_file: null,
    site: 'generic',
    files: [],
  });
});

test('a list that is too long for a mail is told to be so: of those that are named once, one more than a mail can have', async () => {
  await tab.goto(pages.url('editors/textarea'));
  const many = Array.from({ length: 130 }, (_, at) => `p${at >> 1}@example.test, q${at}@example.test`).join(', ');
  await tab.evaluate((list) => Object.assign(document.querySelector('#to') as Element, { value: list }), many);
  const { to } = await port.connect(tab);
  const told = to as string[];
  assert.equal(told.length, 101);
  assert.equal(new Set(told).size, 101);
  assert.equal(told[0], 'p0@example.test');
});

test('a window that means another origin is told nothing', async () => {
  await tab.goto(pages.url('editors/textarea'));
  await tab.typeInto('#to', 'bob@example.test');
  // The script is there and answers who means it.
  await port.connect(tab);
  const address = await tab.url();
  for (const name of ['waxseal-write:test:https://mail.example.org', 'waxseal-write:test', 'waxseal-write:']) {
    await port.call(address, name);
    await until(`"${name}" is sent away`, () => port.gone());
    assert.deepEqual(await port.heard(), []);
  }
});

test('recipients, subject and files are put there, the page hears of each, and all is read again', async () => {
  await tab.goto(pages.url('editors/textarea'));
  await tab.evaluate(() => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    for (const name of ['input', 'change']) {
      document.addEventListener(name, ({ target }) => heard.push(`${name} ${(target as Element).id}`), true);
    }
  });
  await port.connect(tab);
  const files = [
    { name: 'encrypted.asc', type: 'application/octet-stream', data: Buffer.from(ARMOR) },
    { name: 'größe 1.bin', type: 'application/octet-stream', data: Buffer.alloc(1_300_000, 'wax') },
  ];
  const done = await port.put({
    text: ARMOR,
    subject: '...',
    to: ['Bob <bob@example.test>'],
    cc: ['carol@example.test'],
    bcc: [],
    files,
  });
  assert.deepEqual(done, { t: 'put_done', ok: true });
  assert.equal(await at.value('to'), 'Bob <bob@example.test>');
  assert.equal(await at.value('cc'), 'carol@example.test');
  assert.equal(await at.value('subject'), '...');
  assert.equal(await at.value('body'), ARMOR);
  const given = await tab.evaluate(async () => {
    const { files } = document.getElementById('attach') as HTMLInputElement;
    const heard = (window as unknown as { heard: string[] }).heard;
    const read = async (file: File) => {
      const hash = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
      return [file.name, file.type, file.size, [...new Uint8Array(hash)].join()];
    };
    return { files: await Promise.all([...(files ?? [])].map(read)), heard };
  });
  const { createHash } = await import('node:crypto');
  assert.deepEqual(
    given.files,
    files.map(({ name, type, data }) => [
      name,
      type,
      data.length,
      [...createHash('sha256').update(data).digest()].join(),
    ]),
  );
  for (const one of ['input to', 'change to', 'input subject', 'input body', 'change attach']) {
    assert.ok(given.heard.includes(one), `${one} in ${given.heard.join(', ')}`);
  }
  const steps = (await port.heard()).filter(({ t }) => t === 'putting');
  const total = files.reduce((sum, { data }) => sum + data.length, 0);
  assert.ok(steps.length >= 6, `a sign after each piece and file: ${steps.length}`);
  assert.deepEqual(steps.at(-1), { t: 'putting', done: 2 * total, of: 2 * total });
});

test('what is null stays as it is', async () => {
  await tab.goto(pages.url('editors/textarea'));
  await tab.typeInto('#to', 'bob@example.test');
  await tab.typeInto('#subject', 'Mine');
  await port.connect(tab);
  assert.equal((await port.put({ text: ARMOR })).ok, true);
  assert.equal(await at.value('to'), 'bob@example.test');
  assert.equal(await at.value('subject'), 'Mine');
});

test('a form without a field for the subject, or for recipients: what can be put is put, and the rest is told', async () => {
  const editor = '<textarea id="body" rows="10" cols="70"></textarea>';
  const open = async (name: string, field: string) => {
    web.put(name, html(`${field}${editor}`));
    await tab.goto(web.url(name));
    await tab.click('#body');
    return port.connect(tab);
  };
  assert.equal((await open('/no-to', '<label>Subject <input id="subject" value="Mine"></label>')).subject, 'Mine');
  const missing = { t: 'put_done', ok: false, reason: 'fields', there: { text: true, fields: false, files: true } };
  const put = { text: ARMOR, subject: '[...]', to: ['bob@example.test'], cc: [], bcc: [] };
  assert.deepEqual(await port.put(put), missing);
  assert.equal(await at.value('subject'), '[...]');
  assert.deepEqual(await port.put({ ...put, to: [], bcc: ['bob@example.test'] }), missing, 'somebody may stand in To');
  assert.equal((await port.put({ ...put, to: [] })).ok, true, 'nobody is named');

  const form = await open('/no-subject', '<label>To <input id="to" value="eve@example.test"></label>');
  assert.deepEqual([form.subject, form.to], [null, ['eve@example.test']]);
  assert.deepEqual(await port.put(put), missing);
  assert.equal(await at.value('to'), 'bob@example.test');
  assert.equal((await port.put({ ...put, subject: null })).ok, true);
});

test('files that the user has attached in the page are told, before and after; those of ours are not', async () => {
  await tab.goto(pages.url('editors/textarea'));
  await port.connect(tab);
  const file = { name: 'encrypted.asc', type: 'application/octet-stream', data: Buffer.from(ARMOR) };
  assert.deepEqual(await port.put({ text: ARMOR, files: [file] }), { t: 'put_done', ok: true });
  assert.deepEqual((await port.look()).files, []);
  await tab.goto(pages.url('editors/textarea'));
  await port.connect(tab);
  await tab.upload("document.querySelector('#attach')", [at.onDisk('plan.pdf')]);
  assert.deepEqual((await port.look()).files, ['plan.pdf']);
  assert.deepEqual(await port.put({ text: ARMOR, files: [file] }), { t: 'put_done', ok: true, files: ['plan.pdf'] });
  assert.deepEqual((await port.look()).files, ['plan.pdf']);
  // Also when something goes wrong.
  const again = await port.put({ text: ARMOR, files: [file] });
  assert.deepEqual([again.reason, again.files], ['attach', ['plan.pdf']]);
});

test('a field that shows late what was written into it is not told of when it is right in the end', async () => {
  web.put(
    '/late',
    html(`<label>To <input id="to"></label><label>Subject <input id="subject"></label>
      <textarea id="body" rows="10" cols="70"></textarea><input type="file" id="attach" multiple><script>
      const to = document.getElementById('to');
      let written = '';
      to.addEventListener('change', () => { written = to.value; to.value = ''; });
      document.getElementById('attach').addEventListener('change', () => { to.value = written; });</script>`),
  );
  await tab.goto(web.url('/late'));
  await port.connect(tab);
  const files = [{ name: 'encrypted.asc', type: 'application/octet-stream', data: Buffer.from(ARMOR) }];
  assert.deepEqual(await port.put({ text: ARMOR, to: ['bob@example.test'], files }), { t: 'put_done', ok: true });
});

test('a window that comes back is heard when the part for writing was lost at first, or never came', async () => {
  await tab.goto(pages.url('editors/textarea'));
  await driver.background(
    async (url) => {
      const world = (typeof window === 'undefined' ? globalThis : window) as unknown as typeof globalThis;
      const { scripting } = world.chrome;
      const { executeScript } = scripting;
      const [found] = (await world.chrome.tabs.query({})).filter((one) => one.url === url);
      // Its pauses between two questions are over at once.
      await executeScript({
        target: { tabId: found?.id ?? -1 },
        func: () => {
          const { setTimeout: wait } = globalThis;
          globalThis.setTimeout = ((job: () => void, ms = 0) => wait(job, ms < 1_000 ? ms : 0)) as never;
        },
      });
      // All four questions of the first port, and the first of the second.
      let failures = 5;
      scripting.executeScript = (async () => {
        failures -= 1;
        if (failures === 0) scripting.executeScript = executeScript;
        throw new Error('lost');
      }) as never;
    },
    await tab.url(),
  );
  assert.equal((await port.connect(tab)).found, true);
});

test('a page that spoils what is put there is told of, and of what is there all the same', async () => {
  const form = (script: string): string =>
    html(`<label>To <input id="to"></label><label>Subject <input id="subject"></label>
      <textarea id="body" rows="10" cols="70"></textarea><script>
      const [to, subject, body] = ['to', 'subject', 'body'].map((id) => document.getElementById(id));
      ${script}</script>`);
  const put = { text: ARMOR, subject: 'One', to: ['bob@example.test'] };
  for (const [path, script, reason, there] of [
    [
      '/upper',
      "body.addEventListener('input', () => { body.value = body.value.toUpperCase(); });",
      'mangled',
      { text: false, fields: false, files: true },
    ],
    [
      '/own',
      "to.addEventListener('change', () => { to.value = 'eve@example.test'; });",
      'fields',
      { text: true, fields: false, files: true },
    ],
    ['/gone', "body.addEventListener('input', () => document.body.replaceChildren());", 'no_form', undefined],
  ] as const) {
    web.put(path, form(script));
    await tab.goto(web.url(path));
    assert.equal((await port.connect(tab)).found, true, path);
    const done = await port.put(put);
    assert.equal(done.ok, false, path);
    assert.equal(done.reason, reason, path);
    if (there) assert.deepEqual(done.there, there, path);
  }
});

test('without a field for files none is offered, and a file that is given all the same is refused', async () => {
  web.put(
    '/no-files',
    html('<label>To <input id="to"></label><textarea id="body" rows="10" cols="70"></textarea><p>No files here</p>'),
  );
  await tab.goto(web.url('/no-files'));
  assert.equal((await port.connect(tab)).attach, false);
  const files = [{ name: 'a.asc', type: 'text/plain', data: Buffer.from('a') }];
  const done = await port.put({ text: ARMOR, files });
  assert.deepEqual(done, {
    t: 'put_done',
    ok: false,
    reason: 'attach',
    there: { text: true, fields: true, files: false },
  });
});

test('a site that uploads and lists its files: done is what it shows as done', async () => {
  web.put(
    '/uploads',
    html(`<label>To <input id="to"></label><textarea id="body" rows="10" cols="70"></textarea>
      <input id="attach" type="file" hidden><ul id="list"></ul><script>
      const [attach, list] = [document.getElementById('attach'), document.getElementById('list')];
      attach.addEventListener('change', async () => {
        const [file] = attach.files;
        attach.value = '';
        const item = document.createElement('li');
        item.setAttribute('aria-busy', 'true');
        item.append(file.name);
        list.append(item);
        const text = await file.text();
        window.release = () => {
          item.removeAttribute('aria-busy');
          item.append(' (' + Math.ceil(text.length / 1024) + ' KB)');
        };
      });</script>`),
  );
  await tab.goto(web.url('/uploads'));
  await port.connect(tab);
  const files = [{ name: 'encrypted.asc', type: 'text/plain', data: Buffer.alloc(5_000, 'x') }];
  const putting = port.put({ text: ARMOR, files });
  await until('the site uploads', () => tab.evaluate(() => 'release' in window));
  await port.look();
  assert.ok(!(await port.heard()).some(({ t }) => t === 'put_done'), 'not before the site is done');
  await tab.evaluate(() => (window as unknown as { release(): void }).release());
  assert.deepEqual(await putting, { t: 'put_done', ok: true });
  assert.deepEqual((await port.look()).files, []);
  // Another version of the same mail: the old file cannot be taken out by us, and must not stay beside the new one.
  const again = await port.put({ text: ARMOR, files });
  assert.equal(again.ok, false);
  assert.equal(again.reason, 'attach');
});

test('of very many files that were given to the page, the newest are told', async () => {
  await tab.goto(web.url('/uploads'));
  await port.connect(tab);
  await tab.evaluate(() => {
    const attach = document.querySelector('#attach') as HTMLInputElement;
    for (let count = 1; count <= 60; count++) {
      document.querySelector('#list')?.replaceChildren();
      const data = new DataTransfer();
      data.items.add(new File(['x'], `plan${count}.pdf`));
      attach.files = data.files;
      attach.dispatchEvent(new Event('change', { bubbles: true }));
    }
  });
  assert.deepEqual((await port.look()).files, ['plan60.pdf']);
});

test('a file that the user uploads while the window is open is told, also where no profile knows the list', async () => {
  await tab.goto(web.url('/uploads'));
  await port.connect(tab);
  await tab.upload("document.querySelector('#attach')", [at.onDisk('plan.pdf')]);
  await until('the site uploads', () => tab.evaluate(() => 'release' in window));
  assert.deepEqual((await port.look()).files, ['plan.pdf']);
  await tab.evaluate(() => (window as unknown as { release(): void }).release());
  assert.deepEqual(await port.put({ text: ARMOR }), { t: 'put_done', ok: true, files: ['plan.pdf'] });
  // It is what the page shows that counts.
  await tab.evaluate(() => document.querySelector('#list')?.replaceChildren());
  assert.deepEqual(await port.put({ text: ARMOR }), { t: 'put_done', ok: true });
});

test('bad messages change nothing', async () => {
  await tab.goto(pages.url('editors/textarea'));
  await tab.typeInto('#body', 'stays');
  await port.connect(tab);
  const good = { t: 'put', text: ARMOR, subject: null, to: null, cc: null, bcc: null, files: [] };
  const file = { name: 'a', media_type: 'text/plain', size: 3 };
  for (const [reason, bad] of [
    ['mangled', { ...good, text: '' }],
    ['mangled', { ...good, text: 7 }],
    ['limit', { ...good, text: 'x'.repeat(8_000_001) }],
    ['limit', { ...good, subject: 'x'.repeat(20_000) }],
    ['limit', { ...good, to: Array(101).fill('a@example.test') }],
    ['mangled', { ...good, bcc: [{}] }],
    ['mangled', { ...good, files: [{ ...file, size: -1 }] }],
    ['limit', { ...good, files: [{ ...file, size: 65 * 1024 * 1024 }] }],
    ['limit', { ...good, files: Array(201).fill({ ...file, size: 1 }) }],
  ] as const) {
    await port.send(bad);
    await port.send({ t: 'put_end' });
    const done = await port.next('put_done');
    assert.deepEqual([done.ok, done.reason], [false, reason]);
  }
  // Pieces that are none, too many, or too few.
  for (const data of ['%%%', Buffer.from('four').toString('base64'), Buffer.from('ab').toString('base64')]) {
    await port.send({ ...good, files: [file] });
    await port.send({ t: 'piece', file: 0, data });
    await port.send({ t: 'put_end' });
    assert.equal((await port.next('put_done')).ok, false);
  }
  for (const odd of [null, 'put_end', { t: 'put_end' }, { t: 'piece', file: 0, data: 'YQ==' }, { t: 'taken' }]) {
    await port.send(odd);
  }
  await port.look();
  assert.equal(await at.value('body'), 'stays');
});

test('another form than the window was told of is not overwritten', async () => {
  await tab.goto(pages.url('editors/textarea'));
  await port.connect(tab);
  await tab.evaluate(() => {
    const fresh = document.createElement('textarea');
    Object.assign(fresh, { id: 'body', rows: 12, cols: 72, value: 'another mail' });
    document.getElementById('body')?.replaceWith(fresh);
  });
  const done = await port.put({ text: ARMOR });
  assert.equal(done.reason, 'no_form');
  assert.equal(await at.value('body'), 'another mail');
  assert.equal((await port.look()).text, 'another mail');
  assert.equal((await port.put({ text: ARMOR })).ok, true);
});

test('what the user types into the form while the window is open is not overwritten; what the site changes by itself is', async () => {
  for (const name of ['textarea', 'contenteditable', 'srcdoc'] as const) {
    await tab.goto(pages.url(`editors/${name}`));
    const view = await inEditor(name);
    await view.type('A draft.');
    await port.connect(tab);
    const text = async () => String((await port.look()).text).trim();
    await view.type(' And more of it.');
    const refused = await port.put({ text: ARMOR });
    assert.deepEqual([refused.ok, refused.reason], [false, 'no_form'], name);
    assert.equal(await text(), 'A draft. And more of it.', name);
    // The window has heard of it, and puts it there once more.
    assert.deepEqual(await port.put({ text: ARMOR }), { t: 'put_done', ok: true }, name);
    // The same mail once more, as after a file that the site did not take: it stands there already.
    assert.deepEqual(await port.put({ text: ARMOR }), { t: 'put_done', ok: true }, name);
    await view.type('\nBelow it');
    assert.equal((await port.put({ text: ARMOR })).reason, 'no_form', name);
    assert.match(await text(), /Below it/, name);

    await tab.goto(pages.url(`editors/${name}`));
    const next = await inEditor(name);
    await next.type('A draft.');
    await port.connect(tab);
    // A signature that the site puts there; then spaces and keys that write nothing.
    await next.evaluate(() => {
      const body = document.querySelector('#body, body') as HTMLElement;
      if (body instanceof HTMLTextAreaElement) body.value += '\n-- \nBob';
      else body.append(document.createElement('br'), '-- ', document.createElement('br'), 'Bob');
    });
    assert.deepEqual(await port.put({ text: ARMOR }), { t: 'put_done', ok: true }, name);
    await next.press('ArrowLeft');
    await next.type('  ');
    assert.deepEqual(await port.put({ text: ARMOR }), { t: 'put_done', ok: true }, name);
    // An editor that is emptied again has nothing to lose.
    await next.press('Control+a');
    await next.press('Delete');
    await until('it is empty', async () => (await text()) === '');
    assert.deepEqual(await port.put({ text: ARMOR }), { t: 'put_done', ok: true }, name);
  }
});

test('recipients that the user changes in the form meanwhile are not replaced; those that the site changes by itself are', async () => {
  const put = { text: ARMOR, to: ['bob@example.test', 'carol@example.test'], cc: [], bcc: [] };
  const set = (list: string) =>
    tab.evaluate((value) => Object.assign(document.querySelector('#to') as Element, { value }), list);
  const retype = async (list: string): Promise<void> => {
    await tab.click('#to');
    await tab.press('Control+a');
    await tab.type(list);
  };
  await tab.goto(pages.url('editors/textarea'));
  await set(put.to.join());
  assert.equal((await port.connect(tab)).readdressed, undefined);
  for (const list of ['bob@example.test', 'bob@example.test, carol@example.test, dan@example.test']) {
    await retype(list);
    assert.equal((await port.put(put)).reason, 'no_form');
    assert.deepEqual([await at.value('to'), await at.value('body')], [list, '']);
    assert.equal((await port.look()).readdressed, true);
  }
  // The window has heard of it, and puts it there once more; then the same mail again.
  for (const _ of [1, 2]) assert.deepEqual(await port.put(put), { t: 'put_done', ok: true });
  assert.deepEqual(await port.look().then(({ to, readdressed }) => [to, readdressed]), [put.to, undefined]);
  // In the page as in the window; then by the page alone.
  await retype('eve@example.test');
  assert.deepEqual(await port.put({ ...put, to: ['eve@example.test'] }), { t: 'put_done', ok: true });
  await set('dan@example.test');
  assert.deepEqual(await port.put(put), { t: 'put_done', ok: true });
});

/** Clicks into the editor of such a page; gives the document that it is in. */
async function inEditor(name: 'textarea' | 'contenteditable' | 'srcdoc'): Promise<View> {
  if (name !== 'srcdoc') {
    await tab.click('#body');
    return tab;
  }
  const frame = await until('the editor in its frame', async () => (await tab.frames())[0]);
  await until('it can be written', () =>
    frame.evaluate(() => document.body?.isContentEditable === true).catch(() => false),
  );
  await frame.click('body');
  return frame;
}

test('a chip field of a page that is not known: what it made of an address is read', async () => {
  web.put(
    '/chips',
    html(`<div><label>To <input id="to"></label><span id="chips"></span></div>
      <label>Subject <input id="subject"></label><textarea id="body" rows="10" cols="70"></textarea><script>
      const to = document.getElementById('to');
      to.addEventListener('change', () => {
        for (const address of to.value.split(',')) {
          const chip = document.createElement('b');
          chip.textContent = chip.title = address.trim();
          document.getElementById('chips').append(chip, ' ');
        }
        to.value = '';
      });</script>`),
  );
  await tab.goto(web.url('/chips'));
  await port.connect(tab);
  const to = ['bob@example.test', 'carol@example.test'];
  assert.equal((await port.put({ text: ARMOR, to })).ok, true);
  assert.deepEqual((await port.look()).to, to);
  // A chip cannot be taken away there: that is said, not passed over.
  const done = await port.put({ text: ARMOR, to: ['bob@example.test'] });
  assert.equal(done.reason, 'fields');
});
