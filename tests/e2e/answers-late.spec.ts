// An answer for which the site has opened no form: a form that comes up later is another mail's, and what is quoted late is kept. And whom
// a form has in Bcc.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button, until, type View } from '../harness/index.js';
import { Answering, chips, TEXT } from './support/answering.js';
import { readerWith, shows } from './support/desk.js';
import { text } from './support/mime.js';
import { say, start } from './support/session.js';
import { escaped, page as html } from './support/site.js';
import { editorText, typeText, write, writeWindow } from './support/write.js';

const MAYOR = 'Dear mayor, the lamps are new.';
let at: Answering;
let tab: View;
before(async () => {
  at = await Answering.start();
  ({ tab } = at);
});
after(() => at?.close());

/** The tab goes to a page where somebody writes a mail to Carol, with Dave in Cc. */
async function another(): Promise<void> {
  const input = (id: string, value: string) => `<p><label>${id} <input id="${id}" value="${value}"></label></p>`;
  const fields = `${input('_to', 'carol@example.test')}${input('_cc', 'dave@example.test')}${input('_bcc', '')}`;
  const form = `<form>${fields}${input('compose-subject', 'Lamps')}
    <textarea id="composebody" rows="5" cols="40" aria-label="Message">${MAYOR}</textarea></form>`;
  await tab.front();
  await tab.goto(at.mails.put({ body: '<p>Write</p>', beside: form }));
}

const theirs = (): Promise<string[]> =>
  tab.evaluate(() =>
    ['_to', '_cc', 'compose-subject', 'composebody'].map(
      (id) => (document.getElementById(id) as HTMLInputElement | HTMLTextAreaElement).value,
    ),
  );
const UNTOUCHED = ['carol@example.test', 'dave@example.test', 'Lamps', MAYOR];

/** More time goes by than a site takes to open its form. */
const late = (window: View): Promise<void> =>
  window.evaluate(() => {
    const now = Date.now.bind(Date);
    Date.now = () => now() + 60_000;
  });

/** Puts the answer into the page, which asks first; goes back to the text then. */
async function asksFirst(window: View): Promise<void> {
  await window.front();
  await window.click('.editing');
  await window.press('Control+Enter');
  await shows(window, say('put_taken'));
  assert.deepEqual(await theirs(), UNTOUCHED);
  await button(window, say('back_to_writing')).click();
  await until('one can write', async () => (await window.count('form:not([hidden]) .editing')) === 1);
}

test('nothing of the other mail is lost', async () => {
  const window = await at.answer(at.mail(text(TEXT)), 'reply');
  await until('it is quoted', async () => (await editorText(window)).includes('ledger'));
  await late(window);
  await another();
  await asksFirst(window);
  await asksFirst(window);
  await window.close();
});

test('nobody whom the other mail goes to gets this one, and no trap is seen in them', async () => {
  const { driver, gpg, keys, mails } = at;
  const armored = gpg.encrypt(TEXT, [keys.bob.fingerprint], keys.alice.fingerprint);
  await tab.front();
  await tab.goto(mails.put({ body: `<div class="message-part"><pre>${escaped(armored)}</pre></div>` }));
  await button(await readerWith(driver, tab, 'ferry'), say('reply_all')).click();
  const window = await writeWindow(driver);
  await until('it is quoted', async () => (await editorText(window)).includes('ledger'));
  await late(window);
  const before = [await chips(window, 'to'), await chips(window, 'cc')];
  assert.deepEqual(before, [['alice@example.test'], []]);
  await another();
  await asksFirst(window);
  assert.deepEqual([await chips(window, 'to'), await chips(window, 'cc')], before);
  assert.ok(!(await window.text()).includes(say('reply_to_title')));
  await window.close();
});

test('what is quoted after one has begun to write is in the draft, too', async () => {
  const { driver, gpg, keys, web } = at;
  // Nobody says who wrote it: it is quoted when the user wants it.
  web.put('/message', html(`<pre>${escaped(gpg.encrypt(TEXT, [keys.bob.fingerprint]))}</pre>`));
  await tab.front();
  await tab.goto(web.url('/message'));
  await button(await readerWith(driver, tab, 'ferry'), say('reply')).click();
  const window = await writeWindow(driver);
  await button(window, say('doubt_quote')).visible();
  await typeText(window, 'Understood.');
  await shows(window, start('draft_kept'));
  await button(window, say('doubt_quote')).click();
  await until('it is quoted', async () => (await editorText(window)).includes('ledger'));
  await button(window, say('close')).click();
  await button(window, say('close_keep')).click();
  await until('the window has closed', () => window.gone());
  await tab.goto(web.url('/form'));
  const next = await write(driver, tab);
  await button(next, say('draft_continue')).click();
  await until('both are back', async () => /Understood\.[\s\S]*ledger/.test(await editorText(next)));
  await next.close();
});

test('the user whom the form of the site has in Bcc gets the answer as a copy; who else is there is named', async () => {
  const others = 'Carol <carol@example.test>';
  const window = await at.answerBlock('reply', 'alice@example.test', '', TEXT, `Bob <bob@example.test>, ${others}`);
  await until('a copy goes to bob', async () => (await chips(window, 'bcc')).join() === 'Bob <bob@example.test>');
  await shows(window, say('page_bcc', others));
  // Whom the user takes out again stays out, and is named as well.
  await button(window, say('remove_recipient', 'Bob <bob@example.test>')).click();
  await shows(window, say('page_bcc', `Bob <bob@example.test>, ${others}`));
  assert.deepEqual(await chips(window, 'bcc'), []);
  await window.close();
});
