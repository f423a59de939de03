import { until } from '../harness/until.js';
import type { View } from '../harness/view.js';
import type { Draft, Form } from './mailbox.js';
import { type Account, PASSWORD, type Sogo } from './sogo.js';

export { arrived } from './webmail.js';

/** How often SOGo is asked to look for new mail, in ms: each time it asks its server. */
const REFRESH = 1_000;
const FORM = '#mailEditor';
const HEADLINE = '.sg-face .sg-md-headline';

/** An expression for a folder in the list, or for a part of it. */
function inFolder(name: string, part?: string): string {
  const folder = `[...document.querySelectorAll('.sg-mailbox-list-item')]
    .find((one) => one.innerText.includes(${JSON.stringify(name)}))`;
  return `(${folder}${part ? `?.querySelector('${part}')` : ''} ?? null)`;
}

/** What SOGo's framework knows of its own work. */
interface Injector {
  get(name: '$state'): { transition: unknown };
  get(name: '$http'): { pendingRequests: unknown[] };
}

/** SOGo as a person uses it, in one tab. */
export class SogoMailbox {
  private constructor(
    readonly view: View,
    readonly sogo: Sogo,
    readonly account: Account,
  ) {}

  /** Logs in and shows the inbox. */
  static async login(view: View, sogo: Sogo, account: Account): Promise<SogoMailbox> {
    await view.goto(sogo.url);
    // Its lists are drawn only while somebody looks at them.
    await view.front();
    const name = 'input[ng-model="app.creds.username"]';
    // What is typed before its scripts run is not taken.
    await view.visible(`${name}.ng-empty`);
    let before = '';
    await until('the form stands still', async () => {
      // Before its font is there an icon is a word, and moves what is around.
      const loaded = await view.evaluate(() => document.fonts.status === 'loaded');
      const place = JSON.stringify(await view.rect(name));
      const still = loaded && place === before;
      before = place;
      return still;
    });
    const password = 'input[ng-model="app.creds.password"]';
    await view.typeInto(name, account);
    await view.typeInto(password, PASSWORD);
    await until('the form knows both', async () => (await view.count(`:is(${name}, ${password}).ng-not-empty`)) === 2);
    await view.press('Enter');
    const mailbox = new SogoMailbox(view, sogo, account);
    await view.visible('md-list-item[sg-message], .sg-empty-list, button[ng-click="mailbox.refresh()"]');
    await mailbox.#rests();
    return mailbox;
  }

  async logout(): Promise<void> {
    // Asked for by itself: as a page it leads on, and the browsers call that navigation broken off.
    await this.view.evaluate(async (path) => void (await fetch(path)), `/SOGo/so/${this.account}/logoff`);
    await this.view.goto(this.sogo.url);
    await this.view.visible('input[ng-model="app.creds.username"]');
  }

  /** Has HTML mail written by default (CKEditor), or plain text again: what the preferences do. */
  async prefer(type: 'html' | 'text'): Promise<void> {
    const status = await this.view.evaluate(
      async (base, wanted) => {
        const token = /XSRF-TOKEN=([^;]+)/.exec(document.cookie)?.[1] ?? '';
        const headers = { 'content-type': 'application/json', 'x-xsrf-token': token };
        const loaded = await fetch(`${base}/jsonDefaults`, { headers });
        const defaults = (await loaded.json()) as Record<string, unknown>;
        const body = JSON.stringify({ defaults: { ...defaults, SOGoMailComposeMessageType: wanted } });
        const saved = await fetch(`${base}/Preferences/save`, { method: 'POST', headers, body });
        return `${loaded.status} ${saved.status} ${await saved.text()}`;
      },
      `/SOGo/so/${this.account}`,
      type,
    );
    if (!/^200 20/.test(status)) throw new Error(`SOGo does not save preferences: ${status}`);
    await this.inbox();
  }

  /** Loads the inbox anew. */
  async inbox(): Promise<void> {
    await this.view.goto('about:blank');
    await this.view.goto(`${this.sogo.url}so/${this.account}/Mail/view#!/Mail/0/INBOX`);
    await this.view.front();
    await this.view.visible('button[ng-click="mailbox.refresh()"]');
    await this.#rests();
  }

  /**
   * Waits until SOGo has done what it is about: as long as it still goes to one folder, it shows the wrong one when another is
   * clicked, and its lists slide.
   */
  async #rests(): Promise<void> {
    await until('SOGo rests', () =>
      this.view.evaluate(() => {
        const { angular } = window as unknown as { angular: { element(of: Element | null): { injector(): Injector } } };
        const injector = angular.element(document.querySelector('[ng-app]')).injector();
        return injector.get('$state').transition === null && injector.get('$http').pendingRequests.length === 0;
      }),
    );
  }

  /** Shows another folder, by a click on its name; `inside` of one that is unfolded before. */
  async folder(name: string, inside?: string): Promise<void> {
    // With a new connection to its mail server SOGo sometimes does not know by what folders are separated: it asks for
    // "AtticOld trunk", which does not exist, and stays where it was. A person goes there again.
    await until(`"${name}" is opened`, async () => {
      await this.inbox();
      if (inside) await this.#unfold(inside);
      // Beside its name something else is clicked.
      await this.view.clickOn(inFolder(name, '.sg-item-name span'), `the folder "${name}"`);
      await this.#rests();
      return !/\/INBOX$/.test(await this.view.url());
    });
  }

  /** Shows what is in a folder of folders, which it may do already. */
  async #unfold(name: string): Promise<void> {
    const box = inFolder(name, 'md-checkbox');
    const state = () => this.view.run(`(${box})?.getAttribute('aria-checked')`);
    if ((await until(`the folder "${name}" is there`, state)) === 'true') return;
    await this.view.clickOn(box, `the folder "${name}"`);
    await until(`the folder "${name}" is unfolded`, async () => (await state()) === 'true');
    await this.#rests();
  }

  /** Waits for a message in the list, and returns a selector of its line. */
  async listed(subject: string): Promise<string> {
    await this.view.front();
    let asked = Date.now();
    const row = `md-list-item[sg-message][aria-label="${subject}"]`;
    return until(`"${subject}" is in the list`, async () => {
      if ((await this.view.count(row)) > 0) return row;
      if (Date.now() - asked > REFRESH) {
        asked = Date.now();
        await this.view.evaluate(() =>
          document.querySelector<HTMLElement>('button[ng-click="mailbox.refresh()"]')?.click(),
        );
      }
      return null;
    });
  }

  /** Opens a message beside the list. */
  async open(subject: string): Promise<View> {
    // The list is drawn in pieces: a row may show another mail by the time it is clicked. A button without anything in it lies over the row; at its left is a picture that selects it.
    const row = await this.listed(subject);
    // A list that is still being asked for would be drawn anew under the pointer.
    await this.#rests();
    await this.view.click(`${row} button.md-no-style`);
    await until(`"${subject}" is shown`, async () => (await this.view.text(HEADLINE)).trim() === subject);
    return this.view;
  }

  /** Searches all folders for a message by its subject, and opens the one that is found. */
  async search(subject: string): Promise<View> {
    await this.inbox();
    // In a menu that is drawn when it is opened.
    await this.view.evaluate(() =>
      document.querySelector<HTMLElement>('button[ng-click="app.showAdvancedSearch()"]')?.click(),
    );
    await this.view.click(`[ng-click="app.addSearchParam('subject')"]`);
    await this.view.typeInto('md-chips[ng-model="app.search.params"] input', subject);
    await this.view.press('Enter');
    await this.view.click('button[ng-click="app.toggleAdvancedSearch()"]:not([disabled])');
    await this.#rests();
    const row = `md-list-item[sg-message][aria-label="${subject}"]`;
    await this.view.click(`${row} button.md-no-style`);
    await until(`"${subject}" is shown`, async () => (await this.view.text(HEADLINE)).trim() === subject);
    return this.view;
  }

  /** The address of the window that SOGo opens for the message that is shown. */
  async inWindow(): Promise<string> {
    return this.view.evaluate(() => {
      let address = '';
      window.open = (url) => {
        address = new URL(url ?? '', location.href).href;
        return null;
      };
      document.querySelector<HTMLElement>('button[ng-click="viewer.openInPopup()"]')?.click();
      return address;
    });
  }

  /** Opens the form for a new message. */
  async compose(): Promise<void> {
    // A pencil that unfolds two buttons: here, and in a new window.
    await this.view.click('md-fab-trigger button');
    await this.view.click('.md-is-open md-fab-actions button[ng-click="mailbox.newMessage($event)"]');
    await this.view.visible(`${FORM} input[name="subject"]`);
    // What was typed before would be lost in part: the form comes to its place, then takes the focus.
    await until('one can write', () =>
      this.view.evaluate(
        (to) => document.activeElement?.matches(to) === true,
        `${FORM} md-chips[ng-model="editor.message.editable.to"] input`,
      ),
    );
  }

  /** The frame of CKEditor, whose body is editable. */
  async html(): Promise<View> {
    return until('CKEditor is ready', async () => {
      for (const frame of await this.view.frames()) {
        const ready = await frame
          .evaluate(() => document.body?.matches('.cke_editable[contenteditable="true"]'))
          .catch(() => false);
        if (ready) return frame;
      }
      return null;
    });
  }

  /** Fills in recipient, subject and text; with the HTML editor when its frame is given. */
  async write(draft: Draft, editor?: View): Promise<void> {
    await this.view.typeInto(`${FORM} md-chips input`, draft.to);
    await this.view.press('Tab');
    await until('the recipient is taken', () => this.view.count(`${FORM} md-chips md-chip`));
    await this.view.typeInto(`${FORM} input[name="subject"]`, draft.subject);
    if (editor) {
      await editor.click('body');
      await until('the editor has the focus', () => this.view.count(`${FORM} .cke_focus`));
      // In its next task SOGo puts the caret where a person begins to write.
      await this.view.evaluate(() => new Promise<void>((done) => setTimeout(done)));
      await editor.type(draft.body);
    } else {
      await this.view.typeInto(`${FORM} textarea[name="content"]`, draft.body);
    }
  }

  /** The text in the plain text editor. */
  async body(): Promise<string> {
    return (await this.form()).text;
  }

  /** Puts the caret into the plain text. */
  async toText(): Promise<void> {
    await this.view.click(`${FORM} textarea[name="content"]`);
  }

  /** What the form holds. */
  async form(): Promise<Form> {
    return this.view.evaluate((editor) => {
      const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(`${editor} ${selector}`)];
      const value = (selector: string) => (all(selector)[0] as HTMLInputElement | undefined)?.value ?? '';
      const texts = (selector: string) => all(selector).map((one) => one.textContent?.trim() ?? '');
      const chips = (name: string) =>
        texts(`md-chips[ng-model="editor.message.editable.${name}"] md-chip .sg-tile-content`).join();
      return {
        to: chips('to'),
        cc: chips('cc'),
        bcc: chips('bcc'),
        subject: value('input[name="subject"]'),
        text: value('textarea[name="content"]'),
        files: texts('.sg-mail-editor-attachments md-chip a'),
      };
    }, FORM);
  }

  /** Whether addresses can be seen in a field of the form: it is folded away until it is asked for. */
  async unfolded(name: 'cc' | 'bcc'): Promise<boolean> {
    const chip = `${FORM} md-chips[ng-model="editor.message.editable.${name}"] md-chip`;
    return ((await this.view.rect(chip))?.height ?? 0) > 0;
  }

  /** Selects all of the text written, as Ctrl+A in the editor does. */
  async selectAll(editor?: View): Promise<void> {
    if (editor) await editor.click('body');
    else await this.toText();
    await (editor ?? this.view).press('Control+a');
  }

  /** Sends, and waits until the form has gone. */
  async send(): Promise<void> {
    await this.view.click(`${FORM} button[ng-click="editor.send()"]:not([disabled])`);
    const sent = async () => {
      // Its dialog goes when it has faded: in a page that nobody looks at it never does.
      if (await this.view.evaluate(() => document.hidden)) await this.view.front();
      return (await this.view.count(FORM)) === 0;
    };
    await until('the message is sent', sent).catch(async (error: unknown) => {
      throw new Error(`${String(error)}\nSOGo shows:\n${await this.view.text()}`);
    });
  }

  /** Leaves the form without sending. */
  async cancel(): Promise<void> {
    await this.view.click(`${FORM} button[ng-click="editor.cancel()"]`);
    await until('the form is closed', async () => (await this.view.count(FORM)) === 0);
  }
}
