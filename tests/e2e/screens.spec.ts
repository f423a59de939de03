// Pictures of every page, light and dark, narrow and wide, for people to look at; and what a machine can judge in
// them: nothing sticks out sideways, every control has a name, all of it can be reached by keyboard.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { button, type Driver, field, toggle, until, type View } from '../harness/index.js';
import { composer, readers, shows } from './support/desk.js';
import { Gpg, type GpgKey } from './support/gpg.js';
import { pressAtFile } from './support/mail-files.js';
import { type MessagePage, messagePage } from './support/message-page.js';
import { encrypted, file, mail, multipart, protectedHeaders, text } from './support/mime.js';
import { pdf } from './support/pdf.js';
import { half } from './support/pdf-hostile.js';
import { pageDrawn } from './support/pdf-page.js';
import { serve } from './support/responses.js';
import { browser, kind, say } from './support/session.js';
import { escaped, page as html, type Site, site } from './support/site.js';
import {
  importKeys,
  listed,
  lockNow,
  openCard,
  PASSPHRASE,
  previewPaste,
  switchSite,
  unlockKey,
} from './support/steps.js';
import { composeForm, write } from './support/write.js';

const folder = path.resolve('target/screens', kind);
const WIDTHS = { narrow: 360, wide: 1100 } as const;
const LETTER =
  'Dear Alice,\n\nthe third door on the left, after dark. Do not bring the blue lantern; it is seen from https://harbour.example.test/quay.\n\nBob';
let driver: Driver;
let gpg: Gpg;
let web: Site;
let mails: MessagePage;
let own: GpgKey;
let old: GpgKey;
let long: GpgKey;

before(async () => {
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  driver = await browser();
  gpg = new Gpg();
  web = await site();
  mails = await messagePage();
  long = gpg.key(
    'Wilhelmina Featherstonehaugh-Montgomery of the Upper Harbour <wilhelmina.featherstonehaugh@a-very-long-host-name.example.test>',
  );
  old = gpg.key('Olga Old <olga@example.test>', { at: '20200101T000000', expires: '1y' });
  own = gpg.key('Alice Ålund <alice@example.test>', { passphrase: PASSPHRASE });
  await importKeys(driver, own.secret);
  for (const key of [long, old]) await importKeys(driver, key.public);
});
after(async () => {
  await driver?.close();
  gpg?.close();
  web?.close();
  mails?.close();
});

/** What sticks out to the right: of the page, or of the box it is drawn in. What scrolls inside itself is meant to. */
const sticksOut = (view: View): Promise<string[]> =>
  view.evaluate(() => {
    const name = (one: Element) => `${one.tagName}.${one.className}: ${one.textContent?.trim().slice(0, 60)}`;
    const width = document.documentElement.clientWidth;
    const found: string[] = [];
    if ((document.scrollingElement as Element).scrollWidth > width) found.push(`page wider than ${width}`);
    for (const box of document.querySelectorAll('.card, .sheet, .notice, dialog, .verdict, .message')) {
      const edge = box.getBoundingClientRect().right + 1;
      for (const one of box.querySelectorAll('*')) {
        // Only its own text: what is folded away in it is not drawn, and has a place all the same in Firefox.
        const texts = [...one.childNodes].filter((node) => node instanceof Text);
        const edges = texts.map((text) => {
          const range = document.createRange();
          range.selectNode(text);
          return range.getBoundingClientRect().right;
        });
        const right = Math.max(one.getBoundingClientRect().right, ...edges);
        if (right > edge && one.checkVisibility() && !one.closest('.visually-hidden')) found.push(name(one));
      }
    }
    return found.slice(0, 6);
  });

/** Controls that a screen reader could only call "button"; what is folded away is looked at when it is open. */
const nameless = (view: View): Promise<string[]> =>
  view.evaluate(() => {
    const controls = document.querySelectorAll<HTMLElement>(
      'button, a[href], input:not([hidden]):not([type=hidden]), select, textarea, summary, [role=button], [role=switch], [tabindex="0"]',
    );
    return [...controls]
      .filter((one) => one.checkVisibility())
      .filter((one) => {
        const labels = [...((one as HTMLInputElement).labels ?? [])].map((label) => label.textContent ?? '');
        const by = (one.getAttribute('aria-labelledby') ?? '')
          .split(/\s+/)
          .map((id) => document.getElementById(id)?.textContent ?? '');
        const own = one.matches('input, select, textarea') ? '' : one.innerText;
        return ![one.getAttribute('aria-label') ?? '', ...labels, ...by, own].some((name) => name.trim());
      })
      .map((one) => one.outerHTML.slice(0, 160));
  });

const PAGES: Record<string, { path: string; ready: (view: View) => Promise<void> }> = {
  welcome: { path: 'welcome.html', ready: (view) => view.visible('.steps') },
  keys: {
    path: 'keys.html',
    ready: async (view) => {
      await listed(view, 'Alice');
      for (const line of [1, 2]) await view.click(`section:nth-of-type(${line}) .card.key .key-line`);
      await view.visible('.key-details .facts');
    },
  },
  popup: { path: 'popup.html', ready: (view) => listed(view, 'Alice') },
  generate: { path: 'keys.html#generate', ready: (view) => field(view, 'Repeat passphrase').visible() },
  import: { path: 'keys.html#import', ready: (view) => field(view, say('import_paste')).visible() },
  lookup: {
    path: 'lookup.html',
    ready: async (view) => {
      await field(view, say('lookup_address')).fill('wilhelmina@a-very-long-host-name.example.test');
      await view.visible('#place-directory');
    },
  },
  settings: { path: 'settings.html', ready: (view) => field(view, say('set_lock_time')).visible() },
  sign: {
    path: 'settings.html',
    ready: async (view) => {
      await view.click('wx-emblem-form summary');
      await view.visible('.pick');
    },
  },
};

/** Dialogs of which a screen reader would say no more than their title. */
const undescribed = (view: View): Promise<string[]> =>
  view.evaluate(() => {
    const text = (one: Element, name: string): string => {
      const ids = (one.getAttribute(name) ?? '').split(' ');
      return ids.map((id) => document.getElementById(id)?.innerText ?? '').join('');
    };
    const open = [...document.querySelectorAll('dialog[open]')];
    return open
      .filter((one) => !text(one, 'aria-labelledby') || !text(one, 'aria-describedby'))
      .map((one) => one.outerHTML.slice(0, 160));
  });

/** Pictures of a view in both widths and both modes; `around` is the page that holds it, if it is a frame. */
async function pictured(name: string, view: View, around = view): Promise<void> {
  assert.deepEqual(await nameless(view), []);
  assert.deepEqual(await undescribed(view), []);
  for (const [size, width] of Object.entries(WIDTHS)) {
    await around.resize(width, 800);
    await until('the page has that width', () => around.evaluate((w) => innerWidth === w, width));
    // A frame follows the page around it a moment later.
    await until('what is in it has its width', () => view.evaluate((w) => innerWidth <= w, width));
    for (const dark of [false, true]) {
      await driver.dark(around, dark);
      const mode = dark ? 'dark' : 'light';
      const is = (one: View) => one.evaluate((d) => matchMedia('(prefers-color-scheme: dark)').matches === d, dark);
      await until(`it is ${mode}`, async () => (await is(view)) && (await is(around)));
      await around.screenshot(path.join(folder, `${name}-${size}-${mode}.png`));
    }
    assert.deepEqual(await sticksOut(view), [], `${name} at ${width} pixels`);
  }
  await driver.dark(around, false);
}

for (const [name, { path: file, ready }] of Object.entries(PAGES)) {
  test(`${name}: fits, is named, and is pictured`, async () => {
    const view = await driver.page(file);
    await ready(view);
    await pictured(name, view);
    await view.close();
  });
}

test('high contrast: what a background tells is told by lines', async () => {
  for (const name of ['welcome', 'keys', 'settings', 'popup'] as const) {
    const { path: file, ready } = PAGES[name] as (typeof PAGES)[string];
    const view = await driver.page(file);
    await ready(view);
    await driver.contrast(view, true);
    await until('the colours are the system’s', () =>
      view.evaluate(() => matchMedia('(forced-colors: active)').matches),
    );
    await view.screenshot(path.join(folder, `${name}-contrast.png`));
    if (name === 'popup') assert.deepEqual(await view.evaluate(knobs), [true, true, true, true]);
    await driver.contrast(view, false);
    await view.close();
  }
});

/** Whether the knob of the switch can be seen: off and on, and when it cannot be used. */
function knobs(): boolean[] {
  const one = document.querySelector('.switch') as HTMLButtonElement;
  return [false, true].flatMap((disabled) =>
    [false, true].map((on) => {
      one.disabled = disabled;
      one.setAttribute('aria-checked', String(on));
      return getComputedStyle(one, '::after').backgroundColor !== getComputedStyle(one).backgroundColor;
    }),
  );
}

test('preview of an import, export and delete: fit, are named, and are pictured', async () => {
  const page = await driver.page('keys.html#import');
  await previewPaste(page, long.public + old.public);
  await until('both are previewed', async () => (await page.count('.preview')) === 2);
  await pictured('preview', page);
  await page.close();
  const keys = await driver.page('keys.html');
  await openCard(keys, 'Alice');
  await button(keys, 'Delete').click();
  await button(keys, say('export_first')).visible();
  await pictured('delete', keys);
  await button(keys, say('export_first')).click();
  await field(keys, 'Passphrase').visible();
  await pictured('export', keys);
  await field(keys, 'Passphrase').fill(PASSPHRASE);
  await button(keys, 'Export').click();
  await button(keys, say('file_there')).visible();
  await pictured('exported', keys);
  await keys.close();
});

test('details of a key and their dialogs: fit, are named, and are pictured', async () => {
  const page = await driver.page('keys.html');
  await openCard(page, 'Alice');
  await button(page, say('key_details')).click();
  await page.visible('wx-key-page .details');
  await pictured('details', page);
  for (const name of ['edit_add_user_id', 'edit_expiry', 'edit_passphrase', 'edit_revoke'] as const) {
    await button(page, say(name)).click();
    await page.visible('wx-edit dialog');
    await pictured(name.replace('_', '-'), page);
    await button(page, say('cancel')).click();
    await until('the dialog has gone', async () => (await page.count('wx-edit dialog')) === 0);
  }
  await page.close();
  const other = await driver.page(`keys.html#details=${long.fingerprint.toLowerCase()}`);
  await other.click(`button[aria-label^="${say('edit_certify')}:"]`);
  await other.click('wx-edit dialog button[type=submit]');
  await other.visible('#edit-level-hint');
  await pictured('edit-certify', other);
  await other.close();
});

test('at 320 pixels long words break: an address, the name of a file', async () => {
  const address = `${'wilhelmina'.repeat(4)}@${'harbour'.repeat(4)}.test`;
  const key = gpg.key(address, { passphrase: PASSPHRASE });
  const fits = async (name: string, view: View): Promise<void> => {
    await view.resize(320, 800);
    await until('it has that width', () => view.evaluate(() => innerWidth === 320));
    await view.screenshot(path.join(folder, `long-${name}.png`));
    assert.deepEqual(await sticksOut(view), [], name);
  };
  const page = await driver.page('keys.html#import');
  await previewPaste(page, key.secret);
  await page.visible('.preview');
  await fits('preview', page);
  await button(page, 'Import').click();
  await listed(page, address);
  await button(page, 'Copy public key').click();
  await until('the line is there', async () => (await page.text('.toast')).includes(address));
  await fits('toast', page);
  await button(page, 'Delete').click();
  await button(page, say('export_first')).visible();
  await fits('delete', page);
  await button(page, say('export_first')).click();
  await field(page, 'Passphrase').visible();
  await fits('export', page);
  await page.goto((await page.url()).replace(/#.*/, `#details=${key.fingerprint}`));
  await page.visible('wx-key-page .details');
  await fits('details', page);
  await page.close();
  const list = await driver.page('keys.html');
  await openCard(list, address);
  await button(list, 'Unlock').click();
  const window = await driver.window('unlock.html');
  await field(window, 'Passphrase').visible();
  await fits('unlock', window);
  await window.close();
  await list.close();
  const files = await driver.page('files.html');
  await files.visible('#choose');
  const named = `${'plan-of-the-harbour-'.repeat(6)}.eml`;
  await files.evaluate((name) => {
    const data = new DataTransfer();
    data.items.add(new File(['Subject: A plan\n\nof the harbour'], name));
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
  }, named);
  await shows(files, named);
  await fits('file', files);
  await files.close();
});

test('the window in which a mail is written: fits, is named, and is pictured', async () => {
  web.put('/write', composeForm('textarea', 'bob@example.test'));
  const tab = await driver.tab(web.url('/write'));
  await switchSite(driver, tab);
  await tab.goto(web.url('/write'));
  const window = await write(driver, tab);
  await field(window, say('header_subject')).fill('The lantern');
  await window.click('.editing');
  await window.type('Dear all,');
  await window.press('Enter');
  await window.press('Control+b');
  await window.type('after dark');
  await window.press('Control+b');
  await window.type(', as agreed.');
  const picture = path.resolve('extension/icons/48.png');
  await window.upload("document.querySelector('.choose-picture')", [picture]);
  await until('the picture is there', async () => (await window.count('.inline-picture')) === 1);
  await toggle(window, say('use_password')).click();
  await field(window, say('message_password')).visible();
  await pictured('write', window);
  await toggle(window, `${say('mode_signed')}${say('mode_signed_hint')}`).click();
  await shows(window, say('signed_warning'));
  await pictured('write-signed', window);
  await window.close();
  await tab.close();
});

test('reader, unlock window and composer: fit, are named, and are pictured', async () => {
  const style = '<style>body { font: 16px/1.4 sans-serif; margin: 16px } textarea { width: 100% }</style>';
  const armored = gpg.encrypt(LETTER, [own.fingerprint], own.fingerprint, ['--passphrase', PASSPHRASE]);
  web.put(
    '/',
    html(`<h1>A message</h1><pre>${escaped(armored)}</pre><textarea id="t" rows="4">${LETTER}</textarea>`, style),
  );
  web.put('/other', html(`<h1>A message</h1><pre>${escaped(gpg.encrypt(LETTER, [long.fingerprint]))}</pre>`, style));
  const tab = await driver.tab(web.url('/'));
  await switchSite(driver, tab);
  const [frame] = await readers(driver, tab, 1);
  assert.ok(frame);
  await shows(frame, say('reader_locked'));
  await pictured('reader-locked', frame, tab);
  await button(frame, 'Unlock').click();
  const window = await driver.window('unlock.html');
  await field(window, 'Passphrase').fill('wrong at first');
  await button(window, 'Unlock').click();
  await shows(window, say('err_wrong_passphrase'));
  await pictured('unlock', window);
  await field(window, 'Passphrase').fill(PASSPHRASE);
  await button(window, 'Unlock').click();
  await tab.front();
  await shows(frame, LETTER.slice(0, 20));
  await pictured('reader', frame, tab);
  await tab.goto(web.url('/other'));
  const [closed] = await readers(driver, tab, 1);
  assert.ok(closed);
  await shows(closed, say('import_key'));
  await pictured('reader-no-key', closed, tab);

  await tab.goto(web.url('/'));
  // It grows while it opens, and what is below it moves.
  const [again] = await readers(driver, tab, 1);
  assert.ok(again);
  await shows(again, LETTER.slice(0, 20));
  await tab.click('#t');
  await tab.press('Control+a');
  await driver.command(tab, 'encrypt-selection');
  const desk = await composer(driver, { recipients: 'alice@example.test, olga@example.test, nobody@example.test' });
  await shows(desk, say('rcpt_unusable'));
  await shows(desk, say('rcpt_no_key'));
  await pictured('compose', desk);
  await button(desk, say('edit_text')).click();
  await field(desk, say('text')).fill('other words');
  await button(desk, say('cancel')).click();
  await button(desk, say('keep_text')).visible();
  await pictured('discard', desk);
  await button(desk, say('keep_text')).click();
  for (const one of ['olga@example.test', 'nobody@example.test']) {
    await button(desk, say('remove_recipient', one)).click();
  }
  await lockNow(driver);
  await desk.front();
  await button(desk, 'Encrypt').click();
  await (await driver.window('unlock.html')).close();
  await button(desk, 'Unlock').visible();
  await pictured('compose-waiting', desk);
  await desk.close();
  await tab.close();
});

/** A letter with a picture in it, a file, and a quotation, from who is in the key ring to Alice. */
function letter(): string {
  const markup = `<p>Dear Alice,</p><p>the third door on the left, <b>after dark</b>. This is the lantern:</p>
    <p><img src="cid:lantern@x" alt="The lantern" width="96" height="96"></p>
    <p>It is seen from <a href="https://harbour.example.test/quay">the quay</a>.</p>
    <blockquote>Which door was it?</blockquote><p>Wilhelmina</p>`;
  const picture = fs.readFileSync(path.resolve('extension/icons/128.png'));
  const content = multipart('mixed', [
    multipart('related', [text(markup, 'text/html'), file('lantern.png', 'image/png', picture, { id: 'lantern@x' })]),
    file(
      'plan of the harbour.pdf',
      'application/pdf',
      pdf([half('0.3 0.5 0.8', 'The harbour'), half('0.8 0.5 0.3', 'The quay')]),
    ),
    file('quay.exe', 'application/octet-stream', Buffer.from('MZ')),
  ]);
  const from = 'Wilhelmina <wilhelmina.featherstonehaugh@a-very-long-host-name.example.test>';
  const inside = protectedHeaders(
    content,
    [
      ['From', from],
      ['To', 'Alice Ålund <alice@example.test>'],
      ['Subject', 'The third door'],
      ['Date', 'Sat, 28 Nov 2026 08:00:00 +0000'],
    ],
    'cipher',
    [['Subject', '[...]']],
  );
  const outer = { from, to: 'alice@example.test', subject: '[...]' };
  return mail(outer, encrypted(gpg, inside, [own.fingerprint], long.fingerprint));
}

test('a whole mail, how it is built, and its source: fit, are named, and are pictured', async () => {
  await unlockKey(driver, 'Alice');
  const tab = await driver.tab(
    mails.put({
      body: '<span class="part-notice">This is an encrypted message and can not be displayed. Sorry!</span>',
      files: ['application octet-stream asc'],
      source: serve(letter()),
      from: ['wilhelmina.featherstonehaugh@a-very-long-host-name.example.test'],
    }),
  );
  await switchSite(driver, tab);
  const [frame] = await readers(driver, tab, 1);
  assert.ok(frame);
  await shows(frame, 'The third door');
  await until('the picture is drawn', () =>
    frame.evaluate(() => {
      const inner = document.querySelector<HTMLIFrameElement>('iframe.mail-body');
      return (inner?.contentDocument?.querySelector('img')?.naturalWidth ?? 0) > 0;
    }),
  );
  await pictured('mail', frame, tab);
  await pressAtFile(frame, 'plan of the harbour.pdf', say('preview'));
  await pageDrawn(frame, 1, 2);
  await pictured('mail-pdf', frame, tab);
  await frame.click('.pdf-close');
  await frame.click('.structure summary');
  await button(frame, say('show_decrypted_source')).click();
  await frame.visible('pre.source');
  await pictured('mail-structure', frame, tab);
  await tab.close();
});

test('a key is made with the keyboard alone', async () => {
  const page = await driver.page('keys.html');
  await listed(page, 'Alice');
  await page.front();
  const focused = (): Promise<string> =>
    page.evaluate(() => {
      const one = document.activeElement as HTMLInputElement | null;
      const label = one?.labels?.[0]?.textContent ?? one?.getAttribute('aria-label') ?? one?.innerText ?? '';
      return label.replace(/\s+/g, ' ').trim();
    });
  const tabTo = async (name: string): Promise<void> => {
    for (let steps = 0; steps < 40; steps++) {
      if ((await focused()) === name) return;
      await page.press('Tab');
    }
    assert.fail(`Tab does not reach "${name}"`);
  };
  await page.evaluate(() => document.body.focus());
  await tabTo('Generate key');
  await page.press('Enter');
  await field(page, 'Name').visible();
  await until('the first field has the focus', async () => (await focused()) === 'Name');
  await page.type('Kay Board');
  await tabTo('Email');
  await page.type('kay@example.test');
  await tabTo('Passphrase');
  await page.type(PASSPHRASE);
  await tabTo('Repeat passphrase');
  await page.type(PASSPHRASE);
  await tabTo('Generate key');
  await page.press('Enter');
  await listed(page, 'Kay Board');
  await button(page, 'Lock now').visible();
  await pictured('made', page);
  await page.close();
});
