// The whole of it, on a real webmail with a real mail server: alice writes, bob reads, gpg agrees with both.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button, type Driver, until } from '../harness/index.js';
import { arrived, Mailbox } from '../webmail/mailbox.js';
import { Roundcube } from '../webmail/roundcube.js';
import type { Webmail } from '../webmail/webmail.js';
import { block, type Correspondence, correspondence } from './support/correspondence.js';
import { composer, copyText, encrypt, readers, readerWith, shows } from './support/desk.js';
import { Gpg, type GpgKey } from './support/gpg.js';
import { dearmor, packets, Tag } from './support/packets.js';
import { pressBesideSelection } from './support/selection.js';
import { say } from './support/session.js';
import { importKeys, lockNow, switchSite, unlock } from './support/steps.js';

const ALICE = 'alice@example.test';
const BOB = 'bob@example.test';
const WORDS = 'Dear Bob,\n\nthe third door on the left, after dark.\n\nAlice';
let post: Correspondence<Mailbox>;
let roundcube: Webmail;
let gpg: Gpg;
let alice: GpgKey;
let bob: GpgKey;
let eve: GpgKey;
let hers: Driver;
let his: Driver;
let writing: Mailbox;
let reading: Mailbox;

before(async () => {
  const show = (mailbox: Mailbox, subject: string) => mailbox.preview(subject);
  post = await correspondence({ webmail: Roundcube, mailbox: Mailbox, show, on: false });
  ({ webmail: roundcube, gpg, hers, his, writing, reading } = post);
  ({ alice, bob, eve } = post.keys);
});
after(() => post?.close());

/** A mail past SMTP, with headers as told. */
function mail(subject: string, body: string, from = `Alice <${ALICE}>`): string {
  const date = new Date().toUTCString().replace('GMT', '+0000');
  return `From: ${from}\nTo: Bob <${BOB}>\nSubject: ${subject}\nDate: ${date}\nMessage-ID: <${subject.replaceAll(' ', '-')}@example.test>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n${body}\n`;
}

test('both switch Waxseal on for their webmail', async () => {
  await switchSite(hers, writing.view);
  await switchSite(his, reading.view);
});

test('plain text: the button beside the selection, signed; undone with Ctrl+Z, encrypted again, sent', async () => {
  await writing.compose();
  await writing.write({ to: BOB, subject: 'plain text', body: WORDS });
  await writing.selectAll();
  await pressBesideSelection(writing.view);
  const window = await composer(hers, { sign: true });
  await shows(window, BOB); // from Roundcube's field
  await shows(window, say('rcpt_ready'));
  await shows(window, say('seen_warning', new URL(roundcube.url).host));
  await encrypt(window);
  await until('the text is replaced', async () => (await writing.body()).includes('END PGP MESSAGE'));
  assert.ok(!(await writing.body()).includes('third door'));
  await writing.view.front();
  await writing.view.click('#composebody');
  await writing.view.press('Control+z');
  await until('the text is back', async () => (await writing.body()) === WORDS);
  await writing.view.press('Control+Shift+z');
  await until('and encrypted again', async () => (await writing.body()).includes('END PGP MESSAGE'));
  const draft = await writing.saveDraft('alice');
  assert.ok(!draft.includes('third door'), 'the draft on the server is the encrypted one');
  await writing.send();
  const raw = await arrived(roundcube, 'bob', 'plain text');
  const { text, signers } = gpg.decrypt(block(raw));
  assert.equal(
    packets(dearmor(block(raw))).filter(({ tag }) => tag === Tag.pkesk).length,
    2,
    'for bob, and for herself',
  );
  assert.match(gpg.run(['--list-packets'], block(raw)).toString(), /subpkt 35 /, 'it says whom it is meant for');
  assert.equal(text.trim(), WORDS);
  assert.deepEqual(
    signers.map((one) => one.slice(-40)),
    [alice.fingerprint],
  );
  await reading.inbox();
  const frame = await readerWith(his, await reading.preview('plain text'), 'the third door on the left');
  await shows(frame, say('summary_signed_by_sender', `Alice <${ALICE}>`));
  // Her own copy is one that she can read.
  const sent = roundcube.maildir('alice').messages('Sent');
  const copy = sent.find((one) => one.includes('Subject: plain text'));
  assert.ok(copy);
  roundcube.maildir('alice').put(mail('my copy', block(copy)));
  await writing.inbox();
  await readerWith(hers, await writing.preview('my copy'), 'the third door on the left');
});

test('HTML mail: TinyMCE in its frame, by the context menu', async () => {
  await writing.compose();
  const editor = await writing.html();
  await writing.write({ to: BOB, subject: 'rich text', body: 'The anchor lies under the oak.' }, editor);
  await writing.selectAll(editor);
  await hers.contextMenu(editor, 'body', { id: 'encrypt-selection', label: say('encrypt_selection') });
  const window = await composer(hers, { sign: true });
  await shows(window, say('rcpt_ready'));
  await encrypt(window);
  await until('the text is replaced', async () => (await editor.text()).includes('END PGP MESSAGE'));
  await writing.view.front();
  await editor.press('Control+z');
  await until('the text is back', async () => (await editor.text()).includes('anchor lies'));
  await editor.press('Control+Shift+z');
  await until('and encrypted again', async () => (await editor.text()).includes('END PGP MESSAGE'));
  await writing.send();
  const raw = await arrived(roundcube, 'bob', 'rich text');
  assert.equal(gpg.decrypt(block(raw)).text.trim(), 'The anchor lies under the oak.');
  await reading.inbox();
  const frame = await readerWith(his, await reading.preview('rich text'), 'The anchor lies under the oak.');
  await shows(frame, say('summary_signed_by_sender', `Alice <${ALICE}>`));
});

test('who is in Bcc can read it too, and nothing in the message names them', async () => {
  const carol = gpg.key('Carol <carol@example.test>');
  await importKeys(hers, carol.public);
  await writing.compose('carol@example.test');
  await writing.write({ to: BOB, subject: 'a silent reader', body: WORDS });
  await writing.selectAll();
  await hers.command(writing.view, 'encrypt-selection');
  const window = await composer(hers, { sign: true });
  await shows(window, say('seen_bcc'));
  const chips = (id: string) =>
    window.evaluate((field) => {
      const all = document.querySelector(`#${field}`)?.closest('.chips')?.querySelectorAll('.chip-text bdi');
      return [...(all ?? [])].map((chip) => chip.textContent);
    }, id);
  assert.deepEqual([await chips('recipients'), await chips('bcc')], [[BOB], ['carol@example.test']]);
  await encrypt(window);
  const armored = await until('the text is replaced', async () => {
    const body = await writing.body();
    return body.includes('END PGP MESSAGE') ? body : null;
  });
  const named = packets(dearmor(armored))
    .filter(({ tag }) => tag === Tag.pkesk)
    .map(({ body }) => /[^0]/.test(body.subarray(1, 9).toString('hex')));
  assert.deepEqual(named.sort(), [false, true, true], 'bob, alice herself, and somebody');
  const alone = new Gpg();
  try {
    alone.import(carol.secret + alice.public);
    // With what is inside: a signature can say whom it is meant for. Who has one key needs not try others in vain, which gpg
    // calls a failure of the whole.
    const listed = alone.run(['--list-packets'], armored).toString();
    assert.match(listed, /:signature packet:/);
    assert.doesNotMatch(listed, /subpkt 35 /);
    const { text, signers } = alone.decrypt(armored);
    assert.equal(text, WORDS);
    assert.deepEqual(signers, [alice.fingerprint]);
  } finally {
    alone.close();
  }
});

/** Puts a message from alice, made by gpg, into bob's inbox. */
const fromGpg = (subject: string, text: string): void =>
  roundcube.maildir('bob').put(mail(subject, gpg.encrypt(text, [bob.fingerprint], alice.fingerprint)));

test('bob goes from message to message in the preview beside the list, without a reload', async () => {
  fromGpg('a greeting', 'gpg says hello');
  fromGpg('a question', 'who holds the lamp?');
  fromGpg('an answer', 'the ferryman does');
  roundcube.maildir('bob').put(mail('no pgp here', 'Just text.'));
  await reading.inbox();
  for (const [subject, text] of [
    ['a question', 'who holds the lamp?'],
    ['a greeting', 'gpg says hello'],
    ['an answer', 'the ferryman does'],
  ] as const) {
    const preview = await reading.preview(subject);
    const frame = await readerWith(his, preview, text);
    await shows(frame, say('summary_signed_by_sender', `Alice <${ALICE}>`));
    await readers(his, preview, 1);
  }
  const plain = await reading.preview('no pgp here');
  assert.match(await plain.text('#messagebody'), /Just text/);
  await readers(his, reading.view, 0);
});

test('the frame is as high as its text: nothing is cut off and nothing scrolls inside', async () => {
  fromGpg('many lines', 'a line that is read to its end\n'.repeat(60));
  await reading.inbox();
  const frame = await readerWith(his, await reading.preview('many lines'), 'a line that is read to its end');
  let sizes: number[] = [];
  await until('it fits', async () => {
    sizes = await frame.evaluate(() => {
      const { scrollHeight, scrollWidth } = document.documentElement;
      return [scrollHeight - innerHeight, scrollWidth - innerWidth];
    });
    return sizes.every((one) => one <= 1);
  }).catch((error: unknown) => assert.fail(`${String(error)}: ${sizes.join(' and ')} pixels too much`));
  // Neither Roundcube's frame nor the length of the text hides from the browser that nothing lies over it.
  await copyText(frame);
});

test('a text that is signed but not encrypted is read, and the verdict says both', async () => {
  const signed = gpg.clearsign('The tide turns at six.\n- bring rope\nFrom the quay, Alice\n', alice.fingerprint);
  roundcube.maildir('bob').put(mail('signed only', signed));
  await reading.inbox();
  const frame = await readerWith(his, await reading.preview('signed only'), 'The tide turns at six.');
  await shows(frame, '- bring rope');
  await shows(frame, say('encrypted_no'));
  await shows(frame, say('summary_signed_by_sender', `Alice <${ALICE}>`));
});

test('the original is shown and covered again', async () => {
  fromGpg('covered', 'under the cover');
  await reading.inbox();
  const preview = await reading.preview('covered');
  const frame = await readerWith(his, preview, 'under the cover');
  const armor = () =>
    preview.evaluate(() => {
      const body = document.querySelector('#messagebody') as HTMLElement;
      return body.innerText.includes('BEGIN PGP MESSAGE');
    });
  await button(frame, say('show_original')).click();
  await until('the armor is drawn', armor);
  await button(frame, say('show_opened')).click();
  await until('it is covered', async () => !(await armor()));
});

// Who signed is compared with who sent (attacks I1 to I3).
const SENDERS: [
  string,
  string,
  'summary_signed_by_other' | 'summary_signed_sender_unknown' | 'summary_signed_by_sender',
][] = [
  ['signed by another', `Alice <${ALICE}>`, 'summary_signed_by_other'],
  ['the address of alice as a name', `"${ALICE}" <eve@example.test>`, 'summary_signed_by_sender'],
  [
    'a name that hides the address',
    `"Alice <${ALICE}>                    ." <eve@example.test>`,
    'summary_signed_by_sender',
  ],
  ['two senders', `Alice <${ALICE}>, Eve <eve@example.test>`, 'summary_signed_sender_unknown'],
];
for (const [subject, from, summary] of SENDERS) {
  test(`eve signs; ${subject}: the verdict names eve and never alice`, async () => {
    roundcube.maildir('bob').put(mail(subject, gpg.encrypt('send money', [bob.fingerprint], eve.fingerprint), from));
    await reading.inbox();
    const frame = await readerWith(his, await reading.preview(subject), 'send money');
    await shows(frame, say(summary, 'Eve <eve@example.test>'));
    const verdict = await frame.text('.verdict');
    assert.ok(!verdict.includes(ALICE), verdict);
  });
}

test('the keyboard command works in the compose page; a recipient without key is told before', async () => {
  await writing.compose();
  await writing.write({ to: 'nobody@example.test', subject: 'not sent', body: 'for nobody' });
  await writing.selectAll();
  await hers.command(writing.view, 'encrypt-selection');
  const window = await composer(hers);
  await shows(window, say('rcpt_no_key'));
  assert.equal(await button(window, 'Encrypt').enabled(), false);
  await window.close();
  assert.equal(await writing.body(), 'for nobody');
});

test('expired and revoked recipients are refused in words', async () => {
  const old = gpg.key('Olga <olga@example.test>', { at: '20200101T000000', expires: '1y' });
  const rita = gpg.key('Rita <rita@example.test>');
  gpg.revoke(rita.fingerprint);
  await importKeys(hers, old.public + gpg.exported(rita.fingerprint).public);
  await writing.compose();
  await writing.write({ to: BOB, subject: 'not sent either', body: 'for nobody' });
  await writing.selectAll();
  await hers.command(writing.view, 'encrypt-selection');
  const window = await composer(hers, { recipients: 'olga@example.test, rita@example.test' });
  await shows(window, say('reason_expired'));
  await shows(window, say('reason_revoked_hard'));
  assert.equal(await button(window, 'Encrypt').enabled(), false);
  await window.close();
});

// Last, because these lock the keys that the others need open.

test('alice has locked her key: it is asked for when it signs', async () => {
  await lockNow(hers);
  await writing.compose();
  await writing.write({ to: BOB, subject: 'locked at first', body: 'the bell rings twice' });
  await writing.selectAll();
  await hers.command(writing.view, 'encrypt-selection');
  const window = await composer(hers, { sign: true });
  await shows(window, say('rcpt_ready'));
  await encrypt(window, hers);
  const armored = await until('the text is replaced', async () => {
    const body = await writing.body();
    return body.includes('END PGP MESSAGE') ? body : null;
  });
  const { text, signers } = gpg.decrypt(armored);
  assert.equal(text, 'the bell rings twice');
  assert.deepEqual(
    signers.map((one) => one.slice(-40)),
    [alice.fingerprint],
  );
});

test('bob has locked his key: in the full page he unlocks once, and reads that the sender signed it', async () => {
  fromGpg('full page', 'the fourth door on the right');
  await lockNow(his);
  await reading.inbox();
  const view = await reading.open('full page');
  const [frame] = await readers(his, view, 1);
  assert.ok(frame);
  await button(frame, 'Unlock').click();
  await unlock(his);
  await shows(frame, 'the fourth door on the right');
  await shows(frame, say('summary_signed_by_sender', `Alice <${ALICE}>`));
  await shows(frame, say('encrypted_yes'));
});
