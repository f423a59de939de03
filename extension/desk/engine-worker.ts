// The engine: opens one hostile message, or makes one, in a Worker that is thrown away afterwards. It holds plaintext
// and the session key of that message; it has no way to the vault, to storage or to the network.

import init, { MailWriter, previewKeys, Reader, SignatureCheck, Source, sortFiles, Writer } from 'waxseal-wasm';
import type { EngineAnswer, EngineOperations, EngineRequest, Operation } from './engine-protocol.js';
import { wasm } from './engine-wasm.js';
import { eachOctets, FileGone } from './pieces.js';

/** The job in hand; a `Writer` is used up by its last step, mails stay for their files and for what was made. */
let reader: Reader | undefined;
let source: Source | undefined;
let check: SignatureCheck | undefined;
let writer: Writer | undefined;
let mailWriter: MailWriter | undefined;

/** Octets of a part of what was made, at most. */
const MAX_PART = 128 * 1024;

const loaded = init({ module_or_path: wasm });

addEventListener('message', ({ data }: MessageEvent<EngineRequest>) => void answer(data));

async function answer(request: EngineRequest): Promise<void> {
  try {
    await loaded;
    const made = await run(request);
    // The octets of a file or of what was made move; all else is small.
    reply({ ok: true, answer: made }, 'data' in made && made.data ? [made.data.buffer] : []);
  } catch {
    // A request out of order, or a trap.
    giveUp();
  }
}

// A trap while the engine waits for WebCrypto: nobody who called it is there to catch it.
addEventListener('error', giveUp);
addEventListener('unhandledrejection', giveUp);

/** Nothing more is to be had from this Worker. */
function giveUp(): void {
  reply({ ok: false });
  close();
}

async function run(request: EngineRequest): Promise<EngineOperations[Operation]['answer']> {
  switch (request.op) {
    case 'open':
      reader = Reader.open(request.armored, request.form);
      return reader.opened();
    case 'take_source':
      source = await taken(request.source);
      return { kind: source ? 'taken' : 'gone' };
    case 'begin_source':
      source = new Source(request.size);
      return {};
    case 'source_piece':
      expect(source).add(request.piece);
      return { data: request.piece as Uint8Array<ArrayBuffer> };
    case 'open_mail': {
      const whole = expect(source);
      source = undefined;
      reader = Reader.openMail(whole, request.name);
      return reader.opened();
    }
    case 'decrypt':
      return await expect(reader).decrypt(request.algorithm, request.key, request.opened_by);
    case 'password':
      return await expect(reader).decryptWithPassword(request.password);
    case 'finish':
      return expect(reader).finish(request.certificates, request.vouched, request.sender, request.now);
    case 'file': {
      const from = expect(reader);
      // Never a view into the memory of the wasm.
      const data = (request.use === 'open' ? from.part(request.id) : undefined) ?? from.file(request.id);
      return { data: data as Uint8Array<ArrayBuffer> | undefined };
    }
    case 'source':
      return { data: expect(reader).source() as Uint8Array<ArrayBuffer> | undefined };
    case 'begin':
      writer = await Writer.begin(request.job);
      return writer.step();
    case 'sign': {
      const last = expect(writer);
      writer = undefined;
      return await last.finish(request.signature);
    }
    case 'begin_mail':
      mailWriter = MailWriter.begin(request.order);
      return mailWriter.step();
    case 'file_piece':
      expect(mailWriter).filePiece(request.piece);
      return { data: request.piece as Uint8Array<ArrayBuffer> };
    case 'add_file':
      return expect(mailWriter).addFile(request.file);
    case 'make_mail':
      return await expect(mailWriter).make();
    case 'sign_mail':
      return await expect(mailWriter).finish(request.signatures);
    case 'output_piece': {
      const made = expect(mailWriter);
      const { place, from, into } = request;
      const lines = made.isLines(place, from);
      let [next, size] = [from, 0];
      while (size + MAX_PART <= into.length && made.isLines(place, next) === lines) {
        const more = made.outputPart(place, next, into.subarray(size));
        if (more === undefined) break;
        size += more;
        next++;
      }
      return { data: into as Uint8Array<ArrayBuffer>, size, lines, next };
    }
    case 'sort':
      return sortFiles(request.files);
    case 'check':
      check = SignatureCheck.open(request.signatures, request.size);
      return check.opened();
    case 'check_piece':
      expect(check).update(request.piece);
      return {};
    case 'check_end': {
      const last = expect(check);
      check = undefined;
      return last.finish(request.certificates, request.vouched, request.now);
    }
    case 'preview':
      return previewKeys(request.data, request.now);
  }
}

/** What the browser keeps, piece by piece; nothing when it does not give it. */
async function taken(source: Blob): Promise<Source | undefined> {
  const whole = new Source(source.size);
  try {
    await eachOctets(source, (piece) => whole.add(piece));
  } catch (error) {
    whole.free();
    if (error instanceof FileGone) return undefined;
    throw error;
  }
  return whole;
}

function expect<T>(job: T | undefined): T {
  if (job === undefined) throw new Error('out of order');
  return job;
}

function reply(message: EngineAnswer, transfer: ArrayBuffer[] = []): void {
  postMessage(message, { transfer });
}
