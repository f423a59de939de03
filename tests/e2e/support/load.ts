// What the content script does on the main thread of a page while it loads, counted and timed piece by piece. It runs in
// the page itself, between functions of ours that stand for the browser: only so each of its pieces has a beginning and an
// end that can be seen in both browsers.

/** What it did from its start until it rested. */
export interface Load {
  /** Milliseconds of each piece, in order. A piece is what runs without giving the browser a turn. */
  pieces: { what: string; ms: number }[];
  /** What it asked of the vault. */
  asked: string[];
  /** Frames that it made. */
  frames: number;
}

/**
 * Runs the content script in this document, on a site that is switched on, until nothing of it waits any more: no timer, no
 * idle callback, no answer. Fails if that does not come.
 */
export function load(source: string): Promise<Load> {
  const done: Load = { pieces: [], asked: [], frames: 0 };
  const frames = document.querySelectorAll('iframe').length;
  const waiting = new Set<unknown>();
  let rested = (): void => undefined;
  const end = (token: unknown): void => {
    waiting.delete(token);
    // What follows at once may wait for something again.
    if (waiting.size === 0) queueMicrotask(() => waiting.size === 0 && rested());
  };
  const piece = (what: string, run: () => void): void => {
    const start = performance.now();
    run();
    done.pieces.push({ what, ms: performance.now() - start });
  };

  const native = {
    idle: requestIdleCallback.bind(window),
    cancelIdle: cancelIdleCallback.bind(window),
    timer: window.setTimeout.bind(window),
    clear: window.clearTimeout.bind(window),
  };
  const stand = (what: string, begin: (run: () => void) => number, stop: (id: number) => void) => {
    const begun = new Map<number, object>();
    return {
      begin(run: () => void): number {
        const token = {};
        waiting.add(token);
        const id = begin(() => {
          piece(what, run);
          end(token);
        });
        begun.set(id, token);
        return id;
      },
      stop(id: number): void {
        stop(id);
        end(begun.get(id));
      },
    };
  };
  const idle = stand('idle', (run) => native.idle(run), native.cancelIdle);
  const timers = new Map<number, ReturnType<typeof stand>>();
  const instead = {
    requestIdleCallback: (run: () => void) => idle.begin(run),
    cancelIdleCallback: (id: number) => idle.stop(id),
    setTimeout(run: () => void, ms: number): number {
      const timer = stand('timer', (then) => native.timer(then, ms), native.clear);
      const id = timer.begin(run);
      timers.set(id, timer);
      return id;
    },
    clearTimeout: (id: number) => timers.get(id)?.stop(id),
    setInterval(): never {
      throw new Error('the content script asks to be called again and again');
    },
    chrome: {
      runtime: {
        id: 'waxseal',
        onMessage: { addListener: () => undefined },
        onConnect: { addListener: () => undefined },
        sendMessage(call: { page?: { kind: string } }): Promise<unknown> {
          done.asked.push(call.page?.kind ?? 'a part');
          waiting.add(call);
          const answer = { kind: 'site', enabled: true, selection_button: true };
          return new Promise((resolve) => {
            // The answer comes with a turn of its own, as it does from the background. Whatever awaits it goes on in
            // microtasks, which take turns with these.
            native.timer(async () => {
              const start = performance.now();
              resolve(answer);
              for (let turn = 0; turn < 50; turn++) await null;
              done.pieces.push({ what: 'answer', ms: performance.now() - start });
              end(call);
            }, 0);
          });
        },
      },
    },
  };
  for (const [name, value] of Object.entries(instead)) {
    Object.defineProperty(window, name, { value, configurable: true, writable: true });
  }
  return new Promise((resolve, reject) => {
    const late = native.timer(() => reject(new Error('the content script does not come to rest')), 10_000);
    rested = () => {
      native.clear(late);
      done.frames = document.querySelectorAll('iframe').length - frames;
      resolve(done);
    };
    // A piece by itself: browsers do not do it here.
    let run = (): void => undefined;
    piece('compile', () => {
      run = new Function(source) as () => void;
    });
    piece('start', () => run());
  });
}
