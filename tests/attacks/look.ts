// What a reader frame says and shows, in the words of the manifest. The verdict is read from the band alone, and every
// line of the band must be a sentence of ours: whatever else stands there came from a message.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { extension } from '../e2e/support/session.js';
import { until, type View } from '../harness/index.js';

const TEXTS: Record<string, { message: string }> = JSON.parse(
  fs.readFileSync(path.join(extension, '_locales/en/messages.json'), 'utf8'),
);
const keys = (prefix: string): [string, string][] =>
  Object.entries(TEXTS)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, { message }]) => [key.slice(prefix.length), message]);

/** A frame as it is. */
interface Raw {
  /** Each line of the band as it is drawn, without the user's own sign. */
  band: string[];
  /** The sentences of the verdict. */
  lines: string[];
  /** When the signature was made, behind the sentence on it; empty where that is not said. */
  made: string;
  /** What went wrong, if something did. */
  failure: string | undefined;
  /** What is read: one text for each body of a mail, or the one of a message. */
  bodies: string[];
  /** How what is read stands to the band: `below`, and cut off at its own edges. */
  place: string;
  /** What lies over words of the band. */
  over: string[];
  /** What can be pressed. */
  buttons: string[];
  /** Everything in the frame, shown or not, and in the frames in it. */
  markup: string;
}

const raw = (frame: View): Promise<Raw | null> =>
  frame.evaluate(() => {
    const opening = document.querySelector<HTMLElement>('wx-opening:not([hidden])');
    const band = opening?.querySelector<HTMLElement>('section.verdict');
    if (!opening || !band || band.querySelector('.working')) return null;
    const clean = (text: string | null | undefined) => (text ?? '').replace(/\s+/g, ' ').trim();
    const inner = [...opening.querySelectorAll<HTMLIFrameElement>('iframe.mail-body')];
    const bodies = [...opening.querySelectorAll<HTMLElement>('.mail-part')].map((part) => {
      const html = part.querySelector<HTMLIFrameElement>('iframe.mail-body');
      if (html) return html.contentDocument?.body?.innerText ?? '';
      return part.querySelector<HTMLElement>('.letter')?.innerText ?? '';
    });
    const sign = clean(band.querySelector<HTMLElement>('wx-emblem')?.innerText);
    const section = opening.querySelector<HTMLElement>('section.message');
    const message = section?.querySelector<HTMLElement>(':scope > .text')?.innerText;
    const below = !section || section.getBoundingClientRect().top >= band.getBoundingClientRect().bottom;
    // Marks that are put on letters reach out of their line without end, and are seen by no measuring: they are cut off.
    const cut = !section || getComputedStyle(section).overflowY === 'clip';
    const words = [...band.querySelectorAll('.verdict-line > span')].flatMap((one) => [...one.getClientRects()]);
    const hit = words.flatMap(({ left, right, top, bottom }) =>
      [left + 1, (left + right) / 2, right - 1].map((x) => document.elementFromPoint(x, (top + bottom) / 2)),
    );
    return {
      place: `${below ? 'below' : 'over the band'}, ${cut ? 'cut off' : 'not cut off'}`,
      over: hit.filter((one) => one !== null && !band.contains(one)).map((one) => one?.outerHTML.slice(0, 80) ?? ''),
      band: band.innerText
        .split('\n')
        .map(clean)
        .filter((line) => line && line !== sign),
      lines: [...band.querySelectorAll('.verdict-line > span')].map((one) => clean(one.textContent)),
      made: clean(band.querySelector('.made-on')?.textContent),
      failure: band.querySelector('.notice.bad .strong')?.textContent ?? undefined,
      bodies: (message === undefined ? bodies : [message]).map((text) => text.trim()),
      buttons: [...opening.querySelectorAll<HTMLElement>('button, a[href]')].map((one) => clean(one.innerText)),
      markup: [document, ...inner.map((one) => one.contentDocument)]
        .map((one) => one?.documentElement.outerHTML ?? '')
        .join('\n'),
    };
  });

/** Words that the band may show beside its verdict: all texts of ours without a place to fill in. */
const OURS = new Set(keys('').flatMap(([, message]) => (message.includes('$') ? [] : [message.replace(/\s+/g, ' ')])));

/** When a signature was made, as the band tells it. */
const MADE = new RegExp(`^${TEXTS.signed_on?.message.replaceAll('.', '\\.').replace('$1', '[\\w ,:\u202f]+')}$`);

/** A sentence with a name in it, as `key name`. `people` are the only names that may be in it. */
function summary(line: string, people: ReadonlyMap<string, string>): string | undefined {
  for (const [key, message] of keys('summary_')) {
    const [before, after] = message.split('$1');
    if (before === undefined) continue;
    if (after === undefined) {
      if (line === message) return key;
      continue;
    }
    if (!line.startsWith(before) || !line.endsWith(after)) continue;
    const name = line.slice(before.length, line.length - after.length);
    const known = people.get(name);
    if (known) return `${key} ${known}`;
  }
  return undefined;
}

/** In the words of the manifest: an error code, or `encrypted, SUMMARY NAME [notes]`. */
function outcome({ band, lines, made, failure }: Raw, people: ReadonlyMap<string, string>): string {
  if (failure !== undefined) {
    const code = keys('err_').find(([, message]) => message === failure)?.[0];
    assert.ok(code, `an error of ours: ${failure}`);
    return code;
  }
  const [protection = '', sentence = '', ...notes] = lines;
  // Behind who signed stands when, and nothing else.
  const verdict = made ? sentence.slice(0, -made.length).trim() : sentence;
  assert.ok(!made || (MADE.test(made) && sentence.endsWith(made)), `a time: ${made}`);
  const kind = [...keys('encrypted_')].find(([, message]) => message === protection)?.[0];
  const said = summary(verdict, people);
  assert.ok(said && (kind === 'yes' || kind === 'no'), `sentences of ours: ${lines.join(' / ')}`);
  for (const line of band) assert.ok(OURS.has(line) || line === sentence, `a line of ours: ${line}`);
  const remarks = notes.map((note) => {
    const key = keys('note_').find(([, message]) => message === note)?.[0];
    assert.ok(key, `a remark of ours: ${note}`);
    return key;
  });
  return `${kind === 'yes' ? 'encrypted' : 'open'}, ${said}${remarks.length > 0 ? ` [${remarks.join(', ')}]` : ''}`;
}

/** What was seen. */
export interface Look {
  readonly outcome: string;
  readonly raw: Raw;
}

/** The exact texts that are read, or something that is true of them. */
export type Seen = readonly string[] | ((bodies: readonly string[]) => boolean);

/**
 * Looks at a frame until it has opened what it holds and shows exactly what it may, or fails with what it shows. After an
 * error nothing may be shown, and nothing may be pressed that could show it.
 */
export async function look(frame: View, seen: Seen, people: ReadonlyMap<string, string>): Promise<Look> {
  let last: Raw | null = null;
  const fits = (bodies: string[]) =>
    typeof seen === 'function' ? seen(bodies) : JSON.stringify(bodies) === JSON.stringify(seen);
  await until('the frame shows what it may', async () => {
    last = await raw(frame);
    return last !== null && fits(last.bodies);
  }).catch((error: unknown) => assert.fail(`${String(error)}\nit is: ${JSON.stringify({ ...last, markup: '' })}`));
  const found = last as unknown as Raw;
  assert.deepEqual([found.place, found.over], ['below, cut off', []], 'the verdict stands outside of what is read');
  if (found.failure !== undefined) {
    assert.deepEqual(found.bodies, []);
    const left = found.buttons.filter(
      (one) => one !== TEXTS.show_original?.message && one !== TEXTS.import_key?.message,
    );
    assert.deepEqual(left, [], 'nothing leads to the content');
  }
  return { outcome: outcome(found, people), raw: found };
}
