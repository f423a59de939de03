// The engine: opens one hostile message, or makes one, in a Worker that is thrown away afterwards. It holds plaintext
// and the session key of that message; it has no way to the vault, to storage or to the network.

import init, { previewKeys, Reader, Writer } from 'waxseal-wasm';
import type { EngineAnswer, EngineOperations, EngineRequest, Operation } from './engine-protocol.js';

/** The job in hand; `Reader` and `Writer` are used up by their last step. */
let reader: Reader | undefined;
let writer: Writer | undefined;

const loaded = init({ module_or_path: new URL('waxseal_bg.wasm', location.href) });

addEventListener('message', ({ data }: MessageEvent<EngineRequest>) => void answer(data));

async function answer(request: EngineRequest): Promise<void> {
  try {
    await loaded;
    reply({ ok: true, answer: run(request) });
  } catch {
    // A trap, or a request out of order. Either way nothing more is to be had from this Worker.
    reply({ ok: false });
    close();
  }
}

function run(request: EngineRequest): EngineOperations[Operation]['answer'] {
  switch (request.op) {
    case 'open':
      reader = Reader.open(request.armored, request.form);
      return reader.opened();
    case 'decrypt':
      return expect(reader).decrypt(request.algorithm, request.key, request.opened_by);
    case 'password':
      return expect(reader).decryptWithPassword(request.password);
    case 'finish': {
      const last = expect(reader);
      reader = undefined;
      return last.finish(request.certificates, request.sender, request.now);
    }
    case 'begin':
      writer = Writer.begin(request.job);
      return writer.step();
    case 'sign': {
      const last = expect(writer);
      writer = undefined;
      return last.finish(request.signature);
    }
    case 'preview':
      return previewKeys(request.data, request.now);
  }
}

function expect<T>(job: T | undefined): T {
  if (job === undefined) throw new Error('out of order');
  return job;
}

function reply(message: EngineAnswer): void {
  postMessage(message);
}
