// What an answer, a forwarded mail and a draft hold: what the user saw, for who is known to have written it, and never in
// clear outside of the window in which it is written (E7, R, S1, T3, X6, X11).

import assert from 'node:assert/strict';
import { FIRST_LINE, LAST_LINE } from '../../e2e/support/back-channels.js';
import { shows } from '../../e2e/support/desk.js';
import { encrypted, text } from '../../e2e/support/mime.js';
import { dearmor } from '../../e2e/support/packets.js';
import { say } from '../../e2e/support/session.js';
import { escaped } from '../../e2e/support/site.js';
import { button, field, until, type View } from '../../harness/index.js';
import type { Case, Cases } from '../case.js';
import { mail } from '../forms.js';
import { SECRET, type World } from '../world.js';
import { everything, lastLine } from './back-channels.js';
import { BESIDE, HIDES, movedMail } from './covert.js';

const SEEN = 'the answer holds what was seen';
const TYPED = 'The heron stands in the reeds.';
const EDITOR = '.editing';

/** The window in which one writes, once one can. */
async function opened(world: World): Promise<View> {
  const window = await world.driver.window('write.html');
  await until('one can write', async () => (await window.count(EDITOR)) > 0);
  return window;
}

async function answered(world: World, frame: View, how: 'reply' | 'forward'): Promise<View> {
  await button(frame, say(how)).click();
  return opened(world);
}

/** What will be sent: the text with its markup, and what is in the fields. (The original is shown beside it, to be read.) */
const written = (window: View): Promise<string> =>
  window.evaluate((editor) => {
    const fields = [...document.querySelectorAll<HTMLInputElement>('input, textarea')].map(({ value }) => value);
    const found = document.querySelector(editor);
    return [found ? new XMLSerializer().serializeToString(found) : '', ...fields].join('\n');
  }, EDITOR);

/** Who is written to. */
const to = (window: View): Promise<string[]> =>
  window.evaluate(() => [...document.querySelectorAll('.chip-text bdi')].map((one) => one.textContent ?? ''));

async function ended(world: World, window: View): Promise<void> {
  await window.close();
  await world.tab.front();
}

/** An answer to a mail that hides ciphertext of others: none of it is in it. */
const withoutSecret =
  (id: string): Case =>
  async (world) => {
    const { make, seen } = BESIDE[id] ?? assert.fail(id);
    const { frame } = await world.mail(mail(make(world)), { seen });
    const window = await answered(world, frame, 'reply');
    const words = seen[0]?.split('\n')[0] ?? '';
    await until('it is quoted', async () => (await window.text(EDITOR)).includes(words));
    assert.ok(!(await written(window)).includes(SECRET));
    await ended(world, window);
    return SEEN;
  };

/** Alice's mail that eve has sent on: answered to alice where the mail says so itself, else asked about. */
const toWhom =
  (isProtected: boolean): Case =>
  async (world) => {
    const raw = movedMail(world, isProtected, [['Reply-To', 'Eve <eve@example.test>']]);
    const { frame } = await world.mail(raw, { from: ['eve@example.test'], seen: [SECRET] });
    const window = await answered(world, frame, 'reply');
    if (isProtected) {
      await until('it is quoted', async () => (await window.text(EDITOR)).includes(SECRET));
      assert.deepEqual(await to(window), ['Alice <alice@example.test>']);
    } else {
      await shows(window, say('doubt_title'));
      assert.ok(!(await written(window)).includes(SECRET), 'nothing is quoted before the user says so');
    }
    await ended(world, window);
    return isProtected ? 'to the protected From' : 'quoted on demand only';
  };

/** Of two blocks in a page one is answered: the other is not in it, and nothing is quoted before the user says so. */
const oneOfTwo: Case = async (world) => {
  const { gpg, bob } = world;
  const blocks = [SECRET, 'Another one.'].map((words) => escaped(gpg.encrypt(words, [bob.fingerprint])));
  await world.show(`<pre>${blocks.join('\n\n')}</pre>`);
  const frame = await until('the second is read', async () => {
    for (const one of await world.driver.frames(world.tab, 'reader.html')) {
      if ((await one.text()).includes('Another one.')) return one;
    }
    return null;
  });
  const window = await answered(world, frame, 'reply');
  await shows(window, say('doubt_title'));
  assert.ok(!(await written(window)).includes('Another one.'));
  await button(window, say('doubt_quote')).click();
  await until('it is quoted', async () => (await window.text(EDITOR)).includes('Another one.'));
  assert.ok(!(await written(window)).includes(SECRET));
  await ended(world, window);
  return SEEN;
};

/** Words that are hidden in every way: each of them was drawn, and so each is quoted. */
const drawnWords: Case = async (world) => {
  const words = Object.keys(HIDES).map((name) => `Hidden by ${name}.`);
  const markup = Object.values(HIDES).map((hide, at) => hide(words[at] ?? ''));
  const content = text(`<p>Hello bob,</p>${markup.join('')}<p>Yours</p>`, 'text/html');
  const raw = mail(encrypted(world.gpg, content, [world.bob.fingerprint], world.alice.fingerprint));
  const { frame } = await world.mail(raw, { seen: ([body]) => words.every((one) => body?.includes(one)) });
  const window = await answered(world, frame, 'reply');
  await until('all is quoted', async () => {
    const quoted = await window.text(`${EDITOR} blockquote`);
    return ['Hello bob,', ...words, 'Yours'].every((one) => quoted.includes(one));
  });
  await ended(world, window);
  return SEEN;
};

/** HTML that calls home, taken over into what is written. */
const quietly =
  (how: 'reply' | 'forward'): Case =>
  async (world) => {
    const { frame } = await world.mail(everything(world), { seen: lastLine });
    const window = await answered(world, frame, how);
    await until('it is there', async () => {
      const taken = await window.text(EDITOR);
      return taken.includes(FIRST_LINE) && taken.includes(LAST_LINE);
    });
    const live =
      'img:not([src^="blob:"]), script, iframe, object, embed, form, svg, video, audio, style, link, meta, base, [style*="url"]';
    assert.equal(await window.evaluate((s) => document.querySelectorAll(s).length, `${EDITOR} :is(${live})`), 0);
    // A draft is kept of what somebody has begun to write. (A mail that is forwarded asks for a recipient first.)
    await window.click(EDITOR);
    await window.press('Control+Home');
    await window.type(TYPED);
    await kept(window);
    await world.silent();
    await ended(world, window);
    return 'nobody is reached';
  };

const kept = (window: View): Promise<void> =>
  shows(
    window,
    say('draft_kept', '')
      .trim()
      .replace(/[·\s]+$/, ''),
  );

/** All that is stored of drafts. */
const drafts = (window: View): Promise<string[]> =>
  window.evaluate(
    () =>
      new Promise<string[]>((resolve, reject) => {
        const opening = indexedDB.open('waxseal-drafts');
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const database = opening.result;
          const found: string[] = [];
          const names = [...database.objectStoreNames];
          const transaction = database.transaction(names);
          for (const name of names) {
            const all = transaction.objectStore(name).getAll();
            all.onsuccess = () => {
              for (const one of all.result as Record<string, unknown>[]) {
                const armored = one.armored instanceof Uint8Array ? new TextDecoder().decode(one.armored) : '';
                found.push(JSON.stringify({ ...one, armored }));
              }
            };
          }
          transaction.oncomplete = () => {
            database.close();
            resolve(found);
          };
        };
      }),
  );

/** The draft of an answer to ciphertext of others: encrypted to oneself, signed by nobody, nowhere else. */
const draft: Case = async (world) => {
  const { frame } = await world.mail(movedMail(world, false), { from: ['eve@example.test'], seen: [SECRET] });
  const window = await answered(world, frame, 'reply');
  await button(window, say('doubt_quote')).click();
  await until('it is quoted', async () => (await window.text(EDITOR)).includes(SECRET));
  await window.press('Control+Home');
  await window.type(TYPED);
  await kept(window);
  const stored = await until('the draft is stored', async () => {
    const found = (await drafts(window)).filter((one) => one.includes('BEGIN PGP MESSAGE'));
    return found.length > 0 ? found : null;
  });
  for (const one of stored) {
    assert.ok(!one.includes(SECRET) && !one.includes(TYPED));
    const { armored } = JSON.parse(one);
    dearmor(armored);
    assert.deepEqual(world.gpg.decrypt(armored).signers, [], 'a draft is signed by nobody');
  }
  const elsewhere = await world.driver.background(async () => ({
    local: await chrome.storage.local.get(null),
    session: await chrome.storage.session.get(null),
  }));
  assert.ok(!JSON.stringify(elsewhere).includes(TYPED) && !JSON.stringify(elsewhere).includes(SECRET));
  await ended(world, window);
  return 'ciphertext for oneself, signed by nobody';
};

const FORM = (script: string) => `<form><p><label>To <input id="to" value="alice@example.test"></label></p>
  <p><label>Subject <input id="subject" value="Hello"></label></p>
  <textarea id="body" rows="12" cols="72" aria-label="Message"></textarea></form><script>${script}</script>`;

async function writing(world: World, script = ''): Promise<View> {
  await world.show(FORM(script));
  await world.tab.click('#body');
  await world.driver.command(world.tab, 'write-mail');
  const window = await opened(world);
  await window.click(EDITOR);
  await window.type(TYPED);
  return window;
}

/** The page looks at its own form all the time, and saves what it finds. */
const autosave: Case = async (world) => {
  const script = `window.saved = []; setInterval(() => saved.push(document.querySelector('#body').value), 5);`;
  const window = await writing(world, script);
  await kept(window);
  await window.press('Control+Enter');
  await shows(window, say('there'));
  const saved = await until('the page has saved the ciphertext', () =>
    world.tab.evaluate(() => {
      const all = (globalThis as unknown as { saved: string[] }).saved;
      return all.at(-1)?.includes('END PGP MESSAGE') ? [...new Set(all)] : null;
    }),
  );
  for (const one of saved) assert.ok(one === '' || one.startsWith('-----BEGIN PGP MESSAGE-----'), one);
  const page = await world.tab.evaluate(() => new XMLSerializer().serializeToString(document));
  assert.ok(!page.includes(TYPED));
  assert.ok(world.gpg.decrypt(saved.at(-1) ?? '').text.includes(TYPED));
  await ended(world, window);
  return 'never in clear';
};

/** A page that puts something else into its form while it is filled in: the window does not say that the mail is there. */
const changed =
  (script: string): Case =>
  async (world) => {
    const window = await writing(world, script);
    await field(window, say('header_subject')).fill('Another subject');
    await window.press('Control+Enter');
    await until('it is said', async () => {
      const said = await window.text();
      assert.ok(!said.includes(say('there')), said);
      return [say('put_mangled'), say('put_fields')].some((one) => said.includes(one));
    });
    await ended(world, window);
    return 'noticed, and said';
  };

export const ANSWERS: Cases = {
  ...Object.fromEntries(Object.keys(BESIDE).map((id): [string, Case] => [`${id}-answer`, withoutSecret(id)])),
  'R8.answer': oneOfTwo,
  'R10.answer': toWhom(true),
  'R10.answer-unprotected': toWhom(false),
  'S1.quote': drawnWords,
  'E7.reply': quietly('reply'),
  'E7.forward': quietly('forward'),
  'T3.draft': draft,
  'X6.text': changed(
    `document.querySelector('#body').addEventListener('input', (e) => { e.target.value = 'Pay eve.' })`,
  ),
  'X6.subject': changed(
    `document.querySelector('#subject').addEventListener('input', (e) => { e.target.value = 'Pay eve.' })`,
  ),
  'X11.draft': autosave,
};
