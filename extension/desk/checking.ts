// Checking a file against its detached signature: engine and vault in turn. Nothing of the file is kept.

import type { OfferedFile, OfferedRole, Verdict } from 'waxseal-wasm';
import { type Named, type SignedFile, toBase64 } from '../ui/files.js';
import { MAX_SIGNATURE_FILE } from '../ui/limits.js';
import type { AskVault } from '../ui/vault-client.js';
import { type EngineWorker, takeEngine } from './engine-client.js';
import { eachPiece, octets } from './pieces.js';
import { Signers } from './signers.js';
import { type Failed, failure, seconds } from './states.js';

/** How checking ended. */
export type Checked = { readonly state: 'checked'; readonly verdict: Verdict } | Failed;

/** Those that are under way: one at a time, because each reads a whole file and keeps a processor busy. */
let before: Promise<unknown> = Promise.resolve();

/** One file being checked. */
export class Checking {
  readonly #what: SignedFile;
  readonly #ask: AskVault;
  #worker: EngineWorker | undefined;
  #signers: Signers | undefined;
  #closed = false;
  #stop: () => void = () => undefined;
  readonly #stopped: Promise<void>;

  constructor(what: SignedFile, ask: AskVault) {
    this.#what = what;
    this.#ask = ask;
    this.#stopped = new Promise((stop) => {
      this.#stop = stop;
    });
  }

  /** Checks, when its turn has come. `onProgress` hears which share of the file is done. Never rejects. */
  run(onProgress: (share: number) => void): Promise<Checked> {
    const checked = before.then(() => this.#run(onProgress));
    // Whoever comes next does not wait for one that was stopped: its Worker answers no more.
    before = Promise.race([checked, this.#stopped]);
    return checked;
  }

  /** Checking again would say something else of the signers' keys: one was confirmed, or is no longer. Never rejects. */
  async outdated(): Promise<boolean> {
    return (await this.#signers?.changed(this.#ask)) ?? false;
  }

  /** Stops. */
  close(): void {
    this.#closed = true;
    this.#worker?.close();
    this.#stop();
  }

  async #run(onProgress: (share: number) => void): Promise<Checked> {
    if (this.#closed) return failed({ error: 'crashed', detail: undefined });
    const worker = takeEngine();
    this.#worker = worker;
    try {
      return await this.#steps(worker, onProgress);
    } catch (error) {
      return failure(error);
    } finally {
      worker.close();
    }
  }

  async #steps(worker: EngineWorker, onProgress: (share: number) => void): Promise<Checked> {
    const { file, signature } = this.#what;
    const signatures = await octets(signature.data);
    const { size } = file.data;
    const opened = await worker.request('check', { signatures, size }, [signatures.buffer]);
    if (opened.kind === 'failed') return failed(opened);
    if (opened.kind === 'encrypted') return failed({ error: 'malformed', detail: undefined });

    await eachPiece(file.data, async (piece, done) => {
      onProgress(done / size);
      await worker.request('check_piece', { piece }, [piece.buffer]);
    });
    onProgress(1);
    const signers = await Signers.of(opened.issuers, this.#ask);
    if (!(signers instanceof Signers)) return signers;
    this.#signers = signers;
    const { certificates, vouched } = signers;
    const outcome = await worker.request('check_end', { certificates, vouched, now: seconds() });
    return outcome.kind === 'checked' ? { state: 'checked', verdict: outcome.verdict } : failed(outcome);
  }
}

/** Finds the signatures among files that are opened together, and what they are on. Never rejects. */
export async function sortFiles(
  files: readonly Named[],
): Promise<{ readonly state: 'sorted'; readonly roles: readonly OfferedRole[] } | Failed> {
  const worker = takeEngine();
  try {
    const offered: OfferedFile[] = [];
    for (const { name, data } of files) {
      const small = data.size <= MAX_SIGNATURE_FILE ? toBase64(await octets(data)) : '';
      offered.push({ name, data: small });
    }
    const sorted = await worker.request('sort', { files: offered });
    return sorted.kind === 'sorted' ? { state: 'sorted', roles: sorted.roles } : failed(sorted);
  } catch (error) {
    return failure(error);
  } finally {
    worker.close();
  }
}

function failed({ error, detail }: Pick<Failed, 'error' | 'detail'>): Failed {
  return { state: 'failed', error, detail };
}
