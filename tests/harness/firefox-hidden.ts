import fs from 'node:fs';
import type { Bidi } from './firefox-bidi.js';
import { LOOKS } from './pointer.js';
import { PATIENCE, until } from './until.js';
import { type ClickOptions, type Point, View } from './view.js';

/** Documents of the extension that Firefox's protocol does not list: they are reached from privileged code. */
export type HiddenKind = 'popup' | 'background';

/** Runs the source of an async function with system powers in the document's process; `content` is its window. */
async function frameScript(bidi: Bidi, id: string, kind: HiddenKind, source: string): Promise<unknown> {
  const json = await bidi.privileged(
    async (addon, viewType, body, patience) => {
      const { extension } = WebExtensionPolicy.getByID(addon);
      // In the same turn: it could be stopped again before it is asked.
      if (viewType === 'background') await extension.wakeupBackground();
      const views = [...extension.views];
      const manager = views.find((view) => view.viewType === viewType)?.xulBrowser.messageManager;
      if (!manager) throw new Error(`there is no ${viewType}`);
      const name = `waxseal:${Math.random()}`;
      const script = `(${body})().then((json) => ({ json }), (error) => ({ error: String(error) }))
        .then((answer) => sendAsyncMessage(${JSON.stringify(name)}, answer))`;
      return new Promise<string | undefined>((done, fail) => {
        manager.addMessageListener(name, function listener({ data }) {
          manager.removeMessageListener(name, listener);
          if (data.error) fail(new Error(data.error));
          else done(data.json);
        });
        // A document that goes away takes the answer with it.
        window.setTimeout(() => fail(new Error(`the ${viewType} did not answer`)), patience);
        manager.loadFrameScript(`data:application/javascript;charset=utf-8,${encodeURIComponent(script)}`, false);
      });
    },
    id,
    kind,
    source,
    PATIENCE,
  );
  return typeof json === 'string' ? JSON.parse(json) : undefined;
}

/** Evaluates an expression in the extension's popup or background, awaits it and returns its JSON value. */
export async function runHidden(bidi: Bidi, id: string, kind: HiddenKind, expression: string): Promise<unknown> {
  const inner = `(async () => JSON.stringify(await (${expression})))().then(done, (e) => fail(String(e)))`;
  // A sandbox with the page's own globals is not subject to the page's CSP, which forbids eval.
  return frameScript(
    bidi,
    id,
    kind,
    `() => new Promise((done, fail) => {
      const sandbox = Cu.Sandbox(content, { sandboxPrototype: content, wantXrays: false });
      Cu.exportFunction(done, sandbox, { defineAs: 'done' });
      Cu.exportFunction((text) => fail(new Error(text)), sandbox, { defineAs: 'fail' });
      Cu.evalInSandbox(${JSON.stringify(inner)}, sandbox);
    })`,
  );
}

/** The real toolbar popup of Firefox. */
export class FirefoxPopup extends View {
  constructor(
    readonly bidi: Bidi,
    readonly id: string,
  ) {
    super();
  }

  override async run(expression: string): Promise<unknown> {
    return runHidden(this.bidi, this.id, 'popup', expression);
  }

  override async clickAt(point: Point, options: ClickOptions = {}): Promise<void> {
    const { button = 'left', count = 1, target } = options;
    const event = { button: button === 'left' ? 0 : 2 };
    // Not through the popup's widget, which headless Firefox does not deliver to: straight into its document.
    const how = { isDOMEventSynthesized: false, isWidgetEventSynthesized: false };
    // What is meant may have moved since it was looked at: it is aimed and pressed in one turn, in which nothing moves.
    const place = `(() => {
      const box = (${target})?.getBoundingClientRect();
      return JSON.stringify(box && [box.x + box.width / 2, box.y + box.height / 2]);
    })()`;
    const aim = `
      const sandbox = Cu.Sandbox(content, { sandboxPrototype: content, wantXrays: false });
      const found = Cu.evalInSandbox(${JSON.stringify(place)}, sandbox);
      if (!found) return '"gone"';
      [x, y] = JSON.parse(found);`;
    const script = `async () => {
      let [x, y] = [${point.x}, ${point.y}];
      ${target === undefined ? '' : aim}
      for (let clickCount = 1; clickCount <= ${count}; clickCount++) {
        for (const type of ['mousedown', 'mouseup']) {
          content.synthesizeMouseEvent(type, x, y,
            { ...${JSON.stringify(event)}, clickCount }, ${JSON.stringify(how)});
        }
      }
    }`;
    const press = () => frameScript(this.bidi, this.id, 'popup', script);
    for (let look = 1; (await press()) === 'gone'; look++) {
      if (look === LOOKS) throw new Error(`it has gone: ${target}`);
    }
  }

  async #keys(chords: string[][]): Promise<void> {
    // The panel is drawn before it has the focus. Until then keys are heard in it, and press nothing.
    await until('the popup has the focus', () => this.evaluate(() => document.hasFocus()));
    await frameScript(
      this.bidi,
      this.id,
      'popup',
      `async () => {
        const processor = Cc['@mozilla.org/text-input-processor;1'].createInstance(Ci.nsITextInputProcessor);
        if (!processor.beginInputTransactionForTests(content)) throw new Error('no keyboard');
        for (const chord of ${JSON.stringify(chords)}) {
          const events = chord.map((key) => new content.KeyboardEvent('', { key, bubbles: true, cancelable: true }));
          for (const event of events) processor.keydown(event, 0);
          for (const event of events.reverse()) processor.keyup(event, 0);
        }
      }`,
    );
  }

  override async press(chord: string): Promise<void> {
    await this.#keys([chord.split('+')]);
  }

  override async type(text: string): Promise<void> {
    await this.#keys([...text].map((key) => [key === '\n' ? 'Enter' : key]));
  }

  protected override give(): Promise<void> {
    // As for a person: the file picker takes the focus, and Firefox closes the popup.
    throw new Error('a popup of Firefox closes when a file is chosen');
  }

  override async screenshot(file: string): Promise<void> {
    const url = await this.bidi.privileged(async (addon) => {
      const views = [...WebExtensionPolicy.getByID(addon).extension.views];
      const browser = views.find((view) => view.viewType === 'popup')?.xulBrowser;
      if (!browser) throw new Error('the popup is closed');
      const bitmap = await browser.browsingContext.currentWindowGlobal.drawSnapshot(null, 1, 'white');
      const canvas = document.createElementNS('http://www.w3.org/1999/xhtml', 'canvas') as HTMLCanvasElement;
      canvas.width = bitmap.width;
      canvas.height = bitmap.height;
      canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
      return canvas.toDataURL('image/png');
    }, this.id);
    fs.writeFileSync(file, Buffer.from(url.split(',')[1] ?? '', 'base64'));
  }

  override printed(): Promise<Uint8Array> {
    throw new Error('nobody prints a popup');
  }

  override back(): Promise<void> {
    return this.goto();
  }

  override goto(): Promise<void> {
    throw new Error('a popup stays where it is');
  }

  override resize(): Promise<void> {
    throw new Error('a popup has the size of its content');
  }

  override async front(): Promise<void> {}

  override async close(): Promise<void> {
    await this.bidi.privileged((addon) => {
      const views = [...WebExtensionPolicy.getByID(addon).extension.views];
      views
        .find((view) => view.viewType === 'popup')
        ?.xulBrowser.closest('panel')
        ?.hidePopup();
    }, this.id);
    await until('the popup has closed', () => this.gone());
  }

  override async gone(): Promise<boolean> {
    return this.bidi.privileged((addon) => {
      const views = [...WebExtensionPolicy.getByID(addon).extension.views];
      return !views.some((view) => view.viewType === 'popup');
    }, this.id);
  }

  override async frames(): Promise<View[]> {
    return [];
  }
}
