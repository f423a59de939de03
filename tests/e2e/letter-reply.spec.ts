// Replies that are written in a letter, and other messages that one letter opens.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { button, field, toggle, until, type View } from '../harness/index.js';
import { shows } from './support/desk.js';
import { Gpg } from './support/gpg.js';
import { ALICE, CAROL, Letters, NOTES, TEXT, tryPassword, WORD } from './support/letter.js';
import { text } from './support/mime.js';
import { isArgon2 } from './support/packets.js';
import { say } from './support/session.js';
import { importKeys, PASSPHRASE, unlockKey } from './support/steps.js';

let letters: Letters;

before(async () => {
  letters = await Letters.start();
});
after(() => letters?.close());

const REPLY = 'Die Wehrklappe ist offen.\nSee you on Thursday.';

/** Opens the form of a reply and writes into it. */
async function write(view: View, words: string): Promise<void> {
  await tryPassword(view);
  await button(view, say('letter_reply')).click();
  await field(view, say('letter_reply_text')).fill(words);
}

/** Encrypts what was written, and has the browser save it. */
async function given(view: View): Promise<string> {
  await button(view, say('letter_reply_encrypt')).click();
  await shows(view, say('letter_reply_done'));
  return (
    await letters.saved(view, 'reply.asc', () => button(view, say('letter_reply_save', 'reply.asc')).click())
  ).toString();
}

/** Encrypts what was written, and saves it. */
async function replied(view: View): Promise<string> {
  const reply = await given(view);
  await button(view, say('file_there')).click();
  await button(view, say('file_there')).absent();
  return reply;
}

/** A stranger's gpg: it has no key at all. */
function stranger<T>(job: (other: Gpg) => T): T {
  const other = new Gpg();
  try {
    return job(other);
  } finally {
    other.close();
  }
}

test('a reply is for the key of the sender alone, or for the password as well', async () => {
  const asked = letters.driver.requests.length;
  const view = await letters.open(letters.sealed(text(TEXT)), {
    senderCertificate: letters.certificate(letters.alice),
    subject: 'Outside & more',
  });
  await write(view, REPLY);
  await shows(view, ALICE);
  const forKey = await replied(view);
  assert.equal(letters.gpg.decrypt(forKey).text, REPLY);
  assert.throws(() => stranger((other) => other.decrypt(forKey, WORD)));
  assert.ok(!(await view.evaluate(() => document.documentElement.outerHTML)).includes('Wehrklappe'));
  const to = await view.evaluate(() => document.querySelector<HTMLAnchorElement>('a[href^="mailto:"]')?.href);
  assert.equal(to, 'mailto:alice@example.test?subject=Re%3A%20Outside%20%26%20more');

  await button(view, say('letter_reply_again')).click();
  assert.equal(await field(view, say('letter_reply_text')).value(), REPLY);
  await toggle(view, say('letter_reply_both')).click();
  const forBoth = await replied(view);
  assert.equal(letters.gpg.decrypt(forBoth).text, REPLY);
  assert.equal(stranger((other) => other.decrypt(forBoth, WORD)).text, REPLY);
  assert.deepEqual(letters.requests(asked), []);
  await view.close();
});

test('without a key of the sender, or with one that cannot be used, a reply is for the password', async () => {
  const old = letters.gpg.key('Old <old@example.test>', { at: '20200101T000000', expires: '1y' });
  let reply = '';
  for (const senderCertificate of [undefined, letters.certificate(old), 'AAAA', '!']) {
    const view = await letters.open(letters.sealed(text(TEXT)), { senderCertificate });
    await write(view, REPLY);
    await shows(view, say('letter_reply_for_password'));
    reply = await replied(view);
    // Who has written a letter reads what Waxseal reads: what makes guessing dear.
    assert.ok(isArgon2(reply));
    await view.close();
  }
  const page = await letters.driver.page('files.html');
  await page.upload('document.querySelector("input[type=file]")', [letters.save(reply, 'for-password.asc')]);
  await tryPassword(page);
  await shows(page, 'See you on Thursday.');
  await page.close();
});

test('a reply with files is a whole mail: gpg and Waxseal read it', async () => {
  const view = await letters.open(letters.sealed(text(TEXT)), {
    senderCertificate: letters.certificate(letters.alice),
  });
  await write(view, REPLY);
  const notes = letters.save(NOTES, 'Münze „neu“.bin');
  const twice = letters.save('not one', 'point.png');
  const files = field(view, say('letter_reply_files'));
  await files.upload([notes]);
  await shows(view, 'Münze „neu“.bin');
  await files.upload([twice]);
  await shows(view, 'point.png');
  await button(view, say('letter_reply_remove_file', 'point.png')).click();
  await until('it is gone', async () => !(await view.text('.file-list')).includes('point.png'));
  const reply = await replied(view);
  await view.close();

  const { text: entity } = letters.gpg.decrypt(reply);
  const head = entity
    .slice(0, entity.indexOf('\r\n\r\n'))
    .replace(/\r\n[ \t]/g, ' ')
    .split('\r\n');
  for (const line of ['Subject: Re: About the heron', 'HP-Outer: Subject: [...]', `To: ${ALICE}`, `From: ${CAROL}`]) {
    assert.ok(head.includes(line), `${line} is not in\n${head.join('\n')}`);
  }
  assert.ok(entity.includes(NOTES.toString('base64').slice(0, 60)));

  await importKeys(letters.driver, letters.alice.secret, PASSPHRASE);
  await unlockKey(letters.driver, 'Alice');
  const page = await letters.driver.page('files.html');
  await page.upload('document.querySelector("input[type=file]")', [letters.save(reply, 'reply.asc')]);
  await shows(page, 'See you on Thursday.');
  await shows(page, 'Re: About the heron');
  assert.ok((await letters.saved(page, 'Münze „neu“.bin', () => button(page, say('save')).click())).equals(NOTES));
  await page.close();
});

test('a reply to a mail with the longest subject can be made, and its text is checked by no server', async () => {
  const view = await letters.open(letters.sealed(text(TEXT), 'x'.repeat(998)), {
    senderCertificate: letters.certificate(letters.alice),
  });
  await write(view, REPLY);
  assert.deepEqual(
    await view.evaluate(() => {
      const one = document.querySelector('#reply-text') as HTMLTextAreaElement;
      return [one.spellcheck, one.getAttribute('writingsuggestions'), document.documentElement.spellcheck];
    }),
    [false, 'false', false],
  );
  await field(view, say('letter_reply_files')).upload([letters.save(NOTES, 'notes.bin')]);
  await shows(view, 'notes.bin');
  const reply = await replied(view);
  await view.close();
  const entity = letters.gpg.decrypt(reply).text;
  const [, head = ''] = /^Subject: ((?:.|\r\n[ \t])*)/m.exec(entity) ?? [];
  const words = [...head.matchAll(/=\?utf-8\?B\?([^?]*)\?=/g)].map(([, word = '']) => Buffer.from(word, 'base64'));
  assert.equal(Buffer.concat(words).toString(), `Re: ${'x'.repeat(994)}`);
});

test('a file that cannot be read keeps none of the others out of a reply, and is named', async () => {
  const view = await letters.open(letters.sealed(text(TEXT)));
  await write(view, REPLY);
  await view.evaluate(() => {
    const read = Blob.prototype.arrayBuffer;
    Blob.prototype.arrayBuffer = function () {
      const lost = (this as File).name === 'folder';
      return lost ? Promise.reject(new DOMException('no file', 'NotFoundError')) : read.call(this);
    };
  });
  const files = ['one.bin', 'folder', 'two.bin'].map((name) => letters.save(Buffer.from(name), name));
  await field(view, say('letter_reply_files')).upload(files);
  await shows(view, say('file_unreadable', 'folder'));
  await shows(view, 'two.bin');
  assert.equal(await view.count('.file-list li'), 2);
  await view.close();
});

test('a reply that is in no file yet is not closed away without a question', async () => {
  const view = await letters.open(letters.sealed(text(TEXT)));
  await write(view, REPLY);
  await button(view, say('letter_close')).click();
  await shows(view, say('discard_title'));
  await button(view, say('keep_text')).click();
  assert.equal(await field(view, say('letter_reply_text')).value(), REPLY);
  // Given to the browser, it may have been saved or not.
  await given(view);
  await button(view, say('letter_close')).click();
  await until('it is asked', async () => (await view.text('dialog')).includes(say('given_question', 'reply.asc')));
  await button(view, say('discard')).click();
  await shows(view, say('letter_expected'));
  assert.ok(!(await view.evaluate(() => document.documentElement.outerHTML)).includes('Wehrklappe'));
  await view.close();
});

test('what is being encrypted cannot be changed meanwhile', async () => {
  const view = await letters.open(letters.sealed(text(TEXT)));
  await write(view, REPLY);
  // The engine hears of nothing until it is let go on.
  await view.evaluate(() => {
    const post = Worker.prototype.postMessage;
    const held: (() => void)[] = [];
    Worker.prototype.postMessage = function (this: Worker, ...given: unknown[]) {
      held.push(() => Reflect.apply(post, this, given));
    };
    Object.assign(globalThis, {
      goOn: () => {
        Worker.prototype.postMessage = post;
        for (const go of held) go();
      },
    });
  });
  await button(view, say('letter_reply_encrypt')).click();
  await shows(view, say('letter_reply_working'));
  const fixed = () => view.evaluate(() => document.querySelector<HTMLTextAreaElement>('#reply-text')?.readOnly);
  assert.equal(await fixed(), true);
  await view.evaluate(() => (globalThis as unknown as { goOn(): void }).goOn());
  await shows(view, say('letter_reply_done'));
  await button(view, say('letter_reply_again')).click();
  assert.equal(await field(view, say('letter_reply_text')).value(), REPLY);
  assert.equal(await fixed(), false);
  await view.close();
});

test('a file that is still being read when another message is opened comes too late', async () => {
  const view = await letters.open(letters.sealed(text(TEXT)));
  await view.click('main > details > summary');
  await view.evaluate(() => {
    const read = Blob.prototype.text;
    const held = new Promise<void>((go) => Object.assign(globalThis, { goOn: go }));
    Blob.prototype.text = async function (this: Blob) {
      await held;
      return read.call(this);
    };
  });
  const second = letters.gpg.run(['--armor', '--passphrase', 'another word', '--symmetric'], 'Words of the second.');
  await field(view, say('letter_choose_file')).upload([letters.save(second, 'second.asc')]);
  await tryPassword(view);
  await shows(view, TEXT);
  // When the file has been looked at, either Worker goes: its own, or the one that holds what is shown.
  await view.evaluate(() => {
    const end = Worker.prototype.terminate;
    Worker.prototype.terminate = function (this: Worker) {
      Object.assign(globalThis, { ended: true });
      end.call(this);
    };
    (globalThis as unknown as { goOn(): void }).goOn();
  });
  await until('the file was looked at', () => view.evaluate(() => 'ended' in globalThis));
  // What follows from it would have been drawn before this.
  await view.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
  const shown = await view.text();
  assert.ok(shown.includes(TEXT) && !shown.includes('second.asc'), shown);
  await view.close();
});

test('one letter opens another, and a file of armor; a reply to that is not for the key of the first', async () => {
  const letter = await letters.make(
    letters.gpg.run(['--armor', '--passphrase', 'another word', '--symmetric'], 'Words of the second.').toString(),
    {
      senderName: 'Mallory',
      senderAddress: 'mallory@example.test',
      senderCertificate: letters.certificate(letters.alice),
    },
  );
  const view = await letters.open(letters.sealed(text(TEXT)), {
    senderCertificate: letters.certificate(letters.alice),
  });
  await view.click('main > details > summary');
  const choose = field(view, say('letter_choose_file'));
  for (const [name, octets] of [
    ['nothing.txt', 'no message'],
    ['key.asc', letters.alice.public],
    ['cut.asc', letters.sealed(text(TEXT)).slice(0, 200)],
  ] as const) {
    await choose.upload([letters.save(octets, name)]);
    await shows(view, say('letter_choose_none', name));
  }
  // A message for a key alone.
  await choose.upload([letters.save(letters.gpg.encrypt(TEXT, [letters.alice.fingerprint]), 'for a key.asc')]);
  await shows(view, say('letter_choose_none', 'for a key.asc'));
  await choose.upload([letters.save(letter, 'second.html')]);
  await shows(view, 'second.html');
  assert.ok(!(await view.text()).includes('alice@example.test'));
  await tryPassword(view);
  await shows(view, say('letter_wrong'));
  await tryPassword(view, 'another word');
  await shows(view, 'Words of the second.');
  assert.ok(!(await view.text()).includes('Mallory'));
  await button(view, say('letter_reply')).click();
  await shows(view, say('letter_reply_for_password'));
  await field(view, say('letter_reply_text')).fill(REPLY);
  await field(view, say('letter_reply_files')).upload([letters.save(NOTES, 'own notes.bin')]);
  await shows(view, 'own notes.bin');
  const reply = await replied(view);
  assert.equal(await view.count('a[href^="mailto:"]'), 0);
  assert.ok(isArgon2(reply));
  assert.throws(() => letters.gpg.decrypt(reply));

  // What our own core has made, with the password alone.
  await button(view, say('letter_close')).click();
  await shows(view, say('letter_expected'));
  await view.click('main > details > summary');
  await choose.upload([letters.save(reply, 'reply.asc')]);
  await shows(view, 'reply.asc');
  await tryPassword(view, 'another word');
  await shows(view, 'See you on Thursday.');
  assert.ok((await letters.saved(view, 'own notes.bin', () => button(view, say('save')).click())).equals(NOTES));

  await button(view, say('letter_close')).click();
  await shows(view, say('letter_expected'));
  await view.click('main > details > summary');
  // Octets without armor.
  const binary = letters.gpg.run(['--passphrase', WORD, '--symmetric'], TEXT);
  await choose.upload([letters.save(binary, 'message.gpg')]);
  await shows(view, 'message.gpg');
  await tryPassword(view);
  await shows(view, TEXT);
  await view.close();
});

test('a tab with a reply that is in no file asks before it is closed, in older browsers too, and one without does not', async () => {
  const view = await letters.open(letters.sealed(text(TEXT)));
  // Chrome before 119 asks because of `returnValue` alone.
  const asks = () =>
    view.evaluate(() => {
      const event = document.createEvent('BeforeUnloadEvent') as BeforeUnloadEvent;
      event.initEvent('beforeunload', false, true);
      const prevented = !dispatchEvent(event);
      return [prevented, Boolean(event.returnValue)];
    });
  await write(view, REPLY);
  assert.deepEqual(await asks(), [true, true]);
  await field(view, say('letter_reply_text')).fill('');
  assert.deepEqual(await asks(), [false, false]);
  await field(view, say('letter_reply_files')).upload([letters.save(NOTES, 'notes.bin')]);
  await button(view, say('letter_reply_remove_file', 'notes.bin')).visible();
  assert.deepEqual(await asks(), [true, true]);
  await button(view, say('letter_reply_remove_file', 'notes.bin')).click();
  await button(view, say('letter_reply_remove_file', 'notes.bin')).absent();
  assert.deepEqual(await asks(), [false, false]);
  await view.close();
});

test('too much for a reply is refused in words, and what was written stays', async () => {
  const view = await letters.open(letters.sealed(text(TEXT)));
  await write(view, REPLY);
  const file = letters.save(Buffer.alloc(47 * 1024 * 1024), 'large.bin');
  await field(view, say('letter_reply_files')).upload([file]);
  await shows(view, say('err_limit'));
  assert.equal(await field(view, say('letter_reply_text')).value(), REPLY);
  assert.ok(!(await view.text()).includes('large.bin'));
  await view.close();
});
