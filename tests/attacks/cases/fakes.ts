// Pages that draw what Waxseal draws: a whole frame, a window to write in. Nothing stops them; but each user's own sign is on
// all that is ours, and a page that wants to draw that too has to learn it first.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { composer, readers, shows } from '../../e2e/support/desk.js';
import { chooseWords, framable, signed, signNow } from '../../e2e/support/emblem.js';
import { extension, say } from '../../e2e/support/session.js';
import { escaped } from '../../e2e/support/site.js';
import { until, type View } from '../../harness/index.js';
import type { Case, Cases } from '../case.js';
import { SECRET, type World } from '../world.js';

const TOLD = 'told from ours by a sign that the user chose';
const WORDS = 'Juniper kettledrum';
/** The sign on the attacker's own Waxseal, from which all else is copied. */
const THEIRS = say('emblem_label', say('emblem_shape_fish'), say('emblem_colour_blue'), 'Lantern Harbour');

/** Writes down all that comes by, from the beginning of the page. */
const SPY = `<script>var heard = [];
  addEventListener('message', (event) => heard.push(JSON.stringify(event.data)), true);
  new MutationObserver((all) => { for (const one of all) for (const node of one.addedNodes) heard.push(node.outerHTML || node.data || ''); })
    .observe(document, { childList: true, subtree: true, attributes: true, characterData: true });
</script>`;

/** The page as it draws one of ours, with this sign. */
const drawn = (tab: View): Promise<string> =>
  tab.evaluate(() => document.querySelector('#fake .emblem')?.getAttribute('aria-label') ?? '');

/**
 * The page looks for the user's sign in everything that it can get hold of, our own documents in frames of its own among it,
 * and draws a copy of ours: with that sign if it finds one, else with the one that it knows.
 */
async function fake(world: World, markup: string): Promise<string> {
  const reader = await framable(world.driver, world.tab);
  const windows = ['unlock.html', 'compose.html'].map((name) => world.driver.base + name);
  await world.tab.evaluate(
    async (copy, addresses, theirs, pattern) => {
      const loaded = addresses.map(async (address) => {
        const iframe = document.createElement('iframe');
        iframe.src = address;
        const settled = new Promise((done) => {
          iframe.onload = done;
          iframe.onerror = done;
        });
        document.body.append(iframe);
        await settled;
        try {
          return iframe.contentDocument?.documentElement.outerHTML ?? '';
        } catch {
          return '';
        }
      });
      const fetched = addresses.map((address) =>
        fetch(address).then(
          (answer) => answer.text(),
          () => '',
        ),
      );
      const entries = performance.getEntries().map((entry) => JSON.stringify(entry));
      const { heard } = window as unknown as { heard: string[] };
      const known = [new XMLSerializer().serializeToString(document), ...heard, ...entries];
      const all = [...known, ...(await Promise.all(loaded)), ...(await Promise.all(fetched))].join('\n');
      const found = new RegExp(pattern).exec(all)?.[0];
      const place = document.createElement('div');
      place.id = 'fake';
      place.innerHTML = copy;
      for (const old of place.querySelectorAll('.emblem')) old.setAttribute('aria-label', found ?? theirs);
      document.body.append(place);
    },
    markup,
    [reader, `${reader}#0123456789abcdef0123456789abcdef`, ...windows],
    THEIRS,
    say('emblem_label', '[^"<]*', '[^"<]*', '[^"<]*'),
  );
  return drawn(world.tab);
}

const shipped = (name: string): Buffer => fs.readFileSync(path.join(extension, name));

/** What is ours in a view, as anybody who has Waxseal can copy it, styles and seal and all: with a sign of the attacker's own. */
const copyOf = (view: View, selector: string): Promise<string> =>
  view.evaluate(
    (what, theirs, seal, css) => {
      const copy = document.querySelector(what)?.cloneNode(true) as HTMLElement;
      for (const image of copy.querySelectorAll('img')) image.src = seal;
      for (const sign of copy.querySelectorAll('.emblem')) {
        sign.replaceChildren();
        sign.setAttribute('aria-label', theirs);
        sign.removeAttribute('title');
      }
      return `<style>${css}</style>${copy.outerHTML}`;
    },
    selector,
    THEIRS,
    `data:image/png;base64,${shipped('icons/128.png').toString('base64')}`,
    shipped('ui.css').toString(),
  );

/** The readers that the page has framed by itself are real ones, and have no sign for it to borrow. */
async function noneToBorrow(world: World): Promise<void> {
  const strangers = await until('the readers in frames of the page say that they have no ticket', async () => {
    const frames = await world.driver.frames(world.tab, 'reader.html');
    const texts = await Promise.all(frames.map((one) => one.text()));
    const refused = frames.filter((_, at) => texts[at]?.includes(say('err_bad_ticket')));
    return refused.length === 2 ? refused : null;
  });
  for (const one of strangers) assert.equal(await signNow(one), null);
}

const frameOfOurs: Case = async (world) => {
  const { name } = await chooseWords(world.driver, WORDS);
  const armored = world.gpg.encrypt(SECRET, [world.bob.fingerprint]);
  await world.show(`<pre>${escaped(armored)}</pre>`, SPY);
  const [frame] = await readers(world.driver, world.tab, 1);
  assert.ok(frame);
  await shows(frame, SECRET);
  await signed(frame, name);
  const copy = (await copyOf(frame, 'main')).replaceAll(SECRET, 'Pay 500 to the new account.');
  const theirs = await fake(world, copy);
  await noneToBorrow(world);
  await signed(frame, name);
  return theirs !== name && theirs === THEIRS ? TOLD : `drawn with the sign "${theirs}"`;
};

const composerOfOurs: Case = async (world) => {
  const { name } = await chooseWords(world.driver, WORDS);
  await world.show('<textarea id="t" rows="4" cols="40">some words</textarea>', SPY);
  await world.tab.click('#t');
  await world.tab.press('Control+a');
  await world.driver.command(world.tab, 'encrypt-selection');
  const window = await composer(world.driver);
  await signed(window, name);
  const theirs = await fake(world, await copyOf(window, 'wx-compose-page'));
  await signed(window, name);
  await window.close();
  await noneToBorrow(world);
  return theirs !== name && theirs === THEIRS ? TOLD : `drawn with the sign "${theirs}"`;
};

export const FAKES: Cases = {
  'U1.page': frameOfOurs,
  'X7.composer': composerOfOurs,
};
