// The structures that webmails are made of.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button, type Driver, field, toggle, until, type View } from '../harness/index.js';
import { PAGES, type PageName, type Pages, startPages } from '../pages/server.js';
import { composer, encrypt, glance, lookedAt, readers, readerWith, shows } from './support/desk.js';
import { given } from './support/given.js';
import { type GmailPage, gmailPage } from './support/gmail-page.js';
import { Gpg, type GpgKey } from './support/gpg.js';
import { buttonPlace, offerPlace, offersEncryption } from './support/selection.js';
import { browser, say } from './support/session.js';
import { escaped, page as html, type Site, site } from './support/site.js';
import { spoil } from './support/spoil.js';
import { importKeys, switchSite } from './support/steps.js';

const TEXT = 'Eleven herons stand in the estuary.';
const SIGNED = 'Signed words, for everybody to read.';
const DRAFT = 'Meet me under the iron bridge at nine.\nBring nobody.';
let driver: Driver;
let gpg: Gpg;
let pages: Pages;
let web: Site;
let gmail: GmailPage;
let bob: GpgKey;
let carol: GpgKey;
let message = '';
let tab: View;

before(async () => {
  gpg = new Gpg();
  bob = gpg.key('Bob <bob@example.test>');
  message = gpg.encrypt(TEXT, [bob.fingerprint]);
  carol = gpg.key('Carol <carol@example.test>');
  const armor = { message, signed: gpg.clearsign(`${SIGNED}\n`, bob.fingerprint), key: carol.public };
  gmail = await gmailPage({ ...armor, signed: gpg.clearsign(`${SIGNED}\n`, carol.fingerprint) });
  [driver, pages, web] = await Promise.all([browser({ hosts: gmail.hosts }), startPages(armor), site()]);
  tab = await driver.tab(pages.url('textarea'));
  await given(driver, { own: [bob], unlocked: true, sites: [tab] });
  web.put('/', html(`<pre>${escaped(message)}</pre>`));
  await tab.goto(hostile('/'));
  await given(driver, { sites: [tab] });
});
after(async () => {
  await driver?.close();
  gpg?.close();
  pages?.close();
  web?.close();
  gmail?.close();
});

/** An address of the test's own site under the host that is switched on. */
function hostile(path: string): string {
  return `http://${new URL(pages.url('textarea')).hostname}:${new URL(web.origin).port}${path}`;
}

for (const [name, { about, blocks }] of Object.entries(PAGES) as [PageName, { about: string; blocks: number }][]) {
  if (name === 'swap' || name === 'big-with') continue; // below
  test(`${name} (${about}): ${blocks || 'no'} readers`, async () => {
    await tab.goto(pages.url(name));
    if (blocks === 0) {
      await lookedAt(tab, message);
      await readers(driver, tab, 1);
      return;
    }
    await readerWith(driver, tab, TEXT);
    // Several are covered as they come near: the page is scrolled through.
    await until(`${blocks} readers`, async () => {
      await tab.evaluate(() => scrollBy(0, 300));
      return (await driver.frames(tab, 'reader.html')).length === blocks;
    });
    if (name === 'several') {
      await readerWith(driver, tab, SIGNED);
      await readerWith(driver, tab, 'Carol <carol@example.test>');
    }
  });
}

test('a message in the middle of 20,000 nodes is covered when it comes into view', async () => {
  await tab.goto(pages.url('big-with'));
  await until('the message is read', async () => {
    await tab.rect('#m');
    const [frame] = await driver.frames(tab, 'reader.html');
    return frame && (await glance(frame)).includes(TEXT);
  });
});

test('a webmail that swaps its content: each message is found, each frame goes with its message', async () => {
  await tab.goto(pages.url('swap'));
  for (const way of ['#show', '#redraw', '#late', '#at-once', '#in-place']) {
    await tab.click(way);
    await readerWith(driver, tab, TEXT);
    await readers(driver, tab, 1);
    if (way === '#in-place') break;
    if (way === '#show') continue; // "Redraw" replaces what is shown
    await tab.click('#list');
    await readers(driver, tab, 0).catch(() => undefined);
    await until('the frame has gone', async () => (await driver.frames(tab, 'reader.html')).length === 0);
  }
});

/** Puts a page of the test's own and goes there. */
async function goTo(path: string, body: string): Promise<void> {
  web.put(path, html(body));
  await tab.goto(hostile(path));
}

/** A reader that shows this, and no other. */
async function onlyReader(text: string): Promise<void> {
  await readerWith(driver, tab, text);
  await readers(driver, tab, 1);
  await readerWith(driver, tab, text);
}

test('texts that are made to be slow to look at hold nothing up', async () => {
  const parts = [
    `-----BEGIN${'\ufeff'.repeat(60)}x`,
    `${'>'.repeat(50_000)}${' -----END PGP MESSAGE-----'.repeat(16_000)}`,
    `x${' -----BEGIN PGP MESSAGE-----'.repeat(16_000)}`,
  ];
  await goTo('/slow', `${parts.map((part) => `<p>${part}</p>`).join('')}<pre>${escaped(message)}</pre>`);
  await tab.evaluate(() => document.querySelector('pre')?.scrollIntoView());
  await readerWith(driver, tab, TEXT);
});

test('a webmail that has one frame for all mails: the reader of a mail goes with it', async () => {
  const other = gpg.encrypt('Of another mail.', [bob.fingerprint]);
  const inFrame = (armor: string) => `<pre>${escaped(armor)}</pre>`;
  const next = (how: string) => `<button onclick="${escaped(how)}">next</button>`;
  const frame = (armor: string) => `<iframe srcdoc="${escaped(inFrame(armor))}" width="600" height="400"></iframe>`;
  const template = `<template>${frame(other)}</template>`;
  const old = "document.querySelector('iframe')";
  const fresh = "document.querySelector('template').content.firstChild.cloneNode()";
  for (const how of [`${old}.srcdoc = ${fresh}.srcdoc`, `${old}.replaceWith(${fresh})`]) {
    await goTo('/one-frame', `${frame(message)}${template}${next(how)}`);
    await onlyReader(TEXT);
    await tab.click('button');
    await onlyReader('Of another mail.');
  }
});

test('a frame that has gone is in the way of nothing: folded mails, switching off and on', async () => {
  const other = gpg.encrypt('It was folded.', [bob.fingerprint]);
  await goTo(
    '/gone',
    `<iframe srcdoc="${escaped(`<pre>${escaped(message)}</pre>`)}" width="600" height="400"></iframe><div id="room"></div>
    <template><details><summary>More</summary><pre>${escaped(other)}</pre></details></template>
    <button onclick="document.querySelector('iframe').remove(); document.querySelector('#room').append(
      document.querySelector('template').content.cloneNode(true))">next</button>`,
  );
  await onlyReader(TEXT);
  await tab.click('button');
  await readers(driver, tab, 0);
  await tab.click('summary');
  await onlyReader('It was folded.');
  await switchSite(driver, tab, false);
  await readers(driver, tab, 0);
  await switchSite(driver, tab);
  await onlyReader('It was folded.');
});

test('an editor whose frame has gone is in the way of nothing: the next one is offered, and switching off is whole', async () => {
  const inside = '<body contenteditable="true"><p>words</p></body>';
  await goTo(
    '/gone-editor',
    `<pre>${escaped(message)}</pre><div id="new-mail"><label>To <input id="to"></label><label>Subject <input></label>
    <iframe srcdoc="${escaped(inside)}" width="600" height="300"></iframe></div>
    <template><label>To <input></label><label>Subject <input></label><textarea id="body" rows="10" cols="70"></textarea></template>
    <button onclick="document.querySelector('#new-mail').replaceChildren(document.querySelector('template').content.cloneNode(true))">next</button>`,
  );
  await onlyReader(TEXT);
  const frame = await until('the editor in its frame', async () => {
    for (const one of await tab.frames()) if (await one.count('[contenteditable]').catch(() => 0)) return one;
    return null;
  });
  await frame.click('p');
  await until('the button is there', () => offerPlace(tab));
  await tab.click('button');
  await tab.click('#body');
  await until('the button is there again', () => offerPlace(tab));
  await switchSite(driver, tab, false);
  await readers(driver, tab, 0);
  assert.equal(await offerPlace(tab), null);
  await switchSite(driver, tab);
  await onlyReader(TEXT);
});

test('a mail that takes the place of one that was not in sight yet is the one that is read', async () => {
  const other = gpg.encrypt('The later one.', [bob.fingerprint]);
  const first = gpg.encrypt('The one in sight.', [bob.fingerprint]);
  await goTo(
    '/below',
    `<pre>${escaped(first)}</pre><p style="height: 4000px"></p><pre id="below">${escaped(message)}</pre>`,
  );
  // Both were found in one look.
  await until('the first is read', async () => {
    const [frame] = await driver.frames(tab, 'reader.html');
    return frame && (await glance(frame)).includes('The one in sight.');
  });
  await tab.evaluate((armor) => {
    const text = document.querySelector('#below')?.firstChild as Text;
    text.data = armor;
    text.parentElement?.scrollIntoView();
  }, other);
  await readerWith(driver, tab, 'The later one.');
  for (const frame of await driver.frames(tab, 'reader.html')) assert.ok(!(await glance(frame)).includes(TEXT));
});

test('two subjects in a list hide nothing between them', async () => {
  const row = (subject: string) => `<tr><td>eve</td><td>${subject}</td></tr>`;
  const rows = ['-----BEGIN PGP MESSAGE-----', 'Alice: meeting', '-----END PGP MESSAGE-----'].map(row).join('');
  const lines = message.split('\n').map((line) => `<tr><td>${escaped(line)}</td></tr>`);
  await goTo('/rows', `<table id="list">${rows}</table><table>${lines.join('')}</table>`);
  // A block with a row for each line is one all the same.
  await onlyReader(TEXT);
  assert.equal(
    await tab.evaluate(() => document.querySelector<HTMLElement>('#list')?.innerText.includes('meeting')),
    true,
  );
});

/** The field of a structure page, in whatever document it is. */
async function editor(name: PageName): Promise<{ view: View; selector: string }> {
  if (!name.startsWith('iframe')) return { view: tab, selector: '#body' };
  const view = await until('the editor in its frame', async () => {
    for (const frame of await tab.frames()) {
      const editable = await frame
        .evaluate(() => document.designMode === 'on' || document.body?.isContentEditable === true)
        .catch(() => false);
      if (editable) return frame;
    }
    return null;
  });
  return { view, selector: 'body' };
}

const heard = (): Promise<{ count: number; text: string }> =>
  tab.evaluate(() => {
    const output = document.querySelector('#heard') as HTMLOutputElement;
    return { count: Number(output.value), text: output.dataset.text ?? '' };
  });
const content = (view: View, field: string): Promise<string> =>
  view.evaluate((one) => {
    const element = document.querySelector(one) as HTMLTextAreaElement;
    return element.value ?? element.innerText;
  }, field);

for (const name of ['textarea', 'contenteditable', 'iframe-design', 'iframe-srcdoc', 'iframe-address'] as const) {
  test(`${name}: a selection is encrypted in place, the page notices, Ctrl+Z takes it back`, async () => {
    await tab.goto(pages.url(name));
    const { view, selector } = await editor(name);
    await view.click(selector);
    await view.type(DRAFT);
    await view.press('Control+a');
    const before = (await heard()).count;
    const typed = await content(view, selector);
    await driver.command(tab, 'encrypt-selection');
    // Guessed from the page; a frame with an address of its own is one by itself, and has no recipients.
    const whom = name === 'iframe-address' ? { recipients: 'bob@example.test' } : {};
    const window = await composer(driver, { sign: false, ...whom });
    await shows(window, 'bob@example.test');
    await shows(window, say('rcpt_own'));
    await shows(window, say('seen_warning', new URL(pages.url(name)).host));
    await encrypt(window);
    const armored = await until('the text is replaced', async () => {
      const now = await content(view, selector);
      return now.includes('END PGP MESSAGE') ? now : null;
    });
    assert.ok(!armored.includes('iron bridge'));
    assert.equal(gpg.decrypt(armored.replaceAll('\u00a0', ' ')).text.trim().replace(/\n\n+/g, '\n'), DRAFT);
    await until('the page was told', async () => {
      const { count, text } = await heard();
      return count > before && text.includes('END PGP MESSAGE');
    });
    await tab.front();
    await view.click(selector);
    await view.press('Control+z');
    await until('the text is back', async () => (await content(view, selector)) === typed);
    await view.press('Control+Shift+z');
    await until('and encrypted again', async () => (await content(view, selector)).includes('END PGP MESSAGE'));
  });
}

for (const name of ['textarea', 'contenteditable'] as const) {
  test(`${name}: a part of a line is encrypted on lines of its own, and the rest stays`, async () => {
    await tab.goto(pages.url(name));
    await tab.typeInto('#body', 'public secret words');
    await tab.evaluate(() => {
      const element = document.querySelector('#body') as HTMLTextAreaElement;
      if (element.setSelectionRange) return element.setSelectionRange(7, 13);
      const text = document.createTreeWalker(element, NodeFilter.SHOW_TEXT).nextNode() as Text;
      getSelection()?.setBaseAndExtent(text, 7, text, 13);
    });
    await driver.command(tab, 'encrypt-selection');
    await encrypt(await composer(driver, { sign: false }));
    const value = await until('it is replaced', async () => {
      const now = await content(tab, '#body');
      return now.includes('END PGP MESSAGE') ? now : null;
    });
    assert.match(value, /^public\s*\n-----BEGIN PGP MESSAGE-----\n[\s\S]*\n-----END PGP MESSAGE-----\s*\n\s?words$/);
    assert.equal(gpg.decrypt(value).text, 'secret');
  });
}

test('the text can be changed in the composer, out of sight of the page', async () => {
  await tab.goto(pages.url('textarea'));
  await tab.typeInto('#body', 'a draft');
  await tab.press('Control+a');
  await driver.command(tab, 'encrypt-selection');
  const window = await composer(driver, { sign: false });
  await button(window, say('edit_text')).click();
  await field(window, say('text')).fill('the last word');
  await encrypt(window);
  const value = await content(tab, '#body');
  assert.equal(gpg.decrypt(value).text, 'the last word');
  assert.ok(!(await heard()).text.includes('last word'));
});

test('a text that is longer than the window is shown whole, and its end is seen before it is encrypted', async () => {
  const long = Array.from({ length: 80 }, (_, line) => `line ${line}`).join('\n');
  web.put('/long', html(`<textarea id="body" rows="4" cols="40">${long}</textarea>`));
  await tab.goto(hostile('/long'));
  await tab.click('#body');
  await tab.press('Control+a');
  await driver.command(tab, 'encrypt-selection');
  const window = await composer(driver, { recipients: 'bob@example.test' });
  const { value, hidden } = await window.evaluate(() => {
    const field = document.querySelector('#text') as HTMLTextAreaElement;
    return { value: field.value, hidden: field.scrollHeight - field.clientHeight };
  });
  assert.equal(value, long);
  assert.equal(hidden, 0, 'no line of it is out of sight within its field');
  // As where the text is longer than the highest box: what is behind the field is in view, the end of the text is not.
  await window.evaluate(async () => {
    (document.querySelector('#text') as HTMLElement).style.height = '100px';
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  });
  await window.press('Control+Enter');
  await shows(window, say('text_unread'));
  // It stands below the text.
  await toggle(window, say('sign')).click();
  await window.press('Control+Enter');
  await until('the composer has closed', () => window.gone());
  assert.equal(gpg.decrypt(await content(tab, '#body')).text, long);
});

test('an address that is still in its field is one of the recipients, by Ctrl+Enter', async () => {
  web.put('/bare', html('<textarea id="body" rows="4" cols="40"></textarea>'));
  await tab.goto(hostile('/bare'));
  await tab.typeInto('#body', DRAFT);
  await tab.press('Control+a');
  await driver.command(tab, 'encrypt-selection');
  const window = await composer(driver, { sign: false });
  await field(window, 'Recipients').fill('bob@example.test');
  await window.press('Control+Enter');
  await until('the composer has closed', () => window.gone());
  assert.equal(gpg.decrypt(await content(tab, '#body')).text, DRAFT);
});

test('an address that is still in its field is one of the recipients, by the button', async () => {
  // The page names Bob, so that the button can be pressed; he is named once more.
  await tab.goto(pages.url('textarea'));
  await tab.typeInto('#body', DRAFT);
  await tab.press('Control+a');
  await driver.command(tab, 'encrypt-selection');
  const window = await composer(driver, { sign: false });
  await shows(window, say('rcpt_own'));
  await field(window, 'Recipients').fill('Bob <bob@example.test>');
  await encrypt(window);
  assert.equal(gpg.decrypt(await content(tab, '#body')).text, DRAFT);
});

test('the button beside a selection comes, goes with the selection, and stays away when it is not wanted', async () => {
  await tab.goto(pages.url('contenteditable'));
  await tab.typeInto('#body', 'some words');
  assert.equal(await offersEncryption(tab), false, 'nothing is selected');
  await tab.press('Control+a');
  await until('the button is there', () => offersEncryption(tab));
  await tab.press('Escape');
  await until('Escape puts it away', async () => !(await offersEncryption(tab)));
  await tab.press('Control+End');
  await tab.type(' and more');
  await tab.press('Control+a');
  await until('another selection brings it back', () => offersEncryption(tab));
  await tab.press('Control+End');
  await until('without selection there is none', async () => !(await offersEncryption(tab)));
  const wanted = async (): Promise<void> => {
    const settings = await driver.page('settings.html');
    await toggle(settings, say('set_button')).click();
    await shows(settings, say('saved'));
    await settings.close();
    await tab.front();
    await tab.goto(pages.url('contenteditable'));
    await tab.typeInto('#body', 'more words');
    await tab.press('Control+a');
  };
  await wanted();
  await lookedAt(tab, message);
  await readers(driver, tab, 1); // by then the button would have come
  assert.equal(await offersEncryption(tab), false);
  await wanted();
  await until('the button is there', () => offersEncryption(tab));
});

test('the button moves along when the page is scrolled, and comes back with its selection', async () => {
  web.put(
    '/scroll',
    html('<div id="body" contenteditable="true" style="margin: 300px 0 4000px">words to be encrypted</div>'),
  );
  await tab.goto(hostile('/scroll'));
  await tab.click('#body');
  await tab.press('Control+a');
  const scroll = (top: number) => tab.evaluate((to) => scrollTo({ top: to, behavior: 'instant' }), top);
  await scroll(0);
  let before = '';
  const top = await until('the button is there and rests', async () => {
    const now = await buttonPlace(tab);
    const rests = JSON.stringify(now) === before;
    before = JSON.stringify(now);
    return rests ? now : null;
  });
  await scroll(100);
  await until('it has moved along', async () => (await buttonPlace(tab))?.y === top.y - 100);
  await scroll(3000);
  await until('the selection is out of sight, and the button with it', async () => (await buttonPlace(tab)) === null);
  await scroll(0);
  await until('both are back', async () => (await buttonPlace(tab))?.y === top.y);
});

test('a text that changed meanwhile is not overwritten', async () => {
  await tab.goto(pages.url('textarea'));
  await tab.typeInto('#body', 'first thoughts');
  await tab.press('Control+a');
  await driver.command(tab, 'encrypt-selection');
  const window = await composer(driver, { sign: false });
  await shows(window, say('rcpt_own'));
  await tab.evaluate(() => {
    (document.querySelector('#body') as HTMLTextAreaElement).value = 'the page wrote something else';
  });
  await button(window, 'Encrypt').click();
  await shows(window, say('not_inserted'));
  assert.equal(await content(tab, '#body'), 'the page wrote something else');
  await window.close();
});

test('an editor that spoils what is inserted: the selection is there again, and so is all that was typed before it', async () => {
  await tab.goto(pages.url('contenteditable'));
  await tab.evaluate(spoil);
  await tab.click('#body p');
  await tab.type('The first sentence.\nThe second one.');
  await until('it was typed', async () => (await content(tab, '#body')).includes('The second one.'));
  await tab.press('Shift+Home');
  await until('it is selected', () => tab.evaluate(() => String(getSelection()) === 'The second one.'));
  await driver.command(tab, 'encrypt-selection');
  const window = await composer(driver, { sign: false });
  await shows(window, say('rcpt_own'));
  await button(window, 'Encrypt').click();
  await shows(window, say('not_inserted'));
  const left = await content(tab, '#body');
  assert.match(left, /The first sentence\.\s+The second one\./);
  assert.ok(!left.includes('BEGIN PGP'), left);
  await window.close();
});

test('Gmail: the sender is who stands outside of the text; Reply opens the window and its own form', async () => {
  await importKeys(driver, carol.public);
  await tab.front();
  await tab.goto(gmail.url);
  await switchSite(driver, tab);
  const frame = await readerWith(driver, tab, SIGNED);
  await shows(frame, say('summary_signed_by_sender', 'Carol <carol@example.test>'));
  await button(frame, say('reply')).click();
  const window = await driver.window('write.html');
  await until('its own form is open', async () => (await tab.count('[role="dialog"]')) === 1);
  await shows(window, SIGNED);
  await window.close();
});

test('OX App Suite: the sender is the address in its head, not the name and nothing in the frame of the text', async () => {
  const sender = gpg.key('Ox <ox@example.test>');
  const signed = gpg.clearsign(`${SIGNED}\n`, sender.fingerprint);
  const ox = await startPages({ message, signed, key: '' });
  try {
    await importKeys(driver, sender.public);
    await tab.front();
    await tab.goto(ox.url('sites/ox'));
    await switchSite(driver, tab);
    const frame = await readerWith(driver, tab, SIGNED);
    await shows(frame, say('summary_signed_by_sender', 'Ox <ox@example.test>'));
    // A name alone is no address, whatever it looks like.
    await tab.goto('about:blank');
    await tab.goto(`${ox.url('sites/ox')}#name`);
    await shows(await readerWith(driver, tab, SIGNED), say('summary_signed_sender_unknown', 'Ox <ox@example.test>'));
  } finally {
    ox.close();
  }
});
