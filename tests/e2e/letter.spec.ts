// Letters: what people without any OpenPGP program get. The file is made by the extension's own code, and opened from disk in
// a browser, as they do.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { button, field, until, type View } from '../harness/index.js';
import { backChannels } from './support/back-channels.js';
import { shows } from './support/desk.js';
import { advice, Letters, NOTES, SUBJECT, TEXT, tryPassword, WORD } from './support/letter.js';
import { file, multipart, text } from './support/mime.js';
import { say } from './support/session.js';
import { page as html, type Site, site } from './support/site.js';

/** One red pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==',
  'base64',
);

let letters: Letters;
let web: Site;

before(async () => {
  [letters, web] = await Promise.all([Letters.start(), site()]);
});
after(async () => {
  await letters?.close();
  web?.close();
});

/** The text of the frame in which HTML is drawn. */
const drawn = (view: View): Promise<string> =>
  view.evaluate(
    () => document.querySelector<HTMLIFrameElement>('iframe.mail-body')?.contentDocument?.body.innerText ?? '',
  );

test('a letter opens from disk: wrong password, right password, text, HTML, picture and files', async () => {
  const html =
    '<p>The <b>heron</b> stands by the mill.</p><img src="cid:p@x" alt="pixel"><script>document.title="ran"</script>';
  const content = multipart('mixed', [
    multipart('related', [
      multipart('alternative', [text(TEXT), text(html, 'text/html')]),
      file('p.png', 'image/png', PIXEL, { id: 'p@x' }),
    ]),
    file('notes.bin', 'application/octet-stream', NOTES),
  ]);
  const asked = letters.driver.requests.length;
  const view = await letters.open(letters.sealed(content));
  assert.match(await view.url(), /^file:/);
  await shows(view, say('letter_expected'));
  await shows(view, 'Alice <alice@example.test>');
  assert.ok(!(await view.text()).includes(SUBJECT));

  await tryPassword(view, 'surely not this');
  await shows(view, say('letter_wrong'));
  assert.ok(!(await view.evaluate(() => document.documentElement.outerHTML)).includes('heron'));

  await tryPassword(view);
  await shows(view, SUBJECT);
  await until('the HTML is drawn', async () => (await drawn(view)).includes('The heron stands by the mill.'));
  const picture = () =>
    view.evaluate(
      () => document.querySelector<HTMLIFrameElement>('iframe.mail-body')?.contentDocument?.images[0]?.naturalWidth,
    );
  await until('the picture is drawn', async () => (await picture()) === 1);
  assert.notEqual(await view.evaluate(() => document.title), 'ran');

  assert.ok((await letters.saved(view, 'notes.bin', () => button(view, say('save')).click())).equals(NOTES));
  await button(view, say('show_as_text')).click();
  await shows(view, TEXT);
  assert.deepEqual(letters.requests(asked), []);

  await button(view, say('letter_close')).click();
  await shows(view, say('letter_expected'));
  assert.ok(!(await view.evaluate(() => document.documentElement.outerHTML)).includes(TEXT));
  await view.close();
});

test('a plain text, encrypted by another program with a password and for a key, and signed, opens as well', async () => {
  const more = [
    '--recipient',
    letters.alice.fingerprint,
    '--encrypt',
    '--local-user',
    letters.alice.fingerprint,
    '--sign',
  ];
  const args = ['--armor', '--pinentry-mode', 'loopback', '--passphrase', WORD, '--symmetric', ...more];
  const view = await letters.open(letters.gpg.run(args, TEXT).toString());
  await tryPassword(view, 'surely not this');
  await shows(view, say('letter_wrong'));
  await tryPassword(view);
  await shows(view, TEXT);
  await view.close();
});

test('HTML that calls home in every known way (E6) reaches nobody from a letter', async () => {
  const calling = backChannels(web.url('/bait'));
  const asked = letters.driver.requests.length;
  const view = await letters.open(
    letters.sealed(multipart('alternative', [text('plain words'), text(calling, 'text/html')])),
  );
  await tryPassword(view);
  await until('its end is drawn', async () => (await drawn(view)).includes('The last line of the letter.'));
  const loaded = await view.evaluate(() => performance.getEntriesByType('resource').map((entry) => entry.name));
  assert.deepEqual(
    loaded.filter((name) => !name.startsWith('blob:')),
    [],
  );
  // No proxy hears of a name that is only looked up: neither document may do it, nor does one have it from the other.
  const lookUps = await view.evaluate(() =>
    [document, document.querySelector<HTMLIFrameElement>('iframe.mail-body')?.contentDocument].map(
      (one) => one?.querySelector<HTMLMetaElement>('head > meta[http-equiv=x-dns-prefetch-control]')?.content,
    ),
  );
  assert.deepEqual(lookUps, ['off', 'off']);
  await button(view, say('show_as_text')).click();
  await shows(view, 'plain words');
  assert.deepEqual(letters.requests(asked), []);
  assert.deepEqual(web.asked, []);
  await view.close();
});

test('gpg opens the letter itself, and what stands in it beside the message ends no element', async () => {
  const name = '</script><script>document.title="ran"</script><!--"><img src=x onerror=alert(1)>';
  const octets = await letters.make(
    letters.gpg.run(['--armor', '--passphrase', WORD, '--symmetric'], TEXT).toString(),
    { senderName: name, senderAddress: '"\u2028<b>$&$1{{engine}}@example.test', subject: '</script>', language: 'fr' },
  );
  assert.equal(letters.gpg.decrypt(octets.toString('latin1'), WORD).text, TEXT);
  const view = await letters.show(octets);
  await shows(view, name);
  await shows(view, '<b>$&$1{{engine}}@example.test');
  assert.notEqual(await view.evaluate(() => document.title), 'ran');
  assert.equal(await view.count('img, script:not([id]) ~ script'), 0);
  await view.close();
});

/** What was written for a password before Argon2: a session key packet of version 4, and SEIPD version 1. */
const OLDER = `-----BEGIN PGP MESSAGE-----

wy4ECQMIVqgZ/RKUgdj/+BPvatNDDi7y51vD6ZqvsSp07rWMG+ibemtCHU0aVMEA
0sE7AR2GXJOaNPRUF4XbB4xuqFMZl3HqIGVkUQXyz90+ooq1inUy+ebI0TVayg1f
X80A3po6Kjx9A6VWamyRNUbmXtpJ9YxakkWhGSnq4oQJqNd2vcMALvVcQlAjXOiO
U/b+wSm0Lh+LpucGgqt54L5K2wj+ZfHHaGHUh953yeYOl6osH4ExuY7oQNq1YHhY
dmZ3yIOIGF/myW4TgIGenMnpqPoadm07cf9oOfSzDhD2S4XUkh4znDT5jMnKyo46
937qcIhw/BhU6Ja29QDer7ZGX6wAJY65IZCMKct4cXCvSly05LrQC2hjmhx5nTdh
Q7KBSlClk164GmFcjQT9aX1kRZ93G7tXR3W3av4t+voWwVwfGhl5mgr3jpcUbZRn
GXEX+zd3dB3MzKMhIc8pw08vWS0M4OFfvo93wv1nI/kWy5fpRjayFg5qRvHv0VF6
nPSAK7MlBZVnoexloQTadLTVhc7+4vc5wGA9hLCuYY745hzFsj+wT/S+/57n3uHl
elq+u6wIPQvc8Fq0EpUdGHYmQB2qrs2pEqyS5W6MyKSK+mWqnzdRPua3pPBthh/E
zLbJ+1TvxtHQDpRgxWs4Y5UTkDVqQ6RHMfXCJefgIsU/+gfGvsG8Vxlft2YTGTx/
/xVyMIfNpI4a5iQG7yz/e4dF+Ce5l2Y4PRA+aXi0
=6oWT
-----END PGP MESSAGE-----
`;

test('a letter that an older version has made opens, by itself, with another letter and in Waxseal', async () => {
  const now = (await letters.make(OLDER)).toString();
  const older = now.replace(',"compatible":true', '');
  assert.notEqual(older, now);
  const file = letters.save(older, 'older.html');
  const view = await letters.show(older);
  assert.ok(!(await advice(view)).includes(say('letter_check_gpg')));
  await tryPassword(view);
  await shows(view, TEXT);
  await view.close();

  const other = await letters.open(letters.sealed(text('of today')));
  assert.ok((await advice(other)).includes(say('letter_check_gpg')));
  await other.click('main > details > summary');
  await field(other, say('letter_choose_file')).upload([file]);
  await shows(other, 'older.html');
  await tryPassword(other, 'surely not this');
  await shows(other, say('letter_wrong'));
  await tryPassword(other);
  await shows(other, TEXT);
  await other.close();

  const page = await letters.driver.page('files.html');
  await page.upload('document.querySelector("input[type=file]")', [file]);
  await tryPassword(page);
  await shows(page, TEXT);
  await page.close();
});

test('a letter from a website asks for no password', async () => {
  const octets = await letters.make(letters.sealed(text(TEXT)));
  web.put('/letter', octets.toString());
  const view = await letters.driver.tab(web.url('/letter'));
  await shows(view, say('letter_website'));
  assert.equal(await view.count('input'), 0);

  // As sites show a file that came with a mail: by an address that begins otherwise, and with their own rights all the same.
  const fetched = 'const letter = await (await fetch("/letter")).text();';
  web.put(
    '/blob',
    html(`<script type="module">${fetched}
      location.href = URL.createObjectURL(new Blob([letter], { type: 'text/html' }));</script>`),
  );
  await view.goto(web.url('/blob'));
  await until('it is the letter', async () => (await view.url()).startsWith('blob:'));
  await shows(view, say('letter_website'));
  assert.equal(await view.count('input'), 0);

  web.put(
    '/frame',
    html(
      `<iframe></iframe><script type="module">${fetched} document.querySelector('iframe').srcdoc = letter;</script>`,
    ),
  );
  await view.goto(web.url('/frame'));
  const inFrame = <T>(look: (inner: Document) => T): Promise<Awaited<T> | undefined> =>
    view.run(`(${String(look)})(document.querySelector('iframe').contentDocument)`) as Promise<Awaited<T> | undefined>;
  await until('the frame shows it', async () =>
    (await inFrame((inner) => inner.body?.innerText))?.includes(say('letter_website')),
  );
  assert.equal(await inFrame((inner) => inner.querySelectorAll('input').length), 0);
  await view.close();
});

test('a letter in a frame of a file asks for no password', async () => {
  const octets = await letters.make(letters.sealed(text(TEXT)));
  // What the frame's letter finds is told to the page around: it is of another origin.
  const told = "parent.postMessage(String(document.querySelectorAll('input').length), '*')";
  const watch = `new MutationObserver(() => document.body.innerText.includes(${JSON.stringify(say('letter_website'))}) && ${told}).observe(document, { childList: true, subtree: true })`;
  letters.save(prepared(octets.toString(), watch), 'framed.html');
  const around = letters.save(
    html(
      `<iframe src="framed.html"></iframe><script>onmessage = ({ data }) => { document.title = 'inputs: ' + data; }</script>`,
    ),
    'around.html',
  );
  const view = await letters.driver.tab(pathToFileURL(around).href);
  await until('the letter says what it is', async () => (await view.evaluate(() => document.title)) === 'inputs: 0');
  await view.close();
});

test('a damaged letter says so', async () => {
  const whole = (await letters.make(letters.sealed(text(TEXT)))).toString();
  const engine = whole.indexOf('id="engine">') + 100_000;
  const armor = whole.indexOf('-----BEGIN PGP MESSAGE-----');
  const middle = armor + 300;
  const other = (at: number): string => (whole[at] === 'A' ? 'B' : 'A');
  const changed = (at: number, length: number, text: string): string =>
    whole.slice(0, at) + text + whole.slice(at + length);
  const script = whole.lastIndexOf('letter_title');
  const cases: [what: string, file: string, shown: string][] = [
    ['a letter of the engine is another', changed(engine, 1, other(engine)), say('letter_damaged')],
    ['a line of the engine is lost', changed(engine, 76, ''), say('letter_damaged')],
    ['the message has no beginning', changed(armor, 20, ''), say('letter_damaged')],
    ['the end is cut off', whole.slice(0, engine), say('letter_lines')],
    ['a letter of the script is another', changed(script, 1, 'L'), say('letter_lines')],
  ];
  for (const [what, content, shown] of cases) {
    const view = await letters.show(content);
    await shows(view, shown).catch((error) => assert.fail(`${what}: ${error}`));
    assert.equal(await view.count('input'), 0, what);
    await view.close();
  }
  // The message itself: only with its password it is known that it was changed.
  const view = await letters.show(changed(middle, 1, other(middle)));
  await tryPassword(view);
  await until('it is refused', async () => (await view.count('.notice.bad')) > 0);
  assert.ok(!(await view.evaluate(() => document.documentElement.outerHTML)).includes(TEXT));
  await view.close();
});

/** As it would be in a browser in which this script has run before. */
function prepared(letter: string, script: string): string {
  const hash = crypto.createHash('sha256').update(script).digest('base64');
  const allowed = letter.replace("script-src '", `script-src 'sha256-${hash}' '`);
  assert.notEqual(allowed, letter);
  return allowed.replace('<body>', `<body><script>${script}</script>`);
}

test('a browser that is too old is told so', async () => {
  const octets = await letters.make(letters.sealed(text(TEXT)), { senderName: '' });
  const browsers = [
    'delete window.WebAssembly',
    'delete window.DecompressionStream',
    'delete window.Worker',
    "WebAssembly.compile = () => Promise.reject(new WebAssembly.CompileError('invalid opcode'))",
  ];
  for (const script of browsers) {
    const view = await letters.show(prepared(octets.toString(), script));
    await shows(view, say('letter_old'));
    assert.equal(await view.count('input'), 0, script);
    await view.close();
  }
});

test('a browser of those that letters are built for shows texts with links', async () => {
  const page = `<p>The <a href="https://heron.example/">heron</a> stands by the mill.</p>`;
  const content = multipart('alternative', [text(`${TEXT} https://heron.example/mill`), text(page, 'text/html')]);
  const octets = await letters.make(letters.sealed(content));
  // Chrome before 120 and Safari before 17.
  const view = await letters.show(prepared(octets.toString(), 'delete URL.canParse; delete URL.parse'));
  await tryPassword(view);
  await until('the HTML is drawn', async () => (await drawn(view)).includes('The heron stands by the mill.'));
  await button(view, say('show_as_text')).click();
  await shows(view, TEXT);
  assert.equal(await view.count('a[href="https://heron.example/mill"]'), 1);
  await view.close();
});

test('a letter speaks the language of its reader, or else the one that the sender chose', async () => {
  const octets = await letters.make(letters.sealed(text(TEXT)), { senderName: '', language: 'fr' });
  const cases = [
    [['de-CH', 'en'], 'de', 'Haben Sie diese Nachricht erwartet?'],
    [['nl', 'en-GB'], 'en', 'Did you expect this message?'],
    [['nl', 'pl'], 'fr', 'Attendiez-vous ce message\u202f?'],
  ] as const;
  for (const [languages, tag, words] of cases) {
    const script = `Object.defineProperty(navigator, 'languages', { value: ${JSON.stringify(languages)} })`;
    const view = await letters.show(prepared(octets.toString(), script));
    await shows(view, words);
    assert.equal(await view.evaluate(() => document.documentElement.lang), tag);
    await view.close();
  }
});

/** What does not fit a phone: what is wider than the screen, and what is too small for a finger (WCAG 2.5.5: 44 pixels). */
const unfit = (view: View): Promise<string[]> =>
  view.evaluate(() => {
    const found = [...document.querySelectorAll<HTMLElement>('*')].flatMap((one) => {
      const { width, height, right } = one.getBoundingClientRect();
      if (width === 0 || one.closest('.visually-hidden')) return [];
      const name = `${one.localName} "${one.textContent?.trim().slice(0, 40)}" ${Math.round(width)} x ${Math.round(height)}`;
      // A box to be checked is as large as its label.
      const target = one.matches('button, input:not([type=checkbox]), select, textarea, summary, a, label.check');
      return [
        ...(right > innerWidth + 0.5 ? [`beyond the edge: ${name}`] : []),
        ...(target && Math.min(width, height) < 43.5 ? [`too small: ${name}`] : []),
      ];
    });
    const { scrollWidth } = document.documentElement;
    return scrollWidth > innerWidth ? [`${scrollWidth} pixels wide`, ...found] : found;
  });

test('a letter fits a phone: 360 pixels wide, with room for fingers, in each of its states', async () => {
  const html = `<p>The <b>heron</b>.</p><table width="900"><tr><td>wide</td></tr></table><p>${'x'.repeat(300)}</p>`;
  const name = 'notes-of-a-very-long-name-that-has-no-space-in-it-anywhere-and-does-not-end-soon.bin';
  const content = multipart('mixed', [
    multipart('alternative', [text(TEXT), text(html, 'text/html')]),
    file(name, 'application/octet-stream', NOTES),
    file('page.html', 'text/html', Buffer.from('<b>x</b>')),
  ]);
  const sender = { senderAddress: `${'a'.repeat(60)}@${'b'.repeat(60)}.example.test` };
  const view = await letters.open(letters.sealed(content), {
    ...sender,
    senderCertificate: letters.certificate(letters.alice),
  });
  await view.resize(360, 740);
  const fits = async (state: string): Promise<void> => {
    assert.equal(await view.evaluate(() => innerWidth), 360, 'the page is as wide as the screen');
    // What is folded away counts as well.
    await view.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    assert.deepEqual(await unfit(view), [], state);
  };
  await shows(view, say('letter_expected'));
  assert.match(
    await view.evaluate(() => document.querySelector('meta[name=viewport]')?.getAttribute('content') ?? ''),
    /width=device-width/,
  );
  await fits('asking');
  await tryPassword(view, 'surely not this');
  await shows(view, say('letter_wrong'));
  await fits('a wrong password');
  await tryPassword(view);
  await until('the HTML is drawn', async () => (await drawn(view)).includes('heron'));
  await fits('open');
  await button(view, say('letter_reply')).click();
  await field(view, say('letter_reply_text')).fill('It does.');
  await view.upload("document.querySelector('#reply-files')", [letters.save('a note', name.replace('.bin', '.txt'))]);
  await until('the file is listed', async () => (await view.count('wx-letter-reply .file')) === 1);
  await fits('a reply');
  await button(view, say('letter_reply_encrypt')).click();
  await view.visible('#reply-done');
  await fits('the encrypted reply');
  await view.close();
});

test('the mail around a letter says how it is read, in the language of who gets it', async () => {
  const gpg = { compatible: true };
  const german = await letters.instructions('de', { letter: true, attached: undefined, ...gpg });
  assert.ok(german.includes('„encrypted-message.html“'), german);
  assert.ok(german.includes('gpg --decrypt encrypted-message.html'), german);
  const english = await letters.instructions('en', { letter: false, attached: undefined, ...gpg });
  assert.ok(english.includes(say('letter_mail_password')), english);
  assert.ok(!english.includes('.html'), english);
  const french = await letters.instructions('fr', { letter: false, attached: 'encrypted.asc', ...gpg });
  assert.ok(french.includes('gpg --decrypt encrypted.asc'), french);
  // What GnuPG does not open is not said to be opened by it.
  const alone = await letters.instructions('en', { letter: true, attached: undefined, compatible: false });
  assert.ok(alone.includes('encrypted-message.html') && !/gpg|GnuPG/.test(alone), alone);
  const waxseal = await letters.instructions('fr', { letter: false, attached: 'encrypted.asc', compatible: false });
  assert.match(waxseal, /Waxseal[\s\S]*«\u202fencrypted\.asc\u202f»/);
  assert.doesNotMatch(waxseal, /gpg|GnuPG/);
  for (const mail of [german, english, french, alone, waxseal]) assert.doesNotMatch(mail, /\$|letter_|https?:/);
});
