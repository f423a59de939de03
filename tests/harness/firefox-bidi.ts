import type { Browser } from 'puppeteer-core';

/** A node of `browsingContext.getTree`. */
export interface Context {
  context: string;
  url: string;
  children: Context[] | null;
}

interface RemoteValue {
  type: string;
  value?: unknown;
  sharedId?: string;
}

interface Evaluated {
  type: 'success' | 'exception';
  result: RemoteValue;
  exceptionDetails?: { text: string };
}

/** The raw protocol line: puppeteer starts Firefox and owns the socket; extension documents need more than it offers. */
interface Connection {
  send(method: string, params: unknown): Promise<{ result: unknown }>;
  on(event: string, listener: (params: never) => void): void;
}

/** WebDriver BiDi as Firefox speaks it, as far as the harness needs it. */
export class Bidi {
  readonly #connection: Connection;
  #window = '';

  constructor(browser: Browser) {
    this.#connection = (browser as unknown as { connection: Connection }).connection;
    // What the browser asks by itself (a page that does not want to be left) is answered with yes.
    this.#connection.on('browsingContext.userPromptOpened', ({ context }: { context: string }) => {
      void this.send('browsingContext.handleUserPrompt', { context, accept: true }).catch(() => undefined);
    });
  }

  /** Hears of nothing but what is answered: Puppeteer wants to be told of each document, script and line of a log. */
  async quiet(): Promise<void> {
    await this.send('session.unsubscribe', { events: ['browsingContext', 'log', 'script', 'input'] });
    await this.send('session.subscribe', { events: ['browsingContext.userPromptOpened'] });
  }

  /** Sends one command and returns its result. */
  async send<T>(method: string, params: unknown): Promise<T> {
    return (await this.#connection.send(method, params)).result as T;
  }

  /** All tabs, windows and their frames. */
  async tree(root?: string): Promise<Context[]> {
    const params = root ? { root } : {};
    return (await this.send<{ contexts: Context[] }>('browsingContext.getTree', params)).contexts;
  }

  /** Evaluates an expression in a document, awaits it and returns its JSON value. */
  async run(context: string, expression: string): Promise<unknown> {
    const result = await this.#evaluate({ context }, `(async () => JSON.stringify(await (${expression})))()`);
    return typeof result.value === 'string' ? JSON.parse(result.value) : undefined;
  }

  /** A reference to the element that the expression yields. */
  async element(context: string, expression: string): Promise<{ sharedId: string }> {
    const { sharedId } = await this.#evaluate({ context }, expression);
    if (!sharedId) throw new Error('no such element');
    return { sharedId };
  }

  /** Calls a function in the browser's own window, with all its powers (Services, WebExtensionPolicy, ...). */
  async privileged<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Promise<Awaited<R>> {
    if (!this.#window) {
      const tree = await this.send<{ contexts: Context[] }>('browsingContext.getTree', {
        'moz:scope': 'chrome',
        maxDepth: 0,
      });
      this.#window = tree.contexts[0]?.context ?? '';
    }
    return (await this.run(this.#window, `(${String(fn)})(...${JSON.stringify(args)})`)) as Awaited<R>;
  }

  async #evaluate(target: unknown, expression: string): Promise<RemoteValue> {
    const outcome = await this.send<Evaluated>('script.evaluate', {
      target,
      expression,
      awaitPromise: true,
      resultOwnership: 'none',
      userActivation: false,
    });
    if (outcome.type === 'exception') throw new Error(outcome.exceptionDetails?.text ?? 'exception');
    return outcome.result;
  }
}
