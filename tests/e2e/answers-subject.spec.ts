// A subject that came encrypted, in whichever form: it does not go out in clear with an answer.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button, field, toggle, until, type View } from '../harness/index.js';
import { Answering, chips, TEXT } from './support/answering.js';
import { shows } from './support/desk.js';
import { encrypted, type Fields, mail, protectedHeaders, protectedHeadersV1, text } from './support/mime.js';
import { say } from './support/session.js';
import { editorText } from './support/write.js';

let at: Answering;

before(async () => {
  at = await Answering.start();
});
after(() => at?.close());

const SUBJECT: Fields = [['Subject', 'The real subject']];
const ALL: Fields = [['From', 'Alice <alice@example.test>'], ['To', 'Bob <bob@example.test>'], ...SUBJECT];

/** A mail of which the subject alone was protected, as some programs make it; outside stands this one. */
function subjectAlone(outside: string): string {
  const { alice, bob } = at.keys;
  const inside = protectedHeadersV1(text(TEXT), SUBJECT);
  const outer = { from: 'Alice <alice@example.test>', to: 'Bob <bob@example.test>', subject: outside };
  return mail(outer, encrypted(at.gpg, inside, [bob.fingerprint], alice.fingerprint));
}

const subject = (window: View): Promise<string> => field(window, say('header_subject')).value();
const hidden = (window: View): Promise<boolean> => toggle(window, say('hide_subject')).checked();

test('where nothing but the subject was protected it is hidden in the answer; signed only, it is taken out', async () => {
  const window = await at.answer(subjectAlone('...'), 'reply');
  await until('it is quoted', async () => (await editorText(window)).includes('ledger'));
  assert.equal(await subject(window), 'Re: The real subject');
  assert.equal(await hidden(window), true);
  await toggle(window, `${say('mode_signed')}${say('mode_signed_hint')}`).click();
  await button(window, say('secret_remove')).click();
  await until('the quotation is gone', async () => !(await editorText(window)).includes('ferry'));
  assert.equal(await subject(window), '');
  await window.close();
});

test('with a letter more it is still the subject that came encrypted; who begins it anew is asked nothing', async () => {
  const window = await at.answer(subjectAlone('...'), 'reply');
  await until('it is quoted', async () => (await editorText(window)).includes('ledger'));
  await field(window, say('header_subject')).click();
  await window.press('End');
  await window.type('!');
  await until('it is longer', async () => (await subject(window)) === 'Re: The real subject!');
  await toggle(window, `${say('mode_signed')}${say('mode_signed_hint')}`).click();
  await button(window, say('secret_remove')).click();
  await until('the quotation is gone', async () => !(await editorText(window)).includes('ferry'));
  assert.equal(await subject(window), '');
  await field(window, say('header_subject')).fill('Lamps');
  await shows(window, say('signed_warning'));
  await window.close();
});

test('a subject that stands outside as well is no secret', async () => {
  const window = await at.answer(subjectAlone('The real subject'), 'reply');
  await until('it is quoted', async () => (await editorText(window)).includes('ledger'));
  assert.equal(await subject(window), 'Re: The real subject');
  assert.equal(await hidden(window), false);
  await window.close();
});

for (const [what, entity] of [
  ['a block that holds a whole mail', () => protectedHeaders(text(TEXT), ALL, 'cipher', [['Subject', '[...]']])],
  ['a block that holds a mail with its subject alone', () => protectedHeadersV1(text(TEXT), SUBJECT)],
] as const) {
  test(`${what}: the answer goes to its sender, and the form of the site gets no subject of it`, async () => {
    const window = await at.answerBlock('reply', 'alice@example.test', '', entity());
    await until('it goes to alice', async () => /alice@example\.test/.test((await chips(window, 'to')).join()));
    assert.equal(await subject(window), 'Re: The real subject');
    assert.equal(await hidden(window), true);
    await window.type('I will.');
    await window.press('Control+Enter');
    await shows(window, say('there'));
    const form = await at.tab.evaluate(() =>
      ['_to', 'compose-subject', 'composebody'].map((id) => (document.getElementById(id) as HTMLInputElement).value),
    );
    assert.match(form[0] ?? '', /alice@example\.test/);
    assert.equal(form[1], '[...]');
    const inside = at.gpg.decrypt(form[2] ?? '').text;
    assert.match(inside, /^Subject: Re: The real subject\r?$/m);
    await button(window, say('go_to_webmail')).click();
    await until('the window has closed', () => window.gone());
  });
}

test('a block that holds a mail, signed only: its subject is taken out with its text', async () => {
  const window = await at.answerBlock('reply', 'alice@example.test', '', protectedHeadersV1(text(TEXT), SUBJECT));
  await toggle(window, `${say('mode_signed')}${say('mode_signed_hint')}`).click();
  await button(window, say('sign_button')).click();
  await shows(window, say('why_secret'));
  await button(window, say('secret_remove')).click();
  await until('the quotation is gone', async () => !(await editorText(window)).includes('ferry'));
  assert.equal(await subject(window), '');
  await window.close();
});
