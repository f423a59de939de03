// Text of an encrypted message in a mail that is only signed: it is held back, also where its mark gets lost.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { EditorState } from 'prosemirror-state';
import { schema } from '../../extension/pages/write/editor/schema.js';
import { escapes } from '../../extension/pages/write/editor/secret.js';
import { button, field, toggle, until, type View } from '../harness/index.js';
import { readerWith, shows } from './support/desk.js';
import { type Inbox, inbox } from './support/inbox.js';
import { say } from './support/session.js';
import { escaped, page as html } from './support/site.js';
import { composeForm, editorText, typeText, write, writeWindow } from './support/write.js';

const TEXT = 'The ferry leaves at dawn.\nBring the ledger.';
const SIGNED = `${say('mode_signed')}${say('mode_signed_hint')}`;
let home: Inbox;

before(async () => {
  home = await inbox({ unlocked: true });
  const armored = home.gpg.encrypt(TEXT, [home.bob.fingerprint]);
  home.web.put('/message', html(`<pre>${escaped(armored)}</pre>`));
});
after(() => home?.close());

/** Answers the message from its reader. */
async function asked(how: 'reply' | 'forward'): Promise<View> {
  const { driver, tab, web } = home;
  await tab.front();
  await tab.goto(web.url('/message'));
  await button(await readerWith(driver, tab, 'ferry'), say(how)).click();
  return writeWindow(driver);
}

/** The same; its text is in the window, which makes a mail that is only signed. */
async function answer(how: 'reply' | 'forward'): Promise<View> {
  const window = await asked(how);
  // Nobody says who wrote it.
  if (how === 'reply') await button(window, say('doubt_quote')).click();
  await until('the text is there', async () => (await editorText(window)).includes('ledger'));
  await toggle(window, SIGNED).click();
  return window;
}

/** A button, pressed by keyboard: it goes with its notice, and the focus is somewhere where one can go on. */
async function pressed(window: View, name: string, focus: string): Promise<void> {
  await button(window, name).visible();
  await window.evaluate((text) => {
    [...document.querySelectorAll('button')].find((one) => one.textContent?.trim() === text)?.focus();
  }, name);
  await window.press('Enter');
  await button(window, name).absent();
  await until(`the focus is in ${focus}`, () =>
    window.evaluate((where) => document.activeElement?.matches(where) ?? false, focus),
  );
}

/** The window does not make a mail of it, and offers this. */
async function holdsBack(window: View, why: 'why_secret' | 'why_unmarked', offer: 'secret_remove' | 'unmarked_looked') {
  await button(window, say('sign_button')).click();
  await shows(window, say(why));
  await button(window, say(offer)).visible();
}

/** What is marked is taken out; the rest is held back until the user has looked through it. */
async function askedForTheRest(window: View, left: RegExp): Promise<void> {
  await button(window, say('secret_remove')).click();
  await until('the quotation is gone', async () => (await window.count('.editing blockquote')) === 0);
  assert.match(await editorText(window), left);
  await holdsBack(window, 'why_unmarked', 'unmarked_looked');
  await button(window, say('unmarked_looked')).click();
  await shows(window, say('signed_warning'));
  assert.match(await editorText(window), left, 'nothing else goes');
}

const lifted = async (window: View): Promise<boolean> =>
  (await window.text('.editing blockquote')).trim() === 'Bring the ledger.';

test('an answer as plain text, and back: what it quotes is known again', async () => {
  const window = await answer('reply');
  const plain = button(window, say('edit_plain'));
  await plain.click();
  await until('it is plain text', async () =>
    (await field(window, say('text')).value()).includes('\n> Bring the ledger.'),
  );
  await holdsBack(window, 'why_secret', 'secret_remove');
  await plain.click();
  await until('it can be formatted', async () => (await window.count('.editing blockquote')) === 1);
  await holdsBack(window, 'why_secret', 'secret_remove');
  await askedForTheRest(window, new RegExp(say('quote_earlier')));
  await window.close();
});

test('what is sent on as plain text stands in no quotation', async () => {
  const window = await answer('forward');
  await button(window, say('edit_plain')).click();
  await until('it is plain text', async () =>
    (await field(window, say('text')).value()).includes('\nBring the ledger.'),
  );
  await holdsBack(window, 'why_unmarked', 'unmarked_looked');
  await field(window, say('text')).fill('');
  await shows(window, say('signed_warning'));
  await window.close();
});

test('by keyboard: what is pressed in a notice takes the focus with it to where one goes on', async () => {
  const window = await answer('reply');
  await pressed(window, say('secret_encrypt'), 'input[name=mode][value=encrypted]');
  await toggle(window, SIGNED).click();
  await pressed(window, say('secret_remove'), '.editing');
  await window.close();
});

test('a line that the toolbar takes out of its quotation', async () => {
  const window = await answer('reply');
  await window.click('.editing blockquote p');
  await button(window, say('edit_quote')).click();
  await until('one line is out', () => lifted(window));
  await askedForTheRest(window, /The ferry leaves at dawn\./);
  await window.close();
});

test('a line that Backspace takes out of its quotation', async () => {
  const window = await answer('reply');
  // The window itself still puts the caret where an answer begins, and the editor puts it once more where it knows it to be,
  // some time after it got the focus: it has to stand there at two looks.
  let stood = false;
  await until('the caret stays in front of the line', async () => {
    if (!stood) {
      await window.click('.editing blockquote p');
      await window.press('Home');
    }
    const before = stood;
    stood = await window.evaluate(() => {
      const caret = getSelection();
      const line = caret?.anchorNode?.parentElement?.closest('.editing blockquote p');
      return line !== null && line !== undefined && caret?.isCollapsed === true && caret.anchorOffset === 0;
    });
    return before && stood;
  });
  await window.press('Backspace');
  await until('one line is out', () => lifted(window)).catch(async (error: unknown) => {
    throw new Error(`${String(error)}\nit is: ${await editorText(window)}`);
  });
  await askedForTheRest(window, /The ferry leaves at dawn\./);
  await window.close();
});

test('who writes beside a quotation, and takes it out, is asked nothing more', async () => {
  const window = await answer('reply');
  await window.click('.editing p');
  await window.press('Control+Home');
  await window.type('I will.');
  await holdsBack(window, 'why_secret', 'secret_remove');
  await button(window, say('secret_remove')).click();
  await shows(window, say('signed_warning'));
  assert.match(await editorText(window), /I will\./);
  await window.close();
});

/** Cuts the text out, the quotation with it. */
async function cut(window: View): Promise<void> {
  await window.click('.editing blockquote p');
  await window.press('Control+a');
  await window.press('Control+x');
  await until('it is cut out', async () => !(await editorText(window)).includes('ledger'));
}

/** Pastes something into the text. */
const paste = (window: View, type: string, words: string): Promise<void> =>
  window.evaluate(
    (kind, what) => {
      const data = new DataTransfer();
      data.setData(kind, what);
      const event = new Event('paste', { bubbles: true, cancelable: true });
      // Firefox takes none from a script when the event is made.
      document.querySelector('.editing')?.dispatchEvent(Object.defineProperty(event, 'clipboardData', { value: data }));
    },
    type,
    words,
  );

test('what was cut out comes back into a plain text: pasted, dropped, or by a step back', async () => {
  const window = await answer('reply');
  await cut(window);
  await shows(window, say('signed_warning'));
  await button(window, say('edit_plain')).click();
  await window.click('.plain-text');
  await window.press('Control+v');
  await until('it is pasted', async () => (await field(window, say('text')).value()).includes('ledger'));
  await holdsBack(window, 'why_secret', 'secret_remove');
  await button(window, say('secret_remove')).click();
  await button(window, say('unmarked_looked')).click();
  await shows(window, say('signed_warning'));
  for (const inputType of ['insertFromDrop', 'historyUndo']) {
    await window.evaluate((kind) => {
      const place = document.querySelector('.plain-text') as HTMLTextAreaElement;
      place.value = 'The ferry leaves at dawn.';
      place.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: kind }));
    }, inputType);
    await holdsBack(window, 'why_unmarked', 'unmarked_looked');
    await button(window, say('unmarked_looked')).click();
    await shows(window, say('signed_warning'));
  }
  await window.close();
});

test('what comes with its formatting from somewhere else may be of the message; of the own text it is known', async () => {
  const window = await answer('reply');
  await cut(window);
  await paste(window, 'text/html', '<p data-pm-slice="1 1 []">My own words.</p>');
  await until('it is pasted', async () => (await editorText(window)).includes('own words'));
  await shows(window, say('signed_warning'));
  // As copied in the reader of the message.
  await paste(window, 'text/html', '<p>The ferry leaves <b>at dawn</b>.</p>');
  await until('it is pasted', async () => (await editorText(window)).includes('dawn'));
  await holdsBack(window, 'why_unmarked', 'unmarked_looked');
  await window.close();
});

test('what is copied out of the message that is open, before any of it was quoted', async () => {
  const window = await asked('reply');
  await button(window, say('doubt_quote')).visible();
  await toggle(window, SIGNED).click();
  await paste(window, 'text/plain', 'The ferry leaves at dawn.');
  await until('it is pasted', async () => (await editorText(window)).includes('dawn'));
  await holdsBack(window, 'why_unmarked', 'unmarked_looked');
  await window.close();
});

test('what was cut out comes back as plain text: it is still known that it may be there', async () => {
  const window = await answer('reply');
  await cut(window);
  // As Ctrl+Shift+V does it: what comes has no marks.
  await paste(window, 'text/plain', 'The ferry leaves at dawn.');
  await until('it is there again', async () => (await editorText(window)).includes('dawn'));
  await holdsBack(window, 'why_unmarked', 'unmarked_looked');
  await window.close();
});

test('what came out of a quotation into a mail that is no answer is known in its draft as well', async () => {
  const { driver, tab, web } = home;
  web.put('/new', composeForm('textarea'));
  await tab.front();
  await tab.goto(web.url('/new'));
  const first = await write(driver, tab);
  await typeText(first, 'By the way: ');
  // As the editor of an answer copies a line out of its quotation.
  await first.evaluate(() => {
    const data = new DataTransfer();
    const line = document.createElement('p');
    line.textContent = 'The ferry leaves at dawn.';
    line.dataset.pmSlice = '1 1 ["quote",{"secret":true}]';
    data.setData('text/html', line.outerHTML);
    const event = new Event('paste', { bubbles: true, cancelable: true });
    const editor = document.querySelector('.editing');
    editor?.dispatchEvent(Object.defineProperty(event, 'clipboardData', { value: data }));
  });
  await until('it is pasted', async () => (await editorText(first)).includes('ferry'));
  await toggle(first, SIGNED).click();
  await holdsBack(first, 'why_unmarked', 'unmarked_looked');
  await button(first, say('close')).click();
  await button(first, say('close_keep')).click();
  await until('the window has closed', () => first.gone());
  const window = await write(driver, tab);
  await window.click('.drafts li button');
  await until('the text is back', async () => (await editorText(window)).includes('By the way: The ferry'));
  await holdsBack(window, 'why_unmarked', 'unmarked_looked');
  // Who has looked through it is asked no more.
  await button(window, say('unmarked_looked')).click();
  await shows(window, say('signed_warning'));
  await window.close();
});

test('a deletion from the own line into the quotation leaves the rest of that where it is not marked', () => {
  const own = schema.node('paragraph', null, schema.text('On 3 May, somebody wrote this to all of us:'));
  const quoted = schema.node('paragraph', null, schema.text('The ferry leaves at dawn.'));
  const before = schema.node('doc', null, [own, schema.node('quote', { secret: true }, [quoted])]);
  const { tr } = EditorState.create({ doc: before });
  // More goes of what stands before the quotation than comes there.
  tr.delete(3, own.nodeSize + 2 + 'The ferry leaves '.length);
  assert.match(tr.doc.textContent, /at dawn\./);
  assert.equal(escapes(before, tr.doc, tr.mapping), true);
});
