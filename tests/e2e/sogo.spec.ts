// SOGo, the real one: alice writes, bob reads, gpg agrees with both. SOGo is one page that changes without a load, joins
// the lines of plain text by `<br>` alone, keeps addresses in chips, and its HTML editor is CKEditor 4.
//
// `Sogo.start()` (tests/webmail/sogo.ts) starts Debian's package with a database and a mail server of its own in a
// temporary folder, in three to five seconds; `SogoMailbox` uses it as a person does. To look at it: `cargo xtask run
// --webmail sogo`.

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { button, type Driver, field, until, type View } from '../harness/index.js';
import { Maildir } from '../webmail/maildir.js';
import { Sogo } from '../webmail/sogo.js';
import { arrived, SogoMailbox } from '../webmail/sogo-mailbox.js';
import {
  ALICE,
  BOB,
  block,
  type Correspondence,
  correspondence,
  EVE,
  NOTES,
  TEXT,
  wholeLetter,
} from './support/correspondence.js';
import { composer, encrypt, readers, readerWith, shows } from './support/desk.js';
import type { Gpg, GpgKey } from './support/gpg.js';
import { type Entity, encrypted, file, mail, multipart, type Outer, plain, signed, text } from './support/mime.js';
import { dearmor, packets, Tag } from './support/packets.js';
import { pressBesideSelection } from './support/selection.js';
import { say } from './support/session.js';
import { listed } from './support/steps.js';
import { addRecipient, finish, typeText, writeWindow } from './support/write.js';
import {
  answer,
  forwards,
  isAnswer,
  putsInto,
  readsWhole,
  sendsAsFile,
  sendsWhole,
  signs,
  writesEncrypted,
} from './support/written.js';

const WORDS = 'Dear Bob,\n\nthe third door on the left, after dark.\n\nAlice';
let post: Correspondence<SogoMailbox>;
let gpg: Gpg;
let alice: GpgKey;
let bob: GpgKey;
let eve: GpgKey;
let hers: Driver;
let his: Driver;
let writing: SogoMailbox;
let reading: SogoMailbox;

before(async () => {
  const show = (mailbox: SogoMailbox, subject: string) => mailbox.open(subject);
  // Her other key comes first: that alice signs is known from SOGo's form alone.
  const older = ['Her club <club@example.test>'];
  post = await correspondence({ webmail: Sogo, mailbox: SogoMailbox, show, older });
  ({ gpg, hers, his, writing, reading } = post);
  ({ alice, bob, eve } = post.keys);
});
after(() => post?.close());

/** Whole mails that the page was asked for. */
const sources = (driver: Driver): string[] =>
  driver.requests.map(({ url }) => url).filter((url) => /\/folderINBOX\/\d+$/.test(url));

test('inline: one message after the other, read in place without a load, and who signed', async () => {
  post.put('a greeting', plain(gpg.encrypt(`${TEXT}\n\nsecond line`, [bob.fingerprint], alice.fingerprint)));
  post.put('a question', plain(gpg.encrypt('who holds the lamp?', [bob.fingerprint], alice.fingerprint)));
  post.put('no pgp here', plain('Just text.'));
  const view = await reading.open('no pgp here');
  assert.match(await view.text('.msg-body'), /Just text/);
  // Whatever became of that would be there when the next ones are read.
  for (const [subject, words] of [
    ['a greeting', TEXT],
    ['a question', 'who holds the lamp?'],
  ] as const) {
    const frame = await post.read(subject, words);
    await shows(frame, say('summary_signed_by_sender', ALICE));
    await shows(frame, say('encrypted_yes'));
    await readers(his, view, 1);
  }
});

test('signed but not encrypted, in the text', async () => {
  post.put('signed only', plain(gpg.clearsign('The tide turns at six.\n- bring rope\nAlice\n', alice.fingerprint)));
  const frame = await post.read('signed only', 'The tide turns at six.');
  await shows(frame, '- bring rope');
  await shows(frame, say('encrypted_no'));
  await shows(frame, say('summary_signed_by_sender', ALICE));
});

// Who signed is compared with who sent; of two senders SOGo shows the first.
type Summary = `summary_signed_${'by_other' | 'by_sender' | 'sender_unknown'}`;
const SENDERS: [string, string, Summary][] = [
  ['signed by another', ALICE, 'summary_signed_by_other'],
  ['the address of alice as a name', '"alice@example.test" <eve@example.test>', 'summary_signed_by_sender'],
  ['a name that hides the address', `"${ALICE}                    ." <eve@example.test>`, 'summary_signed_by_sender'],
  ['two senders', `${ALICE}, ${EVE}`, 'summary_signed_sender_unknown'],
];
for (const [subject, from, summary] of SENDERS) {
  test(`eve signs; ${subject}: the verdict names eve and never alice`, async () => {
    post.put(subject, plain(gpg.encrypt('send money', [bob.fingerprint], eve.fingerprint)), { from });
    const frame = await post.read(subject, 'send money');
    await shows(frame, say(summary, EVE));
    const verdict = await frame.text('.verdict');
    assert.ok(!verdict.includes('alice@'), verdict);
  });
}

const TWO: [string, Partial<Outer>][] = [
  ['she first', { from: `${ALICE}, ${EVE}` }],
  ['in two lines', { from: `${ALICE},\r\n ${EVE}` }],
  ['in two fields', { more: [['From', EVE]] }],
  ['in a group', { from: `Friends: ${ALICE}, ${EVE};` }],
];
for (const [how, outer] of TWO) {
  test(`alice signs; two senders, ${how}: the verdict leaves open who sent`, async () => {
    const subject = `two, ${how}`;
    post.put(subject, plain(gpg.encrypt('send money', [bob.fingerprint], alice.fingerprint)), outer);
    await shows(await post.read(subject, 'send money'), say('summary_signed_sender_unknown', ALICE));
  });
}

test('the head of a mail is asked for once, and names its one sender however she writes herself', async () => {
  const names = ['"Bee, Alice @ work"', '=?utf-8?Q?=C3=84lice_=3Ceve=40example=2Etest=3E?=\r\n'];
  const blocks = ['the first of two', 'the second of two'].map((words) =>
    gpg.encrypt(words, [bob.fingerprint], alice.fingerprint),
  );
  for (const [at, name] of names.entries()) {
    const asked = sources(his).length;
    post.put(`alice, ${at}`, plain(blocks.join('\n\n')), { from: `${name} <Alice@example.test>` });
    const view = await reading.open(`alice, ${at}`);
    for (const words of ['the first of two', 'the second of two']) {
      await shows(await readerWith(his, view, words), say('summary_signed_by_sender', ALICE));
    }
    assert.equal(sources(his).length, asked + 1);
  }
});

test('in a window of its own SOGo names the mail as well', async () => {
  const armored = gpg.encrypt(TEXT, [bob.fingerprint], alice.fingerprint);
  for (const [subject, from, summary] of [
    ['by the window', ALICE, 'summary_signed_by_sender'],
    ['two by the window', `${ALICE}, ${EVE}`, 'summary_signed_sender_unknown'],
  ] as const) {
    post.put(subject, plain(armored), { from });
    await post.read(subject, TEXT);
    const alone = await his.tab(await reading.inWindow());
    await shows(await readerWith(his, alone, TEXT), say(summary, ALICE));
    await alone.close();
  }
});

test('what a search has found is named, too', async () => {
  post.put('lost and found', plain(gpg.encrypt(TEXT, [bob.fingerprint], alice.fingerprint)));
  post.put('found as a whole', encrypted(gpg, text(TEXT), [bob.fingerprint], alice.fingerprint));
  await post.read('found as a whole', TEXT);
  for (const subject of ['lost and found', 'found as a whole']) {
    const frame = await readerWith(his, await reading.search(subject), TEXT);
    await shows(frame, say('summary_signed_by_sender', ALICE));
  }
  await reading.inbox();
});

test('HTML of a mail that looks like a whole message of SOGo is no sender', async () => {
  const from = '<a ng-bind="::viewer.message.from[0].email">alice@example.test</a>';
  const armored = gpg.encrypt('send money', [bob.fingerprint], alice.fingerprint);
  const css = 'style="display: block; position: static; height: auto; min-height: 300px; overflow: visible"';
  const inner = `<div ${css}><div class="msg-body" ${css}><pre>${armored}</pre></div></div>`;
  const card = `<md-card ${css}><md-card-content ${css}>${from}${inner}</md-card-content></md-card>`;
  const face = `<div class="sg-face" ${css}>${card}</div>`;
  post.put('forged face', text(face, 'text/html'), { from: EVE });
  const frame = await post.read('forged face', 'send money');
  await shows(frame, say('summary_signed_by_other', ALICE));
});

test('HTML of a mail that looks like the head of SOGo is no sender', async () => {
  const head = '<a class="md-caption" ng-bind="::viewer.message.from[0].email">alice@example.test</a>';
  const armored = gpg.encrypt('send money', [bob.fingerprint], alice.fingerprint);
  post.put('forged head', text(`${head}<pre>${armored}</pre>`, 'text/html'), { from: EVE });
  const frame = await post.read('forged head', 'send money');
  await shows(frame, say('summary_signed_by_other', ALICE));
});

test('PGP/MIME: encrypted, where SOGo shows nothing; its picture is drawn, its file is the one that was sent', async () => {
  post.put('all of it', encrypted(gpg, wholeLetter(), [bob.fingerprint], alice.fingerprint));
  const frame = await post.read('all of it', say('encrypted_yes'));
  await readsWhole(frame, post);
});

test('PGP/MIME: signed; altered, it is not what alice signed', async () => {
  // Blanks at line ends and a tab: what a view of the source would lose.
  const lines = entityOf8Bit('Grüße  \r\n\t\r\nup to the lock \r\n');
  post.put('signed for all', signed(gpg, multipart('mixed', [lines, text(TEXT)]), alice.fingerprint));
  const frame = await post.read('signed for all', TEXT);
  await shows(frame, say('summary_signed_by_sender', ALICE));
  await shows(frame, say('encrypted_no'));
  post.put('signed and altered', signed(gpg, plain('Pay 100 euro.'), alice.fingerprint).replace('100', '900'));
  await shows(await post.read('signed and altered', 'Pay 900 euro.'), say('summary_bad_signature'));
});

/** Text in UTF-8 as it is. */
function entityOf8Bit(content: string): Entity {
  return `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${content}`;
}

test('in a folder whose name SOGo writes in another way in addresses', async () => {
  const name = "Lock_1 #a+b@c's, *:";
  const { folder, owner } = post.webmail.maildir('bob');
  const box = new Maildir(path.join(folder, `.${name}`), owner);
  box.put(mail({ from: ALICE, to: BOB, subject: 'put away' }, encrypted(gpg, text(TEXT), [bob.fingerprint])));
  const armored = gpg.encrypt('another text', [bob.fingerprint], alice.fingerprint);
  box.put(mail({ from: ALICE, to: BOB, subject: 'in the text' }, plain(armored)));
  await reading.folder(name);
  await post.read('put away', TEXT);
  const frame = await post.read('in the text', 'another text');
  await shows(frame, say('summary_signed_by_sender', ALICE));
  await reading.inbox();
});

test('in a folder inside of another', async () => {
  const { folder, owner } = post.webmail.maildir('bob');
  const [outer, inner] = ['.Attic', '.Attic.Old trunk'].map((name) => new Maildir(path.join(folder, name), owner));
  outer?.put(mail({ from: ALICE, to: BOB, subject: 'on the stairs' }, plain('Just text.')));
  inner?.put(mail({ from: ALICE, to: BOB, subject: 'at the bottom' }, encrypted(gpg, text(TEXT), [bob.fingerprint])));
  const armored = gpg.encrypt('another text', [bob.fingerprint], alice.fingerprint);
  inner?.put(mail({ from: ALICE, to: BOB, subject: 'below it' }, plain(armored)));
  await reading.folder('Old trunk', 'Attic');
  await post.read('at the bottom', TEXT);
  assert.ok(his.requests.some(({ url }) => /\/folderAttic\/folderOld_SP_trunk\/\d+$/.test(url)));
  const frame = await post.read('below it', 'another text');
  await shows(frame, say('summary_signed_by_sender', ALICE));
  await reading.inbox();
});

test('a mail without OpenPGP is left to SOGo: its source is not asked for', async () => {
  const asked = sources(his).length;
  post.put(
    'nothing secret',
    multipart('mixed', [plain('Just words.'), file('a.bin', 'application/octet-stream', NOTES)]),
  );
  const view = await reading.open('nothing secret');
  assert.match(await view.text('.msg-body'), /Just words/);
  await readers(his, view, 0);
  // The next one is asked for, so that a request for this one would have been seen by now.
  post.put('after it', encrypted(gpg, text('the next one'), [bob.fingerprint]));
  await post.read('after it', 'the next one');
  assert.equal(sources(his).length, asked + 1);
});

test('a key in a mail is imported', async () => {
  const carol = gpg.key('Carol <carol@example.test>');
  post.put('my key', plain(`Here is my key.\n\n${carol.public}`));
  const view = await reading.open('my key');
  const frame = await readerWith(his, view, say('block_title_one'));
  await shows(frame, 'carol@example.test');
  await button(frame, 'Import').click();
  const page = await his.window('keys.html');
  await until('the preview shows it', async () => (await page.text('.preview')).includes('carol@example.test'));
  await button(page, 'Import').click();
  await listed(page, 'carol@example.test');
  await page.close();
});

/** Lets alice's HTML preference be set back, whatever happens. */
const inHtml = async (work: (editor: View) => Promise<void>): Promise<void> => {
  await writing.prefer('html');
  try {
    await writing.compose();
    await work(await writing.html());
  } finally {
    await writing.prefer('text');
  }
};

test('plain text: the button beside the selection, signed; undone with Ctrl+Z, and again; sent and read', async () => {
  await writing.compose();
  await writing.write({ to: 'bob@example.test', subject: 'plain text', body: WORDS });
  await writing.selectAll();
  await pressBesideSelection(writing.view);
  const window = await composer(hers, { sign: true });
  await shows(window, 'bob@example.test'); // from SOGo's chip
  await shows(window, say('rcpt_ready'));
  await encrypt(window);
  await until('the text is replaced', async () => (await writing.body()).includes('END PGP MESSAGE'));
  await writing.view.front();
  await writing.view.click('textarea[name="content"]');
  await writing.view.press('Control+z');
  await until('the text is back', async () => (await writing.body()) === WORDS);
  await writing.view.press('Control+Shift+z');
  await until('and encrypted again', async () => (await writing.body()).includes('END PGP MESSAGE'));
  await writing.send();
  const sent = gpg.decrypt(block(await arrived(post.webmail, 'bob', 'plain text')));
  assert.equal(sent.text.trim(), WORDS);
  assert.deepEqual(sent.signers, [alice.fingerprint]);
  const frame = await post.read('plain text', 'the third door on the left');
  await shows(frame, say('summary_signed_by_sender', ALICE));
});

test('HTML mail: CKEditor in its frame', async () => {
  await inHtml(async (editor) => {
    await writing.write(
      { to: 'bob@example.test', subject: 'rich text', body: 'The anchor lies under the oak.' },
      editor,
    );
    await writing.selectAll(editor);
    // By keyboard: CKEditor has a menu of its own in place of the browser's.
    await hers.command(writing.view, 'encrypt-selection');
    const window = await composer(hers, { sign: true });
    await shows(window, say('rcpt_ready'));
    await encrypt(window);
    await until('the text is replaced', async () => (await editor.text()).includes('END PGP MESSAGE'));
    await writing.view.front();
    await writing.send();
  });
  const raw = await arrived(post.webmail, 'bob', 'rich text');
  assert.ok(!raw.includes('anchor'), raw);
  const frame = await post.read('rich text', 'The anchor lies under the oak.');
  await shows(frame, say('summary_signed_by_sender', ALICE));
});

test('a whole mail, written in our window with picture and file: SOGo sends it, bob reads it, and so does gpg', async () => {
  await sendsWhole(post);
});

test('signed only, with a file: SOGo sends what was signed', async () => {
  await signs(post, true);
});

test('as an attached file, with Cc; a second version takes the place of the first', async () => {
  await sendsAsFile(post);
});

test('Bcc: SOGo sends to both, and what the one gets says nothing of the other', async () => {
  await writing.compose();
  const window = await writesEncrypted(post);
  await addRecipient(window, say('header_to'), ALICE);
  await button(window, say('add_bcc')).click();
  await addRecipient(window, say('header_bcc'), BOB);
  await field(window, say('header_subject')).fill('Between us');
  await typeText(window, TEXT);
  await finish(window);
  const { to, bcc } = await writing.form();
  assert.match(to, /^[^,]*alice@example\.test[^,]*$/);
  assert.match(bcc, /^[^,]*bob@example\.test[^,]*$/);
  // Nobody shall be written to unseen: the folded field is open.
  assert.ok(await writing.unfolded('bcc'));
  const before = post.webmail.maildir('alice').names();
  await post.sent(writing, 'bob');
  const copy = await until('alice receives it', () => post.webmail.maildir('alice').messages('', before).at(-1));
  const { text: inner } = gpg.decrypt(block(copy));
  assert.match(inner, /The barge goes up/);
  for (const words of [copy, inner]) assert.doesNotMatch(words, /bob@|^bcc:/im);
  // Nor do the packets name his key: of his there is one that says for nobody.
  const keys = packets(dearmor(block(copy))).filter(({ tag }) => tag === Tag.pkesk);
  const ids = keys.map(({ body }) => body.subarray(1, 9).toString('hex'));
  assert.deepEqual([ids.length, ids.filter((id) => /^0+$/.test(id)).length], [2, 1]);
});

test('bob replies from the reader: SOGo opens its form, which gets the answer encrypted', async () => {
  post.put('shall we', encrypted(gpg, text(TEXT), [bob.fingerprint], alice.fingerprint));
  const window = await answer(his, await post.read('shall we', TEXT), 'reply');
  await window.type('We shall.');
  await finish(window);
  const { to } = await reading.form();
  assert.match(to, /^[^,]*alice@example\.test[^,]*$/);
  isAnswer(await post.sent(reading, 'alice'), /We shall\./, post);
});

test('bob replies to all: recipients and subject come from the form that SOGo opens', async () => {
  const more: [string, string][] = [['Cc', EVE]];
  post.put('for all of us', plain(gpg.encrypt(TEXT, [bob.fingerprint], alice.fingerprint)), { more });
  const frame = await post.read('for all of us', TEXT);
  await button(frame, say('reply_all')).click();
  const window = await writeWindow(his);
  await shows(window, 'alice@example.test');
  await shows(window, 'eve@example.test');
  assert.equal(await field(window, say('header_subject')).value(), 'Re: for all of us');
  await typeText(window, 'Let us go.');
  await finish(window);
  const { to, cc } = await reading.form();
  assert.match(
    `${to},${cc}`.split(',').filter(Boolean).sort().join(),
    /^[^,]*alice@example\.test[^,]*,[^,]*eve@example\.test[^,]*$/i,
  );
  const { text: source } = gpg.decrypt(await reading.body());
  assert.match(source, /Let us go\./);
  // There is no eve on this server.
  await reading.view.front();
  await reading.cancel();
});

test('bob forwards with picture and file of the original', async () => {
  post.put('for eve too', encrypted(gpg, wholeLetter(), [bob.fingerprint], alice.fingerprint));
  await forwards(await answer(his, await post.read('for eve too', 'notes.bin'), 'forward'), post);
});

test('HTML: the whole mail goes into CKEditor', async () => {
  await inHtml(async (editor) => {
    await putsInto(editor, 'Into the rich one', post);
    await writing.send();
  });
  const frame = await post.read('Into the rich one', TEXT);
  await shows(frame, say('summary_signed_by_sender', ALICE));
});
