// The whole of it, on a real webmail with a real mail server: alice writes, bob reads, gpg agrees with both.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button, type Driver, until } from '../harness/index.js';
import { arrived, Mailbox } from '../webmail/mailbox.js';
import { Roundcube } from '../webmail/roundcube.js';
import { composer, encrypt, readers, readerWith, shows } from './support/desk.js';
import { Gpg, type GpgKey } from './support/gpg.js';
import { dearmor, packets, Tag } from './support/packets.js';
import { pressBesideSelection } from './support/selection.js';
import { browser, say } from './support/session.js';
import { importKeys, lockNow, PASSPHRASE, switchSite, unlock } from './support/steps.js';

const ALICE = 'alice@example.test';
const BOB = 'bob@example.test';
const WORDS = 'Dear Bob,\n\nthe third door on the left, after dark.\n\nAlice';
let roundcube: Roundcube;
let gpg: Gpg;
let alice: GpgKey;
let bob: GpgKey;
let eve: GpgKey;
// Two people, two computers.
let hers: Driver;
let his: Driver;
let writing: Mailbox;
let reading: Mailbox;

before(async () => {
  gpg = new Gpg();
  [alice, bob, eve] = [`Alice <${ALICE}>`, `Bob <${BOB}>`, 'Eve <eve@example.test>'].map((id) => gpg.key(id)) as [
    GpgKey,
    GpgKey,
    GpgKey,
  ];
  [roundcube, hers, his] = await Promise.all([Roundcube.start(), browser(), browser()]);
  const prepare = async (driver: Driver, account: 'alice' | 'bob', secret: GpgKey, contacts: GpgKey[]) => {
    await importKeys(driver, secret.secret, PASSPHRASE);
    await importKeys(driver, contacts.map((key) => key.public).join('\n'));
    return Mailbox.login(await driver.tab(), roundcube, account);
  };
  [writing, reading] = await Promise.all([
    prepare(hers, 'alice', alice, [bob]),
    prepare(his, 'bob', bob, [alice, eve]),
  ]);
});
after(async () => {
  await Promise.all([hers?.close(), his?.close()]);
  await roundcube?.stop();
  gpg?.close();
});

/** The armored block of a raw message's text part. */
function block(raw: string): string {
  const text = /quoted-printable/i.test(raw)
    ? raw
        .replace(/=\n/g, '')
        .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : raw;
  const found = /-----BEGIN PGP MESSAGE-----[\s\S]*?-----END PGP MESSAGE-----/.exec(text)?.[0];
  assert.ok(found, raw);
  return found;
}

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
  await encrypt(window, hers);
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
  assert.equal(text.trim(), WORDS);
  assert.deepEqual(
    signers.map((one) => one.slice(-40)),
    [alice.fingerprint],
  );
});

test('bob opens it in the full page, unlocks once, and reads that the sender signed it', async () => {
  await lockNow(his);
  await reading.inbox();
  const view = await reading.open('plain text');
  const [frame] = await readers(his, view, 1);
  assert.ok(frame);
  await button(frame, 'Unlock').click();
  await unlock(his);
  await shows(frame, 'the third door on the left');
  await shows(frame, say('summary_signed_by_sender', `Alice <${ALICE}>`));
  await shows(frame, say('encrypted_yes'));
});

test('the frame is as high as its text: nothing is cut off and nothing scrolls inside', async () => {
  const view = reading.view;
  const frame = await readerWith(his, view, 'the third door');
  let sizes: number[] = [];
  await until('it fits', async () => {
    sizes = await frame.evaluate(() => {
      const { scrollHeight, scrollWidth } = document.documentElement;
      return [scrollHeight - innerHeight, scrollWidth - innerWidth];
    });
    return sizes.every((one) => one <= 1);
  }).catch((error: unknown) => assert.fail(`${String(error)}: ${sizes.join(' and ')} pixels too much`));
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
});

test('bob reads it in the preview beside the list, and goes from message to message without a reload', async () => {
  const maildir = roundcube.maildir('bob');
  maildir.put(mail('from gpg', gpg.encrypt('gpg says hello', [bob.fingerprint], alice.fingerprint)));
  maildir.put(mail('no pgp here', 'Just text.'));
  await reading.inbox();
  for (const [subject, text] of [
    ['rich text', 'The anchor lies under the oak.'],
    ['from gpg', 'gpg says hello'],
    ['plain text', 'the third door on the left'],
  ] as const) {
    const preview = await reading.preview(subject);
    const frame = await readerWith(his, preview, text);
    await shows(frame, say('summary_signed_by_sender', `Alice <${ALICE}>`));
    assert.equal((await his.frames(preview, 'reader.html')).length, 1);
  }
  const plain = await reading.preview('no pgp here');
  assert.match(await plain.text('#messagebody'), /Just text/);
  assert.deepEqual(await his.frames(reading.view, 'reader.html'), []);
});

test('the original is shown and covered again', async () => {
  const preview = await reading.preview('from gpg');
  const frame = await readerWith(his, preview, 'gpg says hello');
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
  await writing.view.front();
  await writing.selectAll();
  await hers.command(writing.view, 'encrypt-selection');
  const window = await composer(hers, { recipients: 'olga@example.test, rita@example.test' });
  await shows(window, say('reason_expired'));
  await shows(window, say('reason_revoked_hard'));
  assert.equal(await button(window, 'Encrypt').enabled(), false);
  await window.close();
});

test('alice reads her own sent copy', async () => {
  const sent = roundcube
    .maildir('alice')
    .messages('Sent')
    .find((raw) => raw.includes('Subject: plain text'));
  assert.ok(sent);
  roundcube.maildir('alice').put(mail('my copy', block(sent)));
  await writing.inbox();
  const frame = await readerWith(hers, await writing.preview('my copy'), 'the third door on the left');
  assert.ok(frame);
});
