// A reader frame and the content script that mounted it.

import type { Target } from 'waxseal-wasm';
import { record } from '../ui/record.js';
import { asPass, asView, Lost, MAX_MAIL, type PassMessage, type ReaderMessage, type ViewMessage } from './channel.js';
import type { Supply, Take } from './pieces.js';
import { release } from './release.js';

/** Ports that are kept until the vault has told the proof; only one is honest, and a page could post many. */
const MAX_CANDIDATES = 8;

interface Candidate {
  readonly port: MessagePort;
  readonly proof: string;
  readonly origin: string;
}

/** Takes the port that a content script hands over; see `accept`. */
export class ReaderDoor {
  #candidates: Candidate[] = [];
  #wanted: { readonly proof: string; readonly origin: string; readonly take: (port: MessagePort) => void } | undefined;
  #stop: () => void;

  /** Listens from now on: made at the top of the frame's script, for the port comes with the frame's load event. */
  constructor() {
    const heard = (event: MessageEvent) => this.#heard(event);
    addEventListener('message', heard);
    this.#stop = () => removeEventListener('message', heard);
  }

  /**
   * Waits for the port that shows `proof` and comes from the document that the vault gave the ticket to. All others
   * are closed: the page can post to this frame as well as its content script can.
   */
  async accept(proof: string, target: Target): Promise<ReaderChannel> {
    const port = await new Promise<MessagePort>((take) => {
      this.#wanted = { proof, origin: target.origin, take };
      for (const candidate of this.#candidates) this.#judge(candidate);
    });
    this.#stop();
    this.#candidates = [];
    return new ReaderChannel(port);
  }

  #heard({ data, origin, source, ports }: MessageEvent<unknown>): void {
    const [port] = ports;
    if (!port || source !== window.parent || !isHandover(data)) return;
    const candidate = { port, proof: data.proof, origin };
    if (this.#wanted) this.#judge(candidate);
    else if (this.#candidates.length < MAX_CANDIDATES) this.#candidates.push(candidate);
    else port.close();
  }

  #judge({ port, proof, origin }: Candidate): void {
    const wanted = this.#wanted;
    if (wanted && proof === wanted.proof && origin === wanted.origin) wanted.take(port);
    else port.close();
  }
}

/**
 * How long the content script may be silent that was asked for a piece of a mail, in ms. It gives up on the site before that;
 * but a page that stands still says nothing.
 */
const SILENCE = 60_000;

/** The port, with its messages checked. */
export class ReaderChannel {
  readonly #port: MessagePort;
  /** Counts how often a large mail was asked for. */
  #passes = 0;
  #passed: ((message: PassMessage) => void) | undefined;

  constructor(port: MessagePort) {
    this.#port = port;
  }

  /** Starts to listen: `onView` is called with the block or mail. */
  listen(onView: (view: ViewMessage) => void): void {
    this.#port.onmessage = ({ data }: MessageEvent<unknown>) => {
      record('content-desk', 'content', 'reader', data);
      const passed = asPass(data);
      if (passed) return this.#passed?.(passed);
      const view = asView(data);
      if (view) onView(view);
    };
    this.send({ t: 'ready' });
  }

  /** A large mail, asked for anew each time. `each` throws `Lost`. */
  large(size: number): Supply {
    return { size, each: (take) => this.#each(take) };
  }

  async #each(take: Take): Promise<void> {
    const pass = ++this.#passes;
    for (let all = 0; ; ) {
      const heard = await this.#next(pass);
      if (heard.t === 'octets_end') return;
      if (heard.t === 'octets_lost') throw new Lost(heard.error);
      all += heard.data.length;
      if (all > MAX_MAIL) throw new Lost('limit');
      const more = await take(heard.data);
      release(heard.data);
      if (more === false) return;
    }
  }

  #next(pass: number): Promise<PassMessage> {
    return new Promise((resolve, reject) => {
      const silent = setTimeout(() => reject(new Lost('timed_out')), SILENCE);
      this.#passed = (message) => {
        if (message.pass !== pass) return;
        clearTimeout(silent);
        resolve(message);
      };
      this.send({ t: 'more', pass });
    });
  }

  /** Tells the content script something. */
  send(message: ReaderMessage): void {
    record('content-desk', 'reader', 'content', message);
    this.#port.postMessage(message);
  }
}

function isHandover(data: unknown): data is { readonly proof: string } {
  if (typeof data !== 'object' || data === null) return false;
  const { waxseal, proof } = data as Record<string, unknown>;
  return waxseal === 'port' && typeof proof === 'string';
}
