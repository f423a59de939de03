// Forms of webmails that cannot be run here, and that Waxseal knows from what others publish about them: structure pages
// of ours, which hold no more than docs/SITES.md says.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { until, type View } from '../harness/index.js';
import type { Pages } from '../pages/server.js';
import { type GmailPage, gmailPage } from './support/gmail-page.js';
import { switchSite } from './support/steps.js';
import { type FormPages, formPages, type Heard, type WritePort } from './support/write-port.js';

const ARMOR = '-----BEGIN PGP MESSAGE-----\n\naGVsbG8=\n-----END PGP MESSAGE-----';
const FILE = { name: 'encrypted.asc', type: 'application/octet-stream', data: Buffer.from(ARMOR) };
/** Where Outlook is, and a host whose name only begins like that. */
const OUTLOOK = ['outlook.live.com', 'outlook.office.com', 'outlook.office365.com', 'outlook.cloud.microsoft'];
const FASTMAIL = ['app.fastmail.com', 'www.fastmail.com', 'betaapp.fastmail.com'];
const NO_OUTLOOK = 'outlook.live.com.example.test';
let at: FormPages;
let gmail: GmailPage;
let pages: Pages;
let tab: View;
let port: WritePort;

before(async () => {
  gmail = await gmailPage(undefined, [...OUTLOOK, NO_OUTLOOK, ...FASTMAIL]);
  at = await formPages({ hosts: gmail.hosts });
  ({ pages, tab, port } = at);
});
after(async () => {
  await at?.close();
  gmail?.close();
});

/** Opens a structure page anew: only another hash would not load it again. */
async function open(name: string): Promise<Heard> {
  await tab.goto('about:blank');
  await tab.goto(pages.url(`sites/${name}`));
  return port.connect(tab);
}

/** Opens one where the webmail is. */
async function visit(address: string): Promise<void> {
  await tab.goto('about:blank');
  await tab.goto(address);
  await switchSite(at.driver, tab);
}

const outlook = (hash = '', host = 'outlook.live.com') => visit(`https://${host}/sites/outlook${hash}`);

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

for (const [place, shown] of ['', '#mail', '#textarea'].entries()) {
  test(`Fastmail${shown}: the form by its names, whatever a mail looks like; tokens are read`, async () => {
    await visit(`https://${FASTMAIL[place]}/sites/fastmail${shown}`);
    const form = await port.connect(tab);
    assert.deepEqual([form.found, form.site, form.subject, form.bcc], [true, 'fastmail', '', []]);
    const done = await port.put({ text: ARMOR, subject: '[...]', to: names('bob', 'carol'), cc: names('dave') });
    assert.deepEqual(done, { t: 'put_done', ok: true });
    const there = await port.look();
    assert.deepEqual([there.to, there.cc, there.subject], [names('bob', 'carol'), names('dave'), '[...]']);
    assert.equal(String(there.text).trim(), ARMOR);
  });
}

test('Fastmail: of one whom its page shows by name alone nobody knows the address, and that is told', async () => {
  await visit(`https://${FASTMAIL[0]}/sites/fastmail`);
  await port.connect(tab);
  assert.equal((await port.put({ text: ARMOR, to: names('dave', 'erin') })).reason, 'fields');
  assert.deepEqual((await port.look()).to, [...names('dave'), 'Erin Example']);
});

for (const shown of ['', '#unnamed', '#mail']) {
  test(`GMX and WEB.DE${shown}, as their form was: chips are made and read, and one with a name alone is told`, async () => {
    // Nothing in it has the focus: it is found by its names, whatever a mail beside it looks like.
    const form = await open(`gmx${shown}`);
    assert.deepEqual([form.found, form.site, form.subject, form.to], [true, 'gmx', '', []]);
    const to = ['Bob <bob@example.test>', 'carol@example.test'];
    assert.deepEqual(await port.put({ text: ARMOR, subject: '[...]', to }), { t: 'put_done', ok: true });
    const there = await port.look();
    assert.deepEqual([there.to, there.subject, String(there.text).trim()], [names('bob', 'carol'), '[...]', ARMOR]);
    // A field that does not say whose it is is nobody's.
    const cc = await port.put({ text: ARMOR, cc: names('dave') });
    const unnamed = shown === '#unnamed';
    assert.deepEqual([cc.ok, cc.reason], unnamed ? [false, 'fields'] : [true, undefined]);
    assert.deepEqual((await port.look()).cc, unnamed ? [] : names('dave'));
    if (shown) return;
    const named = await port.put({ text: ARMOR, to: [...names('bob', 'carol'), 'Erin <erin@example.test>'] });
    assert.deepEqual(
      [named.ok, named.reason, named.there],
      [false, 'fields', { text: true, fields: false, files: true }],
    );
    assert.deepEqual((await port.look()).to, [...names('bob', 'carol'), 'Erin Example']);
  });
}

test('GMX and WEB.DE, as their form was: of two forms, that of the editor in use', async () => {
  await open('gmx#two');
  await tab.typeInto('#first .mailobjectpanel-textfield_input', 'First');
  await tab.typeInto('#last .mailobjectpanel-textfield_input', 'Last');
  const [first, last] = await tab.frames();
  await last?.click('#body');
  assert.equal((await port.connect(tab)).subject, 'Last');
  await first?.click('#body');
  assert.equal((await port.connect(tab)).subject, 'First');
  const done = await port.put({ text: ARMOR, to: names('bob'), cc: names('dave') });
  assert.deepEqual(done, { t: 'put_done', ok: true });
  const form = await port.look();
  assert.deepEqual([form.site, form.subject, form.to, form.cc], ['gmx', 'First', names('bob'), names('dave')]);
  assert.equal(await tab.count('#last .select2-search-choice'), 0);
  assert.deepEqual([String(form.text).trim(), (await last?.text('#body'))?.trim()], [ARMOR, '']);
});

for (const look of ['', '#8', '#8text']) {
  test(`OX${look}: tokens with their addresses, a field that is folded, files by its menu`, async () => {
    assert.equal((await open(`ox-compose${look}`)).found, false);
    await tab.click('#new');
    const form = await port.look();
    assert.deepEqual([form.found, form.site, form.subject, form.attach], [true, 'ox', '', true]);
    assert.equal(form.self, 'alice@example.test');
    const to = ['Bob <bob@example.test>', ...names('carol', 'erin')];
    const mail = { text: ARMOR, subject: '[...]', to, cc: names('dave'), bcc: [], files: [FILE] };
    assert.deepEqual(await port.put(mail), { t: 'put_done', ok: true });
    const there = await port.look();
    // Somebody who is called like somebody else is known by the address.
    const erin = 'mallory@example.test <erin@example.test>';
    assert.deepEqual(
      [there.to, there.cc, there.bcc].map((field) =>
        (field as string[]).map((one) => one.replace(/^(\S+) <\1>$/, '$1')),
      ),
      [[...names('bob', 'carol'), erin], names('dave'), []],
    );
    assert.deepEqual([there.subject, String(there.text).trim()], ['[...]', ARMOR]);
    // A field that is not needed stays folded.
    assert.equal((await tab.rect('[data-extension-id="bcc"]'))?.height ?? 0, 0);
    // One goes, one comes, one stays; the file takes the place of the one before.
    assert.equal((await port.put({ ...mail, to: names('carol', 'dan') })).ok, true);
    const people = 'Array.from(document.querySelectorAll(".recipient .token-label"), (one) => one.textContent)';
    assert.deepEqual(await tab.run(people), names('carol', 'dan', 'dave'));
    assert.equal(await tab.count('.list-container li'), 1);
    // A number is no address: whoever is called so is named, and taken for nobody.
    await tab.evaluate(() => {
      const field = document.querySelector<HTMLInputElement>('[data-extension-id="bcc"] .tt-input');
      if (field) field.value = 'fax@example.test';
      field?.dispatchEvent(new Event('paste'));
    });
    await until('there is a token', async () => (await tab.count('[data-extension-id="bcc"] .token')) === 1);
    assert.deepEqual((await port.look()).bcc, ['Fax']);
  });
}

test('OX: of two windows, that of the editor in use; a file that is too large is told', async () => {
  await open('ox-compose#8text');
  await tab.click('#new');
  await tab.click('#new');
  const [first, last] = ['#windows > :first-child', '#windows > :last-child'];
  await tab.typeInto(`${first} [name="subject"]`, 'First');
  await tab.typeInto(`${last} [name="subject"]`, 'Last');
  await tab.typeInto(`${first} textarea`, 'a draft');
  const form = await port.connect(tab);
  assert.deepEqual([form.subject, String(form.text).trim()], ['First', 'a draft']);
  const large = { ...FILE, data: Buffer.alloc(1_000_001) };
  const done = await port.put({ text: ARMOR, to: names('bob'), files: [large] });
  assert.deepEqual([done.ok, done.reason], [false, 'too_large']);
  assert.equal(await tab.count(`${last} .token, ${last} .list-container li`), 0);
});

test('Gmail: the sender outside of the text, a reply by its button, chips, and files that it uploads', async () => {
  const file = { name: 'encrypted.asc', type: 'application/octet-stream', data: Buffer.from(ARMOR) };
  await tab.goto(gmail.url);
  await switchSite(at.driver, tab);
  assert.equal((await port.connect(tab)).found, false);
  await tab.click('[gh="cm"]');
  const form = await port.look();
  assert.deepEqual([form.found, form.site, form.attach, form.subject, form.max_file], [true, 'gmail', true, '', 25e6]);
  const to = ['Bob <bob@example.test>', 'carol@example.test'];
  const done = await port.put({ text: ARMOR, subject: '[...]', to, cc: [], bcc: ['dave@example.test'], files: [file] });
  assert.deepEqual(done, { t: 'put_done', ok: true });
  const chips = () =>
    tab.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('[data-hovercard-id]')].map(
        (chip) => `${chip.closest('[name]')?.getAttribute('name')} ${chip.dataset.hovercardId}`,
      ),
    );
  assert.deepEqual(await chips(), ['to bob@example.test', 'to carol@example.test', 'bcc dave@example.test']);
  assert.deepEqual((await port.look()).files, [], 'what Waxseal has put there is nothing to warn of');
  // A second version takes the place of the first; a chip that is too many is told of.
  assert.equal((await port.put({ text: ARMOR, files: [file] })).ok, true);
  assert.equal(await tab.count('.dL'), 1);
  assert.equal((await port.put({ text: ARMOR, to: ['bob@example.test'] })).reason, 'fields');
  // What the user attaches there is told, also a file that has the name of ours.
  await tab.upload(`document.querySelector('[name="Filedata"]')`, [at.onDisk('plan.pdf'), at.onDisk('encrypted.asc')]);
  await until('the page has both', async () => (await tab.count('.dL')) === 2);
  const files = ['plan.pdf', 'encrypted.asc'];
  assert.deepEqual(await port.put({ text: ARMOR, files: [file] }), { t: 'put_done', ok: true, files });
  assert.equal(await tab.count('.dL'), 3);
  assert.deepEqual((await port.look()).files, files);
  const large = await port.put({
    text: ARMOR,
    files: [{ ...file, name: 'large.asc', data: Buffer.alloc(25_000_001) }],
  });
  assert.equal(large.reason, 'too_large');
  assert.deepEqual(large.files, ['plan.pdf']);
});

test('Gmail: the same page at another address is an unknown one', async () => {
  await open('gmail');
  await tab.click('[gh="cm"]');
  const form = await port.look();
  assert.deepEqual([form.found, form.site], [true, 'generic']);
});

for (const language of ['', '#hu']) {
  test(`Outlook${language}: the form by its ids, files by the ribbon`, async () => {
    await outlook(language);
    assert.equal((await port.connect(tab)).found, false);
    await tab.click('#new');
    const form = await port.look();
    assert.deepEqual([form.found, form.site, form.subject, form.attach, form.to], [true, 'outlook', '', true, []]);
    assert.deepEqual(await port.put({ text: ARMOR, subject: '[...]', files: [FILE] }), { t: 'put_done', ok: true });
    await tab.typeInto('[id$="_TO"] > div', 'Bob <bob@example.test>; carol@example.test');
    await tab.typeInto('[id$="_BCC"] > div', 'dave@example.test');
    const there = await port.look();
    assert.deepEqual(
      [there.to, there.cc, there.bcc, there.subject, String(there.text).trim()],
      [['Bob <bob@example.test>', 'carol@example.test'], [], names('dave'), '[...]', ARMOR],
    );
  });
}

test('Outlook: in an answer, chips are read and left alone, and what is typed; a quoted mail is no field', async () => {
  await outlook();
  await tab.click('#reply');
  await tab.typeInto('[id$="_CC"] > div', 'frank@example.test');
  const form = await port.connect(tab);
  const cc = [...names('carol', 'dave'), 'offlineErin', ...names('frank')];
  assert.deepEqual([form.to, form.cc, form.bcc], [['Bob <bob@example.test>'], cc, []]);
  assert.deepEqual(await port.put({ text: ARMOR, to: names('bob'), bcc: [] }), { t: 'put_done', ok: true });
  // Somebody whom the page shows by name alone may be anybody: that is told.
  assert.equal((await port.put({ text: ARMOR, cc: names('carol', 'dave', 'erin', 'frank') })).reason, 'fields');
  assert.deepEqual((await port.look()).cc, cc);
});

test('Outlook: recipients that are folded are not known, nor taken from another form; the rest is', async () => {
  await outlook('#folded');
  await tab.click('#new');
  await tab.typeInto('[id$="_TO"] > div', 'mallory@example.test');
  await tab.click('#reply');
  const form = await port.connect(tab);
  assert.deepEqual([form.found, form.site, form.to, form.bcc, form.subject], [true, 'outlook', [], [], null]);
  assert.equal((await port.put({ text: ARMOR, to: names('bob') })).reason, 'fields');
  assert.equal(String((await port.look()).text).trim(), ARMOR);
});

test('Outlook: of two forms, that of the editor in use; what another was given is not attached again', async () => {
  await outlook();
  await tab.click('#new');
  await tab.click('#new');
  const [first, last] = ['#docking_InitVisiblePart_0', '#docking_InitVisiblePart_1'];
  await tab.typeInto(`${first} .subject`, 'First');
  await tab.upload(`document.querySelectorAll('#ribbon input')[1]`, [at.onDisk('plan.pdf')]);
  await until('it is attached', async () => (await tab.count(`${first} li`)) === 1);
  await tab.typeInto(`${last} .subject`, 'Last');
  await tab.typeInto(`${last} .parent > div`, 'a draft');
  const form = await port.connect(tab);
  assert.deepEqual([form.subject, String(form.text).trim(), form.files], ['Last', 'a draft', []]);
  assert.deepEqual(await port.put({ text: ARMOR, files: [FILE] }), { t: 'put_done', ok: true });
  const files = () => tab.evaluate(() => [...document.querySelectorAll('.files')].map((list) => list.textContent));
  assert.deepEqual(await files(), ['plan.pdf', 'encrypted.asc']);
});

test('Outlook: at each of its addresses, and at no other', async () => {
  for (const host of [...OUTLOOK, NO_OUTLOOK]) {
    await outlook('', host);
    await tab.click('#new');
    const { site } = await port.connect(tab);
    assert.equal(site, host === NO_OUTLOOK ? 'generic' : 'outlook', host);
  }
});

test('An editable field for recipients on a page that is not known is read and left alone', async () => {
  await open('outlook');
  await tab.click('#new');
  await tab.typeInto('[aria-label="To"]', 'bob@example.test');
  await tab.typeInto('[aria-label="Message body"]', 'a draft');
  const form = await port.connect(tab);
  assert.deepEqual(
    [form.found, form.site, form.to, String(form.text).trim()],
    [true, 'generic', names('bob'), 'a draft'],
  );
  assert.equal((await port.put({ text: ARMOR, subject: '[...]' })).ok, true);
  assert.equal((await port.look()).subject, '[...]');
  assert.equal((await port.put({ text: ARMOR, to: ['carol@example.test'] })).reason, 'fields');
  assert.deepEqual((await port.look()).to, ['bob@example.test']);
});

test('Horde: one-line text areas are recipients, not the text', async () => {
  await tab.goto(pages.url('sites/horde'));
  await tab.typeInto('#to', 'bob@example.test');
  const form = await port.connect(tab);
  assert.deepEqual([form.to, form.text, form.subject, form.attach], [['bob@example.test'], '', '', false]);
  const put = { text: ARMOR, subject: 'One', to: ['bob@example.test'], cc: ['carol@example.test'], bcc: [] };
  assert.equal((await port.put(put)).ok, true);
  assert.deepEqual(await Promise.all(['to', 'cc', 'bcc', 'subject', 'composeMessage'].map(at.value)), [
    'bob@example.test',
    'carol@example.test',
    '',
    'One',
    ARMOR,
  ]);
});

for (const kind of ['text', 'html'] as const) {
  test(`Zimbra, ${kind}: bubbles with a name alone are told and taken away, new ones show the address; a folded field is left alone`, async () => {
    await tab.goto(`${pages.url('sites/zimbra')}?${kind}`);
    const form = await port.connect(tab);
    assert.deepEqual(
      [form.found, form.site, form.to, form.cc, form.subject, form.attach],
      [true, 'zimbra', ['Eve'], [], '', true],
    );
    const to = ['Bob <bob@example.test>', 'carol@example.test'];
    const done = await port.put({ text: ARMOR, subject: '[...]', to, cc: ['dave@example.test'] });
    assert.deepEqual(done, { t: 'put_done', ok: true });
    const bubbles = () =>
      tab.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('#zv__COMPOSE-1 .addrBubble')].map(
          (one) => `${one.closest('tr')?.id} ${one.dataset.address}`,
        ),
      );
    assert.deepEqual(await bubbles(), [
      'zv__COMPOSE-1_to_row bob@example.test',
      'zv__COMPOSE-1_to_row carol@example.test',
      'zv__COMPOSE-1_cc_row dave@example.test',
    ]);
    const state = await port.look();
    assert.deepEqual(
      [state.to, state.subject, String(state.text).trim()],
      [['bob@example.test', 'carol@example.test'], '[...]', ARMOR.trim()],
    );
    // One goes, one comes, one stays.
    assert.equal((await port.put({ text: ARMOR, to: ['carol@example.test', 'dan@example.test'] })).ok, true);
    assert.deepEqual((await port.look()).to, ['carol@example.test', 'dan@example.test']);
    // Bcc is not shown: nobody is written to unseen, and that is told.
    assert.equal((await port.put({ text: ARMOR, bcc: ['frank@example.test'] })).reason, 'fields');
    assert.deepEqual((await bubbles()).length, 3);
    assert.equal(await at.value('zv__COMPOSE-1_bcc_control'), '');
    // The mail in the other tab is as it was.
    assert.equal(await at.value('ZmHtmlEditor2_body'), '');
  });
}
