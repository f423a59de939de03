// Pages that nobody sees, in a browser that holds back their timers (`heldBack`).

import assert from 'node:assert/strict';
import { PATIENCE, until, type View } from '../../harness/index.js';
import { page as html } from './site.js';

/** A chain of timers in a page, as sites have them. */
export const TICKS = '(function tick() { window.ticks = (window.ticks ?? 0) + 1; setTimeout(tick, 10); })();';

/** How many of them have run. */
export const ticks = (view: View): Promise<number> =>
  view.evaluate(() => (window as unknown as { ticks: number }).ticks);

/** Milliseconds without one, after which they count as held back: in a page behind they run once a second at first. */
const STILL = 2_500;

/** Brings another tab before a page that has {@link TICKS}, and waits until its timers are held back. */
export async function hide(view: View, front: View): Promise<void> {
  await front.front();
  let last = -1;
  let since = 0;
  await until(
    'the timers of the page are held back',
    async () => {
      const now = await ticks(view);
      if (now !== last) since = Date.now();
      last = now;
      return Date.now() - since > STILL;
    },
    3 * PATIENCE,
  );
  assert.equal(await view.evaluate(() => document.hidden), true);
}

/** A form that asks its server about addresses before it shows them, and lists a file as attached when the server has it. */
export const CHECKING = html(`<div><label>To <input id="to"></label><span id="chips"></span></div>
  <label>Subject <input id="subject"></label><textarea id="body" rows="10" cols="70"></textarea>
  <input id="attach" type="file" hidden><ul id="list"></ul><script>
  ${TICKS}
  const [to, chips, attach, list] = ['to', 'chips', 'attach', 'list'].map((id) => document.getElementById(id));
  to.addEventListener('change', async () => {
    const addresses = to.value.split(',').map((one) => one.trim());
    to.value = '';
    await fetch('/check');
    for (const address of addresses) {
      const chip = document.createElement('b');
      chip.textContent = chip.title = address;
      chips.append(chip, ' ');
    }
  });
  attach.addEventListener('change', async () => {
    const [file] = attach.files;
    attach.value = '';
    const item = document.createElement('li');
    item.setAttribute('aria-busy', 'true');
    item.append(file.name);
    list.append(item);
    await fetch('/upload', { method: 'POST', body: file });
    item.removeAttribute('aria-busy');
  });</script>`);
