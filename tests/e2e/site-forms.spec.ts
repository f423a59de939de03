// Forms of webmails that cannot be run here, and that Waxseal knows from what others publish about them: structure pages
// of ours, which hold no more than docs/SITES.md says.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { until, type View } from '../harness/index.js';
import type { Pages } from '../pages/server.js';
import { type FormPages, formPages, type Heard, type WritePort } from './support/write-port.js';

const ARMOR = '-----BEGIN PGP MESSAGE-----\n\naGVsbG8=\n-----END PGP MESSAGE-----';
const FILE = { name: 'encrypted.asc', type: 'application/octet-stream', data: Buffer.from(ARMOR) };
let at: FormPages;
let pages: Pages;
let tab: View;
let port: WritePort;

before(async () => {
  at = await formPages();
  ({ pages, tab, port } = at);
});
after(() => at?.close());

/** Opens a structure page anew: only another hash would not load it again. */
async function open(name: string): Promise<Heard> {
  await tab.goto('about:blank');
  await tab.goto(pages.url(`sites/${name}`));
  return port.connect(tab);
}

const names = (...fields: string[]) => fields.map((field) => `${field}@example.test`);

for (const look of ['', '#2024']) {
  test(`Yahoo${look}: chips are made and read, what a mail brings along is no form`, async () => {
    assert.equal((await open(`yahoo${look}`)).found, false);
    await tab.click('#new');
    const form = await port.look();
    assert.deepEqual([form.found, form.site, form.subject, form.attach], [true, 'yahoo', '', true]);
    const to = ['Bob <bob@example.test>', 'carol@example.test'];
    const done = await port.put({
      text: ARMOR,
      subject: '[...]',
      to,
      cc: names('dave'),
      bcc: names('erin'),
    });
    assert.deepEqual(done, { t: 'put_done', ok: true });
    const there = await port.look();
    assert.deepEqual(
      [there.to, there.cc, there.bcc].map((field) => String(field).match(/[^<,\s]+@[^>,\s]+/g)),
      [names('bob', 'carol'), names('dave'), names('erin')],
    );
    assert.equal(there.subject, '[...]');
    assert.equal(String(there.text).trim(), ARMOR);
    const untouched = '[data-test-id="message-view-body-content"] [data-test-id="rte"]';
    assert.equal(await tab.evaluate((one) => document.querySelector(one)?.textContent, untouched), 'not this one');
    // How a chip is taken away is not known: that is told, and all stay.
    assert.equal((await port.put({ text: ARMOR, to: names('bob') })).reason, 'fields');
    assert.equal(await tab.count('[data-test-id="compose-header-field-to"] [data-test-id$="pill"]'), 2);
    assert.deepEqual(await port.put({ text: ARMOR, files: [FILE] }), { t: 'put_done', ok: true });
  });
}

test('Yahoo: of two forms, that of the editor in use', async () => {
  await open('yahoo');
  await tab.click('#new');
  await tab.click('#new');
  await tab.typeInto('#windows > :first-child [data-test-id="compose-subject"]', 'First');
  await tab.typeInto('#windows > :last-child [data-test-id="compose-subject"]', 'Last');
  await tab.typeInto('#windows > :first-child [data-test-id="rte"]', 'a draft');
  const first = await port.connect(tab);
  assert.deepEqual([first.subject, String(first.text).trim()], ['First', 'a draft']);
});

for (const [language, bcc] of [
  ['', true],
  ['#de', false],
] as const) {
  test(`Zoho${language}: the editor in its frame, chips with the address as their label`, async () => {
    assert.equal((await open(`zoho${language}`)).found, false);
    await tab.click('button');
    const form = await until('the editor has loaded', async () => {
      const now = await port.look();
      return now.found ? now : null;
    });
    assert.deepEqual([form.site, form.subject, form.attach], ['zoho', '', false]);
    const to = ['Bob <bob@example.test>', 'carol@example.test'];
    const hidden = bcc ? names('erin') : null;
    const done = await port.put({ text: ARMOR, subject: '[...]', to, cc: names('dave'), bcc: hidden });
    assert.deepEqual(done, { t: 'put_done', ok: true });
    const there = await port.look();
    assert.deepEqual([there.to, there.cc, there.bcc], [names('bob', 'carol'), names('dave'), hidden ?? []]);
    assert.deepEqual([there.subject, String(there.text).trim()], ['[...]', ARMOR]);
    // Without a field for them nobody is written to unseen.
    if (!bcc) assert.equal((await port.put({ text: ARMOR, bcc: names('erin') })).reason, 'fields');
    // A second mail has a tab of its own, and the first is not drawn any more.
    await tab.click('button');
    const second = await until('the second form', async () => {
      const now = await port.look();
      return now.found && now.subject === '' ? now : null;
    });
    assert.deepEqual([second.to, String(second.text).trim()], [[], '']);
  });
}

for (const shown of ['', '#mail']) {
  test(`Fastmail${shown}: its fields have names and need no profile, whatever a mail looks like`, async () => {
    const form = await open(`fastmail${shown}`);
    assert.deepEqual([form.found, form.subject], [true, '']);
    const done = await port.put({ text: ARMOR, subject: '[...]', to: names('bob', 'carol'), cc: names('dave') });
    assert.deepEqual(done, { t: 'put_done', ok: true });
    const there = await port.look();
    assert.deepEqual([there.to, there.cc, there.subject], [names('bob', 'carol'), names('dave'), '[...]']);
    assert.equal(String(there.text).trim(), ARMOR);
  });
}
