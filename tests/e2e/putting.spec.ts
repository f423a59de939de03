// A form that is being filled in, when the computer sleeps meanwhile, and when nobody waits for it any more.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { until, type View } from '../harness/index.js';
import { page as html } from './support/site.js';
import { UPLOADS } from './support/uploads.js';
import { type OwnForms, ownForms, type PutFile, type WritePort } from './support/write-port.js';

const ARMOR = '-----BEGIN PGP MESSAGE-----\n\naGVsbG8=\n-----END PGP MESSAGE-----';
let at: OwnForms;
let tab: View;
let port: WritePort;

before(async () => {
  at = await ownForms();
  ({ tab, port } = at);
});
after(() => at?.close());

const file = (name: string): PutFile => ({ name, type: 'text/plain', data: Buffer.from(name) });

test('a computer that slept has not waited: the page is looked at anew, and a chip that comes then is in time', async () => {
  const { web, driver } = at;
  web.put(
    '/checks',
    html(`<div><label>To <input id="to"></label><span id="chips"></span></div>
      <textarea id="body" rows="10" cols="70"></textarea><script>
      const to = document.getElementById('to');
      to.addEventListener('change', async () => {
        const address = to.value;
        to.value = '';
        await fetch('/check');
        const chip = document.createElement('b');
        chip.textContent = chip.title = address;
        document.getElementById('chips').append(chip);
      });</script>`),
  );
  await tab.goto(web.url('/checks'));
  await port.connect(tab);
  const release = web.hold('/check');
  await port.begin({ text: ARMOR, to: ['bob@example.test'] });
  await until('the site asks its server', () => web.asked.includes('/check'));
  // In the world of the content script: an hour goes by at once, and how often it looks at the clock after that is counted.
  const url = await tab.url();
  const looks = (sleep: boolean): Promise<number> =>
    driver.background(
      async (url, sleep) => {
        const world = (typeof window === 'undefined' ? globalThis : window) as unknown as typeof globalThis;
        const [found] = (await world.chrome.tabs.query({})).filter((one) => one.url === url);
        const [answer] = await world.chrome.scripting.executeScript({
          target: { tabId: found?.id ?? -1 },
          args: [sleep],
          func: (sleep: boolean) => {
            const script = globalThis as unknown as { looks: number };
            if (sleep) {
              const now = performance.now.bind(performance);
              script.looks = 0;
              performance.now = () => {
                script.looks += 1;
                return now() + 3_600_000;
              };
            }
            return script.looks;
          },
        });
        return answer?.result ?? 0;
      },
      url,
      sleep,
    );
  await looks(true);
  await until('the script has looked several times', async () => (await looks(false)) > 20);
  assert.ok(!(await port.heard()).some(({ t }) => t === 'put_done'), 'it goes on waiting');
  release();
  assert.deepEqual(await port.next('put_done'), { t: 'put_done', ok: true });
});

/** What the page shows, and which files it was given. */
const shown = () =>
  tab.evaluate(() => ({
    text: (document.querySelector('#text') as HTMLTextAreaElement).value,
    files: [...document.querySelectorAll('ul.files .name')].map((name) => name.textContent),
    given: (window as unknown as { given: string[] }).given,
  }));

/** Waits until the page has the file on its way. */
const uploads = (name: string) =>
  until(`${name} is on its way`, () =>
    tab.evaluate((one) => 'release' in window && (window as unknown as { given: string[] }).given.at(-1) === one, name),
  );
const release = () => tab.evaluate(() => (window as unknown as { release(): void }).release());

/** Opens it, with a draft of the user's, and has a mail with these files put there. */
async function put(...files: string[]): Promise<void> {
  at.web.put('/uploads', UPLOADS);
  await tab.goto(at.web.url('/uploads'));
  await tab.typeInto('#text', 'A draft.');
  assert.equal((await port.connect(tab)).site, 'demo');
  await port.begin({ text: ARMOR, files: files.map(file) });
}

test('a window that goes while files are attached leaves no half mail: nothing more is given, and what was is taken back', async () => {
  await put('one.asc', 'two.asc', 'three.asc');
  await uploads('one.asc');
  await release();
  await uploads('two.asc');
  assert.equal((await shown()).text, ARMOR);
  await port.close();
  await until('the form is as it was', async () => {
    const { text, files } = await shown();
    return text === 'A draft.' && files.length === 0;
  });
  assert.deepEqual((await shown()).given, ['one.asc', 'two.asc']);
});

/** Waits until a put whose window has gone is over: another one is refused then, as the user has just written something. */
async function over(): Promise<void> {
  await port.connect(tab);
  await tab.click('#text');
  await tab.press('Control+End');
  await tab.type(' More.');
  assert.equal((await port.put({ text: ARMOR })).reason, 'no_form');
}

test('what the user has written meanwhile is not taken back', async () => {
  await put('one.asc', 'two.asc');
  await uploads('one.asc');
  await tab.click('#text');
  await tab.press('Control+End');
  await tab.type(' Mine.');
  await port.close();
  // The driver's own clicks must not come between.
  await until('the file is taken out', async () => (await shown()).files.length === 0);
  await over();
  assert.deepEqual(await shown(), { text: `${ARMOR} Mine. More.`, files: [], given: ['one.asc'] });
});

test('a window that goes when the site has all of it changes nothing: the site ends what it does', async () => {
  await put('one.asc');
  await uploads('one.asc');
  await port.close();
  await over();
  await release();
  assert.deepEqual(await shown(), { text: `${ARMOR} More.`, files: ['one.asc'], given: ['one.asc'] });
});

test('the next window waits until the first has been stopped: only its own files are there in the end', async () => {
  await put('one.asc', 'two.asc');
  await uploads('one.asc');
  // The old port is closed by that.
  await port.connect(tab);
  const putting = port.put({ text: ARMOR, files: [file('new.asc')] });
  await uploads('new.asc');
  await release();
  assert.deepEqual(await putting, { t: 'put_done', ok: true });
  assert.deepEqual(await shown(), { text: ARMOR, files: ['new.asc'], given: ['one.asc', 'new.asc'] });
});

test('the next mail in the same editor gets nothing of the one before: not its text, and its own files are named', async () => {
  await put('one.asc');
  await uploads('one.asc');
  await release();
  assert.deepEqual(await port.next('put_done'), { t: 'put_done', ok: true });
  // The site sends it, and begins another one with the same parts; the user attaches a file there.
  await tab.evaluate(() => {
    (document.querySelector('#text') as HTMLTextAreaElement).value = 'Best wishes';
  });
  assert.deepEqual((await port.connect(tab)).files, ['one.asc'], 'this one is not ours');
  await port.begin({ text: ARMOR, files: [file('two.asc'), file('three.asc')] });
  await uploads('two.asc');
  await port.close();
  await until('the file is taken out', async () => !(await shown()).files.includes('two.asc'));
  await until('the text is back', async () => (await shown()).text === 'Best wishes');
  assert.deepEqual((await shown()).files, ['one.asc']);
});

test('a mail that is stopped takes its recipients and its subject back out of the form, where the user has not changed them', async () => {
  const heads = () =>
    tab.evaluate(() =>
      ['to', 'subject'].map((id) => (document.getElementById(id) as HTMLInputElement).value.replace(/,\s*$/, '')),
    );
  for (const theirs of [false, true]) {
    at.web.put('/uploads', UPLOADS);
    await tab.goto(at.web.url('/uploads'));
    await tab.typeInto('#to', 'carol@example.test');
    await tab.typeInto('#subject', 'The lighthouse');
    await port.connect(tab);
    await port.begin({
      text: ARMOR,
      to: ['bob@example.test'],
      subject: '...',
      files: [file('one.asc'), file('two.asc')],
    });
    await uploads('one.asc');
    assert.deepEqual(await heads(), ['bob@example.test', '...']);
    if (theirs) {
      await tab.click('#subject');
      await tab.press('Control+a');
      await tab.type('Mine');
    }
    await port.close();
    const subject = theirs ? 'Mine' : 'The lighthouse';
    await until('they are as they were', async () => (await heads()).join() === `carol@example.test,${subject}`);
    assert.equal((await shown()).text, '');
  }
});
