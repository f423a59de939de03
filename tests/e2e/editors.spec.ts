// A mail is put into the editors that webmails are made with: it replaces what stands there, the editor knows of it, what
// the editor holds is what was put, and one can undo it.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { until, type View } from '../harness/index.js';
import { EDITORS, type EditorName, type Pages } from '../pages/server.js';
import { Gpg, type GpgKey } from './support/gpg.js';
import { spoil } from './support/spoil.js';
import { type FormPages, formPages, type WritePort } from './support/write-port.js';

const OLD = 'What stood here before.';
const TEXT = 'The lighthouse keeper knows both of them.';
let at: FormPages;
let gpg: Gpg;
let bob: GpgKey;
let pages: Pages;
let tab: View;
let port: WritePort;

before(async () => {
  gpg = new Gpg();
  bob = gpg.key('Bob <bob@example.test>');
  at = await formPages();
  ({ pages, tab, port } = at);
});
after(async () => {
  await at?.close();
  gpg?.close();
});

/** The document in which the editor's body stands. */
async function inside(name: EditorName): Promise<View> {
  if (!['srcdoc', 'javascript', 'ckeditor4'].includes(name)) return tab;
  return until('the editor in its frame', async () => {
    for (const frame of await tab.frames()) {
      if (await frame.evaluate(() => document.body?.isContentEditable === true).catch(() => false)) return frame;
    }
    return null;
  });
}

/** What the editor itself holds: its model, not what the page shows. */
const model = (): Promise<string> =>
  tab.evaluate(() => (window as unknown as { model(): string }).model().replaceAll('\u00a0', ' '));

/** Clicks into the editor and types. */
async function write(name: EditorName, text: string): Promise<View> {
  const view = await inside(name);
  if (name === 'shadow') {
    const box = await tab.evaluate(() => {
      const body = document.querySelector('#host')?.shadowRoot?.querySelector('#body');
      const { x, y, width, height } = (body as Element).getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    });
    await view.clickAt(box);
  } else {
    await view.click(name === 'javascript' || name === 'srcdoc' || name === 'ckeditor4' ? 'body' : '#body');
  }
  await view.type(text);
  await until('it was typed', async () => (await model()).includes(text.trim()));
  return view;
}

for (const [name, about] of Object.entries(EDITORS) as [EditorName, string][]) {
  test(`${name} (${about}): the text is replaced as a whole, and comes back with Ctrl+Z`, async () => {
    await tab.goto(pages.url(`editors/${name}`));
    // With a space behind: Squire keeps a step of its history when a word has ended.
    const view = await write(name, `${OLD} `);
    const form = await port.connect(tab);
    assert.equal(form.found, true);
    assert.equal(String(form.text).trim(), OLD);
    const armored = gpg.encrypt(TEXT, [bob.fingerprint]);
    assert.deepEqual(await port.put({ text: armored }), { t: 'put_done', ok: true });
    const held = await model();
    assert.equal(lines(held), lines(armored), 'the editor holds the armor and nothing else');
    assert.equal(gpg.decrypt(held).text, TEXT);
    assert.equal(lines(String((await port.look()).text)), lines(armored));
    await tab.front();
    await view.press('Control+z');
    await until('Ctrl+Z brings the old text back', async () => (await model()).trim() === OLD).catch(
      async (error: unknown) => assert.fail(`${String(error)}\nthere is:\n${await model()}`),
    );
  });
}

test('an editor that spoils what is put there, and counts its changes in its own text: what was typed before stays', async () => {
  await tab.goto(pages.url('editors/contenteditable'));
  await tab.evaluate(spoil);
  await tab.typeInto('#subject', 'About the bridge');
  await tab.click('#body p');
  await tab.type(OLD);
  await until('it was typed', async () => (await model()).includes(OLD));
  await port.connect(tab);
  const done = await port.put({ text: gpg.encrypt(TEXT, [bob.fingerprint]) });
  assert.deepEqual([done.ok, done.reason], [false, 'mangled']);
  const left = await model();
  assert.ok(left.includes(OLD), left);
  assert.ok(!left.includes('BEGIN PGP'), left);
  assert.equal(await at.value('subject'), 'About the bridge');
});

/** In how many steps a long text may come: in one for each of its lines Chromium takes half a minute in the body of a frame. */
const STEPS = 20;

for (const name of ['contenteditable', 'srcdoc', 'ckeditor4'] as const) {
  test(`${name}: 150 KB of armor are there at once, and Ctrl+Z takes them away`, async () => {
    await tab.goto(pages.url(`editors/${name}`));
    const view = await write(name, `${OLD} `);
    await port.connect(tab);
    const armored = gpg.encrypt(randomBytes(110_000).toString('base64'), [bob.fingerprint]);
    assert.ok(armored.length > 150_000, `${armored.length}`);
    await view.evaluate(() => {
      const world = globalThis as unknown as { steps: number };
      world.steps = 0;
      const count = () => {
        world.steps += 1;
      };
      document.addEventListener('input', count, { capture: true });
    });
    assert.deepEqual(await port.put({ text: armored }), { t: 'put_done', ok: true });
    const steps = await view.evaluate(() => (globalThis as unknown as { steps: number }).steps);
    assert.ok(steps < STEPS, `${steps} steps`);
    assert.equal(lines(await model()), lines(armored));
    await tab.front();
    await view.press('Control+z');
    await until('Ctrl+Z brings the old text back', async () => (await model()).trim() === OLD);
  });
}

/** Without the blank lines that editors add between lines, for comparing. */
const lines = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
