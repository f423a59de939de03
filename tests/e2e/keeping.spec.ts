// How a mail is kept as a draft: what is kept can be read again, belongs to the draft that it was written for, and is not said
// to be kept before it is. Needs no browser: the modules of the window run in Node, on a shelf of our own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KeyInfo } from 'waxseal-wasm';
import { type Composition, draftOctets, EMPTY, readDraft } from '../../extension/pages/write/composition.js';
import type { Written } from '../../extension/pages/write/editor/editor.js';
import { schema } from '../../extension/pages/write/editor/schema.js';
import { docOf, toText } from '../../extension/pages/write/editor/text.js';
import type { Attachment } from '../../extension/pages/write/files.js';
import { Keeper, type Shelf } from '../../extension/pages/write/keeper.js';
import type { LeftDraft } from '../../extension/pages/write/left-drafts.js';
import { MAX_WRITTEN_SIZE, MAX_WRITTEN_TEXT } from '../../extension/ui/limits.js';

const KEY = { fingerprint: 'aa', can_encrypt: true } as KeyInfo;
const PLAIN: Written = { kind: 'plain', text: 'some words' };

/** A draft that was left behind. */
const LEFT: LeftDraft = {
  id: 'D',
  saved: 5,
  delivered: undefined,
  files: [],
  lost: [],
  composition: EMPTY,
  written: PLAIN,
  secret: false,
  release: () => undefined,
};

const file = (id: string, data = new Uint8Array(3)): Attachment => ({
  id,
  name: `${id}.png`,
  mediaType: 'image/png',
  secret: false,
  quoted: false,
  data,
});

/** A window that writes, and what lies on its shelf: by the names of drafts, and of drafts and files. */
function desk() {
  const drafts = new Map<string, Uint8Array>();
  const delivered = new Map<string, number | undefined>();
  const files = new Set<string>();
  /** Files that were stored by themselves, before the text that names them. */
  const alone: string[] = [];
  const held: string[] = [];
  const sealed: string[] = [];
  /** Files for which there is no room, and those that cannot be encrypted, by their octets. */
  const large = new Set<Uint8Array>();
  const stubborn = new Set<Uint8Array>();
  const state = { mail: { ...EMPTY } as Composition, written: PLAIN, sealing: Promise.resolve() };
  const shelf: Shelf = {
    async hold(id) {
      held.push(id);
      return () => void held.splice(held.indexOf(id), 1);
    },
    async keepFile(draft, name, octets) {
      if (large.has(octets)) throw new DOMException('no room', 'QuotaExceededError');
      files.add(`${draft}/${name}`);
      alone.push(name);
    },
    async keepDraft({ id, armored, delivered: then }, names, replaced) {
      for (const octets of replaced.values())
        if (large.has(octets)) throw new DOMException('no room', 'QuotaExceededError');
      drafts.set(id, armored);
      delivered.set(id, then);
      for (const name of replaced.keys()) files.add(`${id}/${name}`);
      for (const one of files) {
        const [draft, name = ''] = one.split('/');
        if (draft === id && !names.includes(name)) files.delete(one);
      }
      return names.filter((name) => !files.has(`${id}/${name}`));
    },
    async drop(id) {
      drafts.delete(id);
    },
    async seal({ name, data }, { fingerprint }) {
      await state.sealing;
      if (stubborn.has(data)) throw new Error('no memory');
      sealed.push(`${name} for ${fingerprint}`);
      return data;
    },
  };
  const keeper = new Keeper(
    'site',
    () => ({ composition: state.mail, written: state.written }),
    () => undefined,
    shelf,
  );
  keeper.key = KEY;
  /** Stops the encryption until the function that is given back is called. */
  const hold = () => {
    let go: () => void = () => undefined;
    state.sealing = new Promise((resolve) => {
      go = resolve;
    });
    return go;
  };
  const subject = (id: string) => readDraft(drafts.get(id) ?? new Uint8Array()).composition.subject;
  return { keeper, state, drafts, delivered, files, alone, held, sealed, large, stubborn, hold, subject };
}

test('what is being kept while another draft is continued goes to its own draft', async () => {
  const { keeper, state, drafts, files, held, hold, subject } = desk();
  const [own] = held;
  assert.ok(own);
  drafts.set('D', draftOctets({ ...EMPTY, subject: 'of D', files: [file('map')] }, PLAIN));
  files.add('D/map');
  state.mail = { ...EMPTY, subject: 'of the window' };
  keeper.changed();
  const go = hold();
  const keeping = keeper.keep();
  const release = () => void held.splice(held.indexOf('D'), 1);
  held.push('D');
  const left = { ...LEFT, files: [file('map')], release };
  const adopting = keeper.adopt(left);
  go();
  await Promise.all([keeping, adopting]);
  assert.equal(subject('D'), 'of D');
  assert.equal(subject(own), 'of the window');
  assert.deepEqual([...files], ['D/map']);
  assert.deepEqual(held, ['D'], 'other windows may go on with what was left');
  assert.deepEqual(keeper.state, { state: 'kept', at: 5 });

  state.mail = { ...EMPTY, subject: 'of D, changed', files: left.files };
  keeper.changed();
  assert.equal(await keeper.keep(), true);
  assert.equal(subject('D'), 'of D, changed');
  assert.equal(subject(own), 'of the window');
  assert.deepEqual([...files], ['D/map']);
});

test('what was not kept yet when another draft is continued stays as a draft', async () => {
  const { keeper, state, held, subject } = desk();
  const [own = ''] = held;
  state.mail = { ...EMPTY, subject: 'the last change' };
  keeper.changed();
  await keeper.adopt(LEFT);
  assert.equal(subject(own), 'the last change');
  assert.equal(keeper.safe, true);
});

test('nothing is safe while it is still being encrypted', async () => {
  const { keeper, drafts, hold } = desk();
  keeper.changed();
  assert.equal(await keeper.keep(), true);
  assert.equal(keeper.safe, true);
  keeper.changed();
  assert.equal(keeper.safe, false);
  const go = hold();
  const keeping = keeper.keep();
  // The encryption has begun.
  await new Promise(setImmediate);
  assert.equal(keeper.state.state, 'kept', 'what was kept before');
  assert.equal(keeper.safe, false);
  go();
  await keeping;
  assert.equal(keeper.safe, true);
  assert.equal(drafts.size, 1);
});

test('what is changed while the window keeps its mail to close is kept as well', async () => {
  const { keeper, state, held, hold, subject } = desk();
  keeper.changed();
  const go = hold();
  const keeping = keeper.keep();
  await new Promise(setImmediate);
  state.mail = { ...EMPTY, subject: 'typed meanwhile' };
  keeper.changed();
  go();
  assert.equal(await keeping, true);
  assert.equal(subject(held[0] ?? ''), 'typed meanwhile');
});

test('what is kept for a key is kept anew for another one', async () => {
  const { keeper, state, sealed, hold } = desk();
  state.mail = { ...EMPTY, files: [file('map')] };
  keeper.changed();
  const go = hold();
  const keeping = keeper.keep();
  await new Promise(setImmediate);
  keeper.key = { ...KEY, fingerprint: 'bb' };
  go();
  assert.equal(await keeping, true);
  assert.deepEqual(sealed, ['file for aa', 'draft.json for aa', 'file for bb', 'draft.json for bb']);
});

test('a draft that is gone on with under another key is for that one as a whole: its files go with the text', async () => {
  const { keeper, state, sealed, alone } = desk();
  keeper.key = { ...KEY, fingerprint: 'bb' };
  const left = { ...LEFT, files: [file('map')] };
  await keeper.adopt(left);
  state.mail = { ...EMPTY, files: [...left.files, file('plan')] };
  keeper.changed();
  assert.equal(await keeper.keep(), true);
  assert.deepEqual(sealed, ['file for bb', 'file for bb', 'draft.json for bb']);
  assert.deepEqual(alone, ['plan'], 'the text that is stored names the other one');
  keeper.changed();
  assert.equal(await keeper.keep(), true);
  assert.deepEqual(sealed.slice(3), ['draft.json for bb'], 'once');
});

test('a file that the stored text names never changes before that text, whichever key it was kept for', async () => {
  const { keeper, state, files, held, alone, hold } = desk();
  const [own] = held;
  state.mail = { ...EMPTY, files: [file('photo')] };
  keeper.changed();
  assert.equal(await keeper.keep(), true);
  // Another sender, and what the photo tells is taken out of it.
  keeper.key = { ...KEY, fingerprint: 'bb' };
  state.mail = { ...EMPTY, files: [file('photo', new Uint8Array(2)), file('map')] };
  assert.equal(await keeper.keep(), true);
  assert.deepEqual(alone, ['photo', 'map']);
  assert.deepEqual([...files], [`${own}/photo`, `${own}/map`]);

  // What is kept while another draft is continued is known of that one alone.
  keeper.changed();
  const go = hold();
  const keeping = keeper.keep();
  const adopting = keeper.adopt({ ...LEFT, files: [file('plan')] });
  go();
  await Promise.all([keeping, adopting]);
  keeper.key = KEY;
  state.mail = { ...EMPTY, files: [file('plan', new Uint8Array(1)), file('photo')] };
  assert.equal(await keeper.keep(), true);
  assert.deepEqual(alone, ['photo', 'map', 'photo']);
});

test('a mail that was put into the webmail is kept as one, until it is changed or gone on with', async () => {
  const { keeper, state, drafts, delivered, held, subject } = desk();
  const [own = ''] = held;
  const before = Date.now();
  // Nobody has changed anything: what the page held before is in this window alone.
  state.mail = { ...EMPTY, subject: 'as the page had it' };
  assert.equal(await keeper.deliver(), true);
  assert.equal(subject(own), 'as the page had it');
  const then = delivered.get(own) ?? 0;
  assert.ok(then >= before && then <= Date.now());

  // Another key reads it: it was put there all the same.
  keeper.key = { ...KEY, fingerprint: 'bb' };
  keeper.flush();
  await new Promise(setImmediate);
  assert.equal(keeper.safe, true);
  assert.equal(delivered.get(own), then);

  assert.equal(await keeper.keep(), true);
  assert.equal(delivered.get(own), undefined, 'closed to go on with it');
  assert.equal(await keeper.deliver(), true);
  keeper.changed();
  assert.equal(keeper.safe, false);
  assert.equal(await keeper.keep(), true);
  assert.equal(delivered.get(own), undefined, 'it was changed');

  await keeper.adopt({ ...LEFT, delivered: then });
  assert.equal(keeper.safe, false, 'it did not go out');
  assert.equal(await keeper.keep(), true);
  assert.ok(drafts.has('D'));
  assert.equal(delivered.get('D'), undefined);
});

test('a mail that was put into the webmail and cannot be kept is said so', async () => {
  const { keeper, delivered } = desk();
  keeper.key = undefined;
  assert.equal(await keeper.deliver(), false);
  assert.deepEqual([keeper.state, keeper.safe], [{ state: 'no_key' }, false]);
  // It is as soon as there is a key again.
  keeper.key = KEY;
  keeper.flush();
  await new Promise(setImmediate);
  assert.equal([...delivered.values()].filter((one) => one !== undefined).length, 1);
  await keeper.end();
  assert.equal(keeper.ended, true);
});

test('who signs is kept with the draft; one that was kept before that was so has nobody', () => {
  const signed = draftOctets({ ...EMPTY, signer: 'ab' }, PLAIN);
  assert.equal(readDraft(signed).composition.signer, 'ab');
  const { signer: _, ...older } = JSON.parse(new TextDecoder().decode(draftOctets(EMPTY, PLAIN)));
  assert.equal(readDraft(new TextEncoder().encode(JSON.stringify(older))).composition.signer, undefined);
  assert.throws(() => readDraft(new TextEncoder().encode(JSON.stringify({ ...older, signer: 7 }))));
});

test('that the subject came encrypted is kept with the draft; of an older one it is known by what it was', () => {
  const octets = (draft: object) => new TextEncoder().encode(JSON.stringify(draft));
  const secret = (draft: object) => readDraft(octets(draft)).composition.secretSubject;
  const answer = { mode: 'reply', secret: true } as const;
  const kept = (composition: Partial<Composition>): object =>
    JSON.parse(new TextDecoder().decode(draftOctets({ ...EMPTY, answer, ...composition }, PLAIN)));
  assert.equal(secret(kept({ secretSubject: true, hidden: false })), true);
  assert.equal(secret(kept({ secretSubject: false, hidden: true })), false);
  const older = (hidden: boolean) => ({ ...kept({ hidden }), secretSubject: undefined });
  assert.deepEqual([secret(older(true)), secret(older(false))], [true, false]);
  assert.throws(() => secret({ ...kept({}), secretSubject: 7 }));
});

test('a picture whose file was removed, drawn again by a step back, does not make a draft unreadable', () => {
  const image = (id: string) => schema.node('image', { file: id, alt: id });
  const line = schema.node('paragraph', null, [schema.text('here: '), image('gone'), schema.text(' '), image('there')]);
  const doc = schema.node('doc', null, [schema.node('quote', { secret: true }, [line])]);
  const { written } = readDraft(draftOctets({ ...EMPTY, files: [file('there')] }, { kind: 'rich', doc }));
  assert.ok(written.kind === 'rich');
  assert.equal(toText(written.doc), '> here: [gone] [there]');
  const pictures: string[] = [];
  written.doc.descendants(({ attrs }) => void (attrs.file && pictures.push(attrs.file)));
  assert.deepEqual(pictures, ['there']);
  assert.equal(written.doc.firstChild?.attrs.secret, true);
});

test('an answer to all of a long list is kept', () => {
  const cc = Array.from({ length: 1_500 }, (_, at) => `list-${at}@example.test`);
  assert.deepEqual(readDraft(draftOctets({ ...EMPTY, cc }, PLAIN)).composition.cc, cc);
});

test('what could not be read again is not said to be kept', async () => {
  const half = new Uint8Array(MAX_WRITTEN_SIZE / 2 + 1);
  const tooMuch: Record<string, [Composition, Written]> = {
    files: [{ ...EMPTY, files: [file('one', half), file('two', half)] }, PLAIN],
    text: [EMPTY, { kind: 'plain', text: 'x'.repeat(MAX_WRITTEN_TEXT + 1) }],
    subject: [
      { ...EMPTY, subject: 'x'.repeat(10_001) },
      { kind: 'rich', doc: docOf('') },
    ],
  };
  for (const [what, [mail, written]] of Object.entries(tooMuch)) {
    const { keeper, state, drafts, files } = desk();
    Object.assign(state, { mail, written });
    keeper.changed();
    assert.equal(await keeper.keep(), false, what);
    assert.deepEqual(keeper.state, { state: 'failed' }, what);
    assert.equal(keeper.safe, false, what);
    assert.equal(drafts.size + files.size, 0, what);
    // It can be kept again as soon as it is small enough.
    Object.assign(state, { mail: EMPTY, written: PLAIN });
    keeper.changed();
    assert.equal(await keeper.keep(), true, what);
  }
});

for (const [why, said] of [
  ['large', 'full'],
  ['stubborn', 'failed'],
] as const) {
  test(`a file that is too ${why} to be kept keeps out neither the text nor other files, and is tried again`, async () => {
    const { keeper, state, files, held, subject, [why]: kept } = desk();
    const [own = ''] = held;
    const film = file('film');
    kept.add(film.data);
    state.mail = { ...EMPTY, subject: 'with a film', files: [film, file('map')] };
    keeper.changed();
    assert.equal(await keeper.keep(), false);
    assert.deepEqual([keeper.state, keeper.safe], [{ state: said }, false]);
    assert.equal(subject(own), 'with a film');
    assert.deepEqual([...files], [`${own}/map`]);

    // What can be kept is, each time.
    state.mail = { ...state.mail, subject: 'an hour later' };
    keeper.changed();
    assert.equal(await keeper.keep(), false);
    assert.equal(subject(own), 'an hour later');

    kept.clear();
    assert.equal(await keeper.keep(), true);
    assert.equal(keeper.safe, true);
    assert.deepEqual([...files], [`${own}/map`, `${own}/film`]);
  });

  test(`a file that became too ${why} to be kept stays as it was, and the text is kept`, async () => {
    const { keeper, state, drafts, files, held, sealed, subject, [why]: kept } = desk();
    const [own = ''] = held;
    state.mail = { ...EMPTY, files: [file('photo')] };
    keeper.changed();
    assert.equal(await keeper.keep(), true);
    const silent = file('photo', new Uint8Array(2));
    kept.add(silent.data);
    state.mail = { ...EMPTY, subject: 'of the photo', files: [silent] };
    keeper.changed();
    assert.equal(await keeper.keep(), false);
    assert.deepEqual([keeper.state, keeper.safe], [{ state: said }, false]);
    assert.equal(subject(own), 'of the photo');
    assert.deepEqual([drafts.size, ...files], [1, `${own}/photo`]);
    kept.clear();
    sealed.length = 0;
    assert.equal(await keeper.keep(), true);
    assert.deepEqual(sealed, ['file for aa', 'draft.json for aa']);
  });
}

test('what the browser has dropped of the files is stored again with the next change', async () => {
  const { keeper, state, files, held, alone } = desk();
  const [own] = held;
  state.mail = { ...EMPTY, files: [file('photo'), file('map')] };
  keeper.changed();
  assert.equal(await keeper.keep(), true);
  files.clear();
  keeper.changed();
  assert.equal(await keeper.keep(), true);
  assert.equal(keeper.safe, true);
  assert.deepEqual([...files], [`${own}/photo`, `${own}/map`]);
  assert.deepEqual(alone, ['photo', 'map', 'photo', 'map']);
});

test('a text that cannot be had for once is kept the next time', async () => {
  const { keeper, state, drafts } = desk();
  Object.defineProperty(state, 'mail', {
    configurable: true,
    get: () => {
      throw new Error('not drawn yet');
    },
  });
  keeper.changed();
  assert.equal(await keeper.keep(), false);
  assert.deepEqual([keeper.state, keeper.safe], [{ state: 'failed' }, false]);
  Object.defineProperty(state, 'mail', { value: { ...EMPTY } });
  assert.equal(await keeper.keep(), true);
  assert.equal(drafts.size, 1);
  await keeper.end();
  assert.equal(drafts.size, 0);
});
