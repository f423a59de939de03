// The desk and its Worker: what becomes of a job whose Worker never answers, cannot be loaded or stops on its input.
// A stub stands for the Worker and the clock is moved by hand, so that nobody waits; needs no browser.

import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import type { EncryptJob, MailOrder, SignRequest, UiReply, WriteStep } from 'waxseal-wasm';
import { Lost } from '../../extension/desk/channel.js';
import {
  dropPrepared,
  ENGINE_LIMIT,
  encrypt,
  type Output,
  prepareEngine,
  previewKeys,
  readMessage,
  WRITING_LIMIT,
  writeMail,
} from '../../extension/desk/engine.js';
import { EngineFailure } from '../../extension/desk/engine-client.js';
import type { EngineAnswer, EngineRequest } from '../../extension/desk/engine-protocol.js';
import { type Take, wholeOf } from '../../extension/desk/pieces.js';

/** What the engine does with a request; nothing is what an endless loop does. */
type Behaviour = (worker: StubWorker, request: EngineRequest) => void;

/** A Worker as the desk uses it. */
class StubWorker {
  static made: StubWorker[] = [];
  static behaviour: Behaviour = () => undefined;
  onmessage: ((event: { data: EngineAnswer }) => void) | null = null;
  onmessageerror: (() => void) | null = null;
  onerror: ((event: { preventDefault(): void }) => void) | null = null;
  terminated = false;
  /** What it was given to run. */
  readonly modules: WebAssembly.Module[] = [];

  constructor(
    readonly url: string,
    readonly options: WorkerOptions,
  ) {
    StubWorker.made.push(this);
  }

  postMessage(request: EngineRequest | WebAssembly.Module, transfer: ArrayBuffer[] = []): void {
    if (request instanceof WebAssembly.Module) {
      this.modules.push(request);
      return;
    }
    assert.ok(!this.terminated, 'nothing is sent to a Worker that was thrown away');
    // What moves is gone on this side.
    StubWorker.behaviour(this, structuredClone(request, { transfer }));
  }

  terminate(): void {
    this.terminated = true;
  }

  dispatchEvent(event: Event): void {
    this.onerror?.(event);
  }

  answer(data: EngineAnswer): void {
    if (!this.terminated) this.onmessage?.({ data });
  }
}

/** The smallest wasm that there is; compiled as often as the desk has it compiled. */
const WASM = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
let compiled = 0;
let compile = async () => new WebAssembly.Module(WASM);
Object.assign(WebAssembly, {
  compileStreaming() {
    compiled++;
    return compile();
  },
});
Object.assign(globalThis, {
  Worker: StubWorker,
  ErrorEvent: Event,
  fetch: async () => undefined,
  chrome: { runtime: { getURL: (path: string) => `moz-extension://test/${path}` } },
  __RECORD__: '',
});
mock.timers.enable({ apis: ['setTimeout'] });

beforeEach(() => {
  StubWorker.made = [];
});

const JOB: EncryptJob = {
  text: 'text',
  recipients: [],
  hidden: [],
  passwords: ['password'],
  signer: undefined,
  now: 1_800_000_000,
};
const BLOCK = { kind: 'block', armored: '-----BEGIN PGP MESSAGE-----', form: 'message', sender: null } as const;
const hangs: Behaviour = () => undefined;
const works: Behaviour = (worker) =>
  worker.answer({ ok: true, answer: { kind: 'done', armored: 'armored', aead: true } });
const never = () => assert.fail('nothing is asked of the vault');
const write = () => encrypt(JOB, never);

/** Runs a job with a Worker that behaves so; a good one follows, whatever became of the first. */
async function failing(behaviour: Behaviour, job: () => Promise<{ state: string }>) {
  StubWorker.behaviour = behaviour;
  const outcome = await job();
  const [first] = StubWorker.made;
  assert.equal(StubWorker.made.length, 1);
  assert.ok(first?.terminated, 'the Worker is thrown away');
  StubWorker.behaviour = works;
  assert.deepEqual(await write(), { state: 'done', armored: 'armored', aead: true });
  assert.equal(StubWorker.made.length, 2, 'the next job has a Worker of its own');
  return outcome;
}

const TIMED_OUT = { state: 'failed', error: 'timed_out', detail: undefined };
const CRASHED = { state: 'failed', error: 'crashed', detail: undefined };

/** Starts a job and moves the clock to its limit; not a millisecond earlier is it given up. */
async function untilLimit<T>(job: Promise<T>): Promise<T> {
  let ended = false;
  const done = job.finally(() => {
    ended = true;
  });
  mock.timers.tick(ENGINE_LIMIT - 1);
  await new Promise(setImmediate);
  assert.ok(!ended && !StubWorker.made[0]?.terminated, 'it has all of its time');
  mock.timers.tick(1);
  return done;
}

test('wasm that cannot be compiled ends the job at once, and is compiled anew for the next', async () => {
  const good = compile;
  compile = () => Promise.reject(new Error('out of memory'));
  const failed = failing(hangs, write);
  await new Promise(setImmediate);
  compile = good;
  assert.deepEqual(await failed, CRASHED);
  assert.equal(compiled, 2);
});

const JOBS: [string, () => Promise<{ state: string }>][] = [
  ['making a message', write],
  ['reading a message', () => readMessage(BLOCK, async () => never()).read()],
  ['looking at keys', () => previewKeys(new Uint8Array([1, 2, 3]))],
];

for (const [what, job] of JOBS) {
  test(`${what}: a Worker that never answers is stopped at its limit, and the next job works`, async () => {
    assert.deepEqual(await failing(hangs, () => untilLimit(job())), TIMED_OUT);
  });

  test(`${what}: a Worker that breaks off is thrown away at once, and the next job works`, async () => {
    let prevented = false;
    const traps: Behaviour = (worker) =>
      worker.onerror?.({
        preventDefault: () => {
          prevented = true;
        },
      });
    assert.deepEqual(await failing(traps, job), CRASHED);
    assert.ok(prevented, 'the page is not told of it a second time');
    const says: Behaviour = (worker) => worker.answer({ ok: false });
    StubWorker.made = [];
    assert.deepEqual(await failing(says, job), CRASHED);
    const garbles: Behaviour = (worker) => worker.onmessageerror?.();
    StubWorker.made = [];
    assert.deepEqual(await failing(garbles, job), CRASHED);
  });
}

test('a job whose Worker is thrown away ends at once', async () => {
  StubWorker.behaviour = hangs;
  const reading = readMessage(BLOCK, async () => never());
  const read = reading.read();
  await new Promise(setImmediate);
  reading.close();
  assert.deepEqual(await read, CRASHED);
});

test('a file that is asked for while the mail is read again comes from the Worker that has it then', async () => {
  StubWorker.behaviour = (worker, { op }) => {
    const [first] = StubWorker.made;
    if (op === 'take_source') worker.answer({ ok: true, answer: { kind: 'taken' } });
    if (op === 'open_mail') worker.answer({ ok: true, answer: { kind: 'readable', issuers: [] } as never });
    if (op === 'finish') worker.answer({ ok: true, answer: { kind: 'mail', mail: {} } as never });
    if (op === 'file' && worker !== first) worker.answer({ ok: true, answer: { data: new Uint8Array([7]) } });
  };
  const mail = { kind: 'mail', source: new Uint8Array([1]), sender: null } as const;
  const reading = readMessage(mail, async () => never());
  await reading.read();
  const files = [reading.file(0), reading.file(1)];
  await new Promise(setImmediate);
  assert.equal((await reading.read()).state, 'readable');
  assert.deepEqual(await Promise.all(files), [new Uint8Array([7]), new Uint8Array([7])]);
  // There is no other one now.
  const last = reading.file(0);
  reading.close();
  assert.equal(await last, undefined);
});

test('each request has its own time: waiting for the vault between two of them counts for neither', async () => {
  let signed: (() => void) | undefined;
  StubWorker.behaviour = (worker, { op }) => {
    if (op === 'begin') worker.answer({ ok: true, answer: { kind: 'sign', request: {} as never } });
    if (op === 'sign') worker.answer({ ok: true, answer: { kind: 'done', armored: 'signed', aead: false } });
  };
  const job = encrypt(JOB, () => new Promise((done) => (signed = () => done({ signature: 'AA' }))));
  await new Promise(setImmediate);
  mock.timers.tick(10 * ENGINE_LIMIT);
  signed?.();
  assert.deepEqual(await job, { state: 'done', armored: 'signed', aead: false });
});

const ORDER: MailOrder = {
  form: 'entity',
  headers: { from: undefined, to: [], cc: [], subject: '', outer_subject: undefined },
  text: 'text',
  html: undefined,
  recipients: [],
  hidden: [],
  own: undefined,
  signer: undefined,
  passwords: [],
  for_waxseal: false,
  gossip: false,
  enclosed_key: undefined,
  now: 1_800_000_000,
  utc_offset: 0,
};
const FILES = [
  { name: 'a', mediaType: 'image/png', contentId: 'a@b', data: new Uint8Array([1, 2, 3]) },
  { name: 'b', mediaType: '', data: new Uint8Array([4]) },
];

/** An engine that makes mails: two signatures, two outputs. */
function making(heard: EngineRequest[], steps: Partial<Record<EngineRequest['op'], WriteStep>> = {}): Behaviour {
  const request = (certificate: string) => ({ certificate }) as SignRequest;
  const about = (name: string) => ({ name, media_type: 'a/b', size: 6 });
  const usual: Partial<Record<EngineRequest['op'], WriteStep>> = {
    begin_mail: { kind: 'ready' },
    add_file: { kind: 'ready' },
    make_mail: { kind: 'sign', requests: [request('one'), request('two')] },
    sign_mail: { kind: 'done', outputs: [about('x'), about('y')], aead: true },
  };
  return (worker, asked) => {
    heard.push(asked);
    if (asked.op === 'file_piece') {
      // Its memory goes back and is used again: who looks at it later sees something else.
      heard[heard.length - 1] = { ...asked, piece: asked.piece.slice() };
      worker.answer({ ok: true, answer: { data: asked.piece as Uint8Array<ArrayBuffer> } });
    } else if (asked.op === 'output_piece') {
      const into = asked.into as Uint8Array<ArrayBuffer>;
      into[0] = asked.place;
      // A piece of text, and one that stands in it as a line of armor.
      const size = asked.from < 2 ? 1 : 0;
      worker.answer({ ok: true, answer: { data: into, size, lines: asked.from === 1, next: asked.from + 1 } });
    } else worker.answer({ ok: true, answer: { ...usual, ...steps }[asked.op] as WriteStep });
  };
}

/** How many octets each piece of an output has, and whether lines are made of them. */
async function packedOf(output: Output | undefined): Promise<[number, boolean][]> {
  const pieces: [number, boolean][] = [];
  await output?.packed?.((piece, lines) => pieces.push([piece.length, lines]));
  return pieces;
}

test('a mail is made of its files, signed as often as it has to be, and handed out', async () => {
  const heard: EngineRequest[] = [];
  StubWorker.behaviour = making(heard);
  const progress: [number, number][] = [];
  const asked: string[] = [];
  const sign = async ({ certificate }: SignRequest) => {
    asked.push(certificate);
    return { signature: `by ${certificate}` };
  };
  const written = await writeMail(ORDER, FILES, sign, (done, of) => progress.push([done, of]));
  assert.ok(written.state === 'done' && written.aead);
  const ops = heard.map(({ op }) => op);
  const taken = ['file_piece', 'add_file', 'file_piece', 'add_file'];
  assert.deepEqual(ops, ['begin_mail', ...taken, 'make_mail', 'sign_mail']);
  const [, piece, first] = heard;
  assert.ok(piece?.op === 'file_piece' && first?.op === 'add_file');
  assert.deepEqual(piece.piece, FILES[0]?.data);
  assert.deepEqual(first.file, { name: 'a', media_type: 'image/png', content_id: 'a@b' });
  assert.equal(FILES[0]?.data.length, 3, 'the octets stay with the caller');
  assert.deepEqual(asked, ['one', 'two']);
  const signed = heard[6];
  assert.deepEqual(signed?.op === 'sign_mail' && signed.signatures, ['by one', 'by two']);
  // To take the files is half of the work.
  assert.deepEqual(progress, [
    [3, 8],
    [4, 8],
  ]);

  // What was made stays with the Worker, and can be taken as often as somebody wants it.
  const [worker] = StubWorker.made;
  assert.equal(worker?.terminated, false);
  for (let time = 0; time < 2; time++) {
    const outputs: unknown[] = [];
    for (const { name, mediaType, ...supply } of written.outputs)
      outputs.push({ name, mediaType, data: await wholeOf(supply) });
    assert.deepEqual(await packedOf(written.outputs[0]), [
      [1, false],
      [1, true],
    ]);
    const output = (name: string, data: string) => ({
      name,
      mediaType: 'a/b',
      data: new Uint8Array(Buffer.from(data)),
    });
    assert.deepEqual(outputs, [output('x', '\0AA==\n'), output('y', '\u0001AQ==\n')]);
  }
  written.close();
  assert.ok(worker?.terminated);
  await assert.rejects(async () => written.outputs[0]?.each(() => undefined), EngineFailure);
});

test('who takes two things at once that were made gets them one after the other', async () => {
  StubWorker.behaviour = making([]);
  const written = await writeMail(ORDER, [], async () => ({ signature: '' }));
  assert.ok(written.state === 'done');
  const all = [...written.outputs, ...written.outputs].map(wholeOf);
  assert.deepEqual(
    (await Promise.all(all)).map(([first]) => first),
    [0, 1, 0, 1],
  );
  written.close();
});

test('a mail that the browser has lost is told of, and one on a slow disk has time', async () => {
  StubWorker.behaviour = (worker) => worker.answer({ ok: true, answer: { kind: 'gone' } as never });
  const mail = { kind: 'mail', source: new Blob(['a']), sender: null } as const;
  const gone = { state: 'failed', error: 'file_unreadable', detail: undefined };
  assert.deepEqual(await readMessage(mail, async () => never()).read(), gone);
  StubWorker.behaviour = hangs;
  const reading = readMessage(mail, async () => never());
  const read = reading.read();
  await new Promise(setImmediate);
  mock.timers.tick(WRITING_LIMIT - 1);
  await new Promise(setImmediate);
  assert.ok(reading.busy);
  mock.timers.tick(1);
  assert.deepEqual(await read, TIMED_OUT);
});

test('a mail that nobody keeps comes each time that it is read, and it is said when it does not come', async () => {
  const heard: EngineRequest[] = [];
  StubWorker.behaviour = (worker, asked) => {
    heard.push(asked.op === 'source_piece' ? { ...asked, piece: asked.piece.slice() } : asked);
    const data = asked.op === 'source_piece' ? (asked.piece as Uint8Array<ArrayBuffer>) : undefined;
    worker.answer({ ok: true, answer: (data ? { data } : { kind: 'failed', error: 'malformed' }) as never });
  };
  let lost = false;
  const each = async (take: Take) => {
    await take(new Uint8Array([1, 2]));
    if (lost) throw new Lost('mail_gone');
    await take(new Uint8Array([3]));
  };
  const reading = readMessage({ kind: 'mail', source: { size: 3, each }, sender: null }, async () => never());
  const piece = (...octets: number[]): EngineRequest => ({ op: 'source_piece', piece: new Uint8Array(octets) });
  const asked: EngineRequest[] = [{ op: 'begin_source', size: 3 }, piece(1, 2), piece(3)];
  for (let time = 1; time <= 2; time++) {
    assert.deepEqual(await reading.read(), { state: 'failed', error: 'malformed', detail: undefined });
    assert.deepEqual(heard.splice(0), [...asked, { op: 'open_mail', name: undefined }]);
  }
  lost = true;
  assert.deepEqual(await reading.read(), { state: 'failed', error: 'mail_gone', detail: undefined });
  assert.ok(StubWorker.made.every(({ terminated }) => terminated));
});

test('what was made and is not given as a whole is not passed on as if it were', async () => {
  const short = making([], {
    sign_mail: { kind: 'done', outputs: [{ name: 'x', media_type: 'a/b', size: 7 }], aead: true },
  });
  StubWorker.behaviour = short;
  const written = await writeMail(ORDER, [], async () => ({ signature: '' }));
  assert.ok(written.state === 'done');
  const pieces: number[] = [];
  await assert.rejects(async () => written.outputs[0]?.each((piece) => pieces.push(...piece)), EngineFailure);
  assert.deepEqual(pieces, [...Buffer.from('\0AA==\n')]);
  // Who wants no more of it is not told that something is missing.
  await written.outputs[0]?.each(() => false);
  written.close();
});

test('a mail that cannot be made ends where it fails, and nobody is asked for a signature in vain', async () => {
  const failed: WriteStep = { kind: 'failed', error: 'limit', detail: undefined };
  for (const [op, last] of [
    ['begin_mail', 'begin_mail'],
    ['add_file', 'add_file'],
    ['make_mail', 'make_mail'],
  ] as const) {
    const heard: EngineRequest[] = [];
    StubWorker.behaviour = making(heard, { [op]: failed });
    const written = await writeMail(ORDER, FILES, async () => never());
    assert.deepEqual(written, { state: 'failed', error: 'limit', detail: undefined });
    assert.equal(heard.at(-1)?.op, last);
    assert.equal(heard.filter((request) => request.op === op).length, 1);
  }
  const heard: EngineRequest[] = [];
  StubWorker.behaviour = making(heard);
  const refused = { error: 'wrong_passphrase', detail: undefined } as const;
  assert.deepEqual(await writeMail(ORDER, [], async () => refused), { state: 'failed', ...refused });
  assert.equal(heard.at(-1)?.op, 'make_mail');
  // It was signed already: an engine that asks again is wrong.
  StubWorker.behaviour = making(heard, { sign_mail: { kind: 'sign', requests: [] } });
  const again = await writeMail(ORDER, [], async () => ({ signature: '' }));
  assert.equal(again.state === 'failed' && again.error, 'signing_failed');
  assert.ok(StubWorker.made.every((worker) => worker.terminated));
});

test('large files have more time than hostile messages', async () => {
  const usual = making([]);
  StubWorker.behaviour = (worker, request) => {
    if (request.op !== 'make_mail') usual(worker, request);
  };
  const job = writeMail(ORDER, FILES, async () => never());
  await new Promise(setImmediate);
  mock.timers.tick(WRITING_LIMIT - 1);
  await new Promise(setImmediate);
  assert.equal(StubWorker.made[0]?.terminated, false);
  mock.timers.tick(1);
  assert.deepEqual(await job, TIMED_OUT);
});

test('a message that waits for its key does not keep a Worker for hours, and is opened anew', async () => {
  const opened: EngineAnswer = {
    ok: true,
    answer: { kind: 'encrypted', pkesks: ['AA'], key_ids: [], password: false } as never,
  };
  StubWorker.behaviour = (worker) => worker.answer(opened);
  const locked: UiReply = { kind: 'locked', keys: [] };
  const reading = readMessage(BLOCK, async () => locked);
  const waiting = { state: 'locked', keys: [], password: false, wrong: false };
  assert.deepEqual(await reading.read(), waiting);
  assert.deepEqual(await reading.read(), waiting);
  assert.equal(StubWorker.made.length, 1, 'it waits with what was opened');
  assert.equal(StubWorker.made[0]?.terminated, false);
  mock.timers.tick(60_000);
  assert.equal(StubWorker.made[0]?.terminated, true);
  assert.deepEqual(await reading.read(), waiting);
  assert.equal(StubWorker.made.length, 2);
  reading.close();
  assert.equal(StubWorker.made[1]?.terminated, true);
});

test('the wasm is compiled once for all Workers of a document', async () => {
  StubWorker.behaviour = works;
  await write();
  const before = compiled;
  await write();
  await new Promise(setImmediate);
  const [one, other] = StubWorker.made;
  assert.equal(compiled, before);
  assert.equal(one?.modules.length, 1);
  assert.deepEqual(other?.modules, one?.modules);
});

test('a prepared Worker does one job like any other; the next job has another one', async () => {
  StubWorker.behaviour = works;
  prepareEngine();
  prepareEngine();
  assert.equal(StubWorker.made.length, 1, 'one at a time');
  await write();
  assert.equal(StubWorker.made.length, 1, 'the job has taken it');
  assert.ok(StubWorker.made[0]?.terminated);
  await write();
  assert.equal(StubWorker.made.length, 2);
});

test('a prepared Worker that cannot be started, or is not needed, is thrown away', async () => {
  StubWorker.behaviour = works;
  prepareEngine();
  StubWorker.made[0]?.onerror?.({ preventDefault: () => undefined });
  assert.ok(StubWorker.made[0]?.terminated);
  assert.deepEqual(await write(), { state: 'done', armored: 'armored', aead: true });
  assert.equal(StubWorker.made.length, 2, 'the job has a Worker of its own');
  prepareEngine();
  dropPrepared();
  assert.ok(StubWorker.made[2]?.terminated);
});
