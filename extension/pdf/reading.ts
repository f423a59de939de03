// A PDF that is looked at, seen from the page: a Worker that is asked for one thing at a time and never waited for long.

import { record } from '../ui/record.js';
import { checked, DATA, type FromWorker, MAX_PAGES, type PdfFailure, type ToWorker, type Wanted } from './protocol.js';

/**
 * Milliseconds that one request may take, loading pdf.js included. A page of scans takes two seconds on a slow machine; what
 * takes ten times as long is looked at better with another program.
 */
export const PDF_LIMIT = 20_000;
/** Files of the extension that one Worker is given: each of them, and again when pdf.js has thrown them away. */
const MAX_NEEDS = 20;

/** It is not shown, and why. */
export class PdfRefused extends Error {
  constructor(readonly why: PdfFailure) {
    super(why);
    this.name = 'PdfRefused';
  }
}

/** One page as it was drawn. */
export type Drawn = Extract<FromWorker, { t: 'drawn' }>;

type Request = Exclude<ToWorker, { t: 'data' }>;

/** One file, open. After a failure of the Worker itself it is gone, and can be opened again. */
export class PdfFile {
  readonly #worker = new Worker(chrome.runtime.getURL('pdf-worker.js'), { type: 'module', name: 'waxseal pdf' });
  #closed = false;
  #needs = 0;
  #last: Promise<unknown> = Promise.resolve();
  #pages = 0;

  private constructor() {}

  /** Opens it; the octets move away. Rejects with `PdfRefused` only, as all that follows. */
  static async open(octets: Uint8Array<ArrayBuffer>): Promise<PdfFile> {
    const file = new PdfFile();
    try {
      const answer = await file.#ask('opened', { t: 'open', octets }, [octets.buffer]);
      file.#pages = answer.pages;
      return file;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Pages that can be drawn. */
  get pages(): number {
    return Math.min(this.#pages, MAX_PAGES);
  }

  /** It says that it has more than that. */
  get hasMore(): boolean {
    return this.#pages > MAX_PAGES;
  }

  /** False once the Worker is gone. */
  get usable(): boolean {
    return !this.#closed;
  }

  /** Draws a page. */
  draw(wanted: Wanted): Promise<Drawn> {
    return this.#ask('drawn', { t: 'draw', wanted });
  }

  /** The text of a page, in the order in which the file has it. */
  async text(page: number): Promise<string> {
    return (await this.#ask('text', { t: 'text', page })).text;
  }

  /** Throws the Worker away, whatever it is doing. */
  close(): void {
    this.#closed = true;
    this.#worker.terminate();
  }

  #ask<T extends FromWorker['t']>(
    kind: T,
    request: Request,
    transfer: ArrayBuffer[] = [],
  ): Promise<Extract<FromWorker, { t: T }>> {
    const answered = this.#last.then(async () => {
      const answer = await this.#exchange(request, transfer);
      if (answer.t === kind) return answer as Extract<FromWorker, { t: T }>;
      // What was too much leaves too much behind; and who answers something else is not to be asked again.
      if (answer.t !== 'failed' || answer.why === 'costly') this.close();
      throw new PdfRefused(answer.t === 'failed' ? answer.why : 'broken');
    });
    this.#last = answered.catch(() => undefined);
    return answered;
  }

  #exchange(request: Request, transfer: ArrayBuffer[]): Promise<FromWorker> {
    return new Promise((resolve) => {
      const end = (answer: FromWorker): void => {
        clearTimeout(timer);
        resolve(answer);
      };
      const costly: FromWorker = { t: 'failed', why: 'costly' };
      const timer = setTimeout(() => {
        this.close();
        end(costly);
      }, PDF_LIMIT);
      if (this.#closed) return end(costly);
      this.#worker.onmessage = ({ data }: MessageEvent<unknown>) => {
        const answer = checked(data);
        record('desk-worker', 'pdf', 'desk', answer);
        if (answer?.t === 'need') void this.#give(answer.name);
        else if (answer) end(answer);
        else {
          this.close();
          end({ t: 'failed', why: 'broken' });
        }
      };
      // Out of memory.
      this.#worker.onerror = (event) => {
        event.preventDefault();
        this.close();
        end(costly);
      };
      this.#post(request, transfer);
    });
  }

  async #give(name: string): Promise<void> {
    const known = DATA.has(name) && this.#needs++ < MAX_NEEDS;
    const octets = known ? await own(name) : null;
    if (!this.#closed) this.#post({ t: 'data', name, octets }, octets ? [octets.buffer] : []);
  }

  #post(message: ToWorker, transfer: ArrayBuffer[]): void {
    record('desk-worker', 'desk', 'pdf', message);
    this.#worker.postMessage(message, transfer);
  }
}

async function own(name: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    const answer = await fetch(chrome.runtime.getURL(`pdf/${name}`));
    return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
  } catch {
    return null;
  }
}
