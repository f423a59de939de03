import { until } from '../harness/until.js';
import type { View } from '../harness/view.js';
import { type Account, PASSWORD, type Roundcube } from './roundcube.js';

export { arrived } from './webmail.js';

/** How often Roundcube is asked to look for new mail, in ms: each time it asks its server. */
const REFRESH = 1_000;

/** What Roundcube has while it is asking its server for something, or sending a form. */
const BUSY = '#messagestack .loading, iframe[name="savetarget"]';

/** What is written into Roundcube's compose page. */
export interface Draft {
  to: string;
  subject: string;
  body: string;
}

/** What the form of a webmail holds. */
export interface Form {
  /** Addresses, with commas between. */
  to: string;
  cc: string;
  bcc: string;
  subject: string;
  /** The plain text. */
  text: string;
  /** Names of the files that are attached. */
  files: string[];
}

/** Roundcube as a person uses it, in one tab (skin Elastic). */
export class Mailbox {
  private constructor(
    readonly view: View,
    readonly roundcube: Roundcube,
  ) {}

  /** Logs in and shows the inbox. Both accounts in one browser need one {@link logout} in between. */
  static async login(view: View, roundcube: Roundcube, account: Account): Promise<Mailbox> {
    await view.goto(roundcube.url);
    await view.typeInto('#rcmloginuser', account);
    await view.typeInto('#rcmloginpwd', PASSWORD);
    await view.click('#rcmloginsubmit');
    await view.visible('#messagelist');
    return new Mailbox(view, roundcube);
  }

  async logout(): Promise<void> {
    await this.inbox();
    await this.view.click('a.logout');
    await this.view.visible('#rcmloginuser');
  }

  /** Shows the inbox anew. */
  async inbox(): Promise<void> {
    await this.view.goto(`${this.roundcube.url}?_task=mail&_mbox=INBOX`);
    await this.view.visible('#messagelist');
    await this.#idle();
  }

  /** Waits for a message in the list, and returns a selector of its row. */
  async listed(subject: string): Promise<string> {
    let asked = 0;
    return until(`"${subject}" is in the list`, async () => {
      const id = await this.view.evaluate((wanted) => {
        const rows = [...document.querySelectorAll('#messagelist tbody tr')];
        return rows.find((row) => row.querySelector('.subject a')?.textContent?.trim() === wanted)?.id;
      }, subject);
      // What is still being asked for would draw the list anew, and with it what was opened.
      if ((await this.view.count(BUSY)) > 0) return null;
      if (id) return `[id="${id}"] .subject`;
      // Asks the server now, as the page does once a minute by itself.
      if (Date.now() - asked > REFRESH) {
        asked = Date.now();
        await this.view.evaluate(() => document.querySelector<HTMLElement>('a.refresh')?.click());
      }
      return null;
    });
  }

  /** Opens a message in the preview beside the list, and returns that frame. */
  async preview(subject: string): Promise<View> {
    await this.view.click(await this.listed(subject));
    return this.#shown(
      'the preview',
      async () => {
        for (const frame of await this.view.frames()) {
          const url = await frame.url().catch(() => '');
          if (url.includes('_action=preview')) return frame;
        }
        return null;
      },
      subject,
    );
  }

  /** Opens a message as a full page: at the address of its line, as in a new tab. (A double click has its time.) */
  async open(subject: string): Promise<View> {
    const row = await this.listed(subject);
    const address = await this.view.evaluate((s) => document.querySelector<HTMLAnchorElement>(s)?.href, `${row} a`);
    await this.view.goto(address ?? '');
    return this.#shown(
      'the message',
      async () => {
        return (await this.view.url()).includes('_action=show') ? this.view : null;
      },
      subject,
    );
  }

  async #shown(what: string, find: () => Promise<View | null>, subject: string): Promise<View> {
    return until(`${what} shows "${subject}"`, async () => {
      const view = await find();
      if (!view) return null;
      const ready = await view.evaluate(
        (wanted) =>
          document.readyState === 'complete' &&
          document.querySelector('#messagebody') !== null &&
          document.querySelector('#message-header .subject')?.textContent?.includes(wanted) === true,
        subject,
      );
      return ready ? view : null;
    });
  }

  /** Opens the compose page with the plain text editor; somebody may be in Bcc from the beginning, as by a link. */
  async compose(bcc = ''): Promise<void> {
    const link = bcc === '' ? '' : `&_bcc=${encodeURIComponent(bcc)}`;
    await this.view.goto(`${this.roundcube.url}?_task=mail&_action=compose${link}`);
    await this.view.visible('#composebody');
  }

  /** Switches to the HTML editor (TinyMCE) and returns its frame, whose body is editable. */
  async html(): Promise<View> {
    await this.view.click('.editor-toolbar a.mce-i-html');
    return until('TinyMCE is ready', async () => {
      for (const frame of await this.view.frames()) {
        const ready = await frame
          .evaluate(() => document.body?.id === 'tinymce' && document.body.isContentEditable)
          .catch(() => false);
        if (ready) return frame;
      }
      return null;
    });
  }

  /** Fills in recipient, subject and text; with the HTML editor when its frame is given. */
  async write(draft: Draft, editor?: View): Promise<void> {
    await this.view.click('#compose_to .recipient-input input');
    await this.view.type(`${draft.to},`);
    await until('the recipient is taken', () => this.view.count('#compose_to .recipient-input li.recipient'));
    await this.view.typeInto('#compose-subject', draft.subject);
    if (editor) {
      await editor.click('body');
      await editor.type(draft.body);
    } else {
      await this.toText();
      await this.view.type(draft.body);
    }
  }

  /** The text in the plain text editor. */
  async body(): Promise<string> {
    return (await this.form()).text;
  }

  /** Puts the caret into the plain text. */
  async toText(): Promise<void> {
    await this.view.click('#composebody');
  }

  /** What the form holds. */
  async form(): Promise<Form> {
    return this.view.evaluate(() => {
      const value = (id: string) => document.querySelector<HTMLInputElement>(`#${id}`)?.value ?? '';
      // Behind the last one stands a comma, too.
      const people = (id: string) => value(id).replace(/,\s*$/, '');
      const files = [...document.querySelectorAll('#attachment-list .attachment-name')];
      return {
        to: people('_to'),
        cc: people('_cc'),
        bcc: people('_bcc'),
        subject: value('compose-subject'),
        text: value('composebody'),
        files: files.map((name) => name.textContent ?? ''),
      };
    });
  }

  /** Whether addresses can be seen in a field of the form: it is folded away until it is asked for. */
  async unfolded(name: 'cc' | 'bcc'): Promise<boolean> {
    return (await this.view.rect(`#compose_${name} li.recipient`)) !== null;
  }

  /** Selects all of the text written, as Ctrl+A in the editor does. */
  async selectAll(editor?: View): Promise<void> {
    if (editor) await editor.click('body');
    else await this.toText();
    await (editor ?? this.view).press('Control+a');
  }

  /** Sends, and waits until Roundcube is back at the list. */
  async send(): Promise<void> {
    await this.#idle();
    await this.view.click('button.send');
    await this.#until('the message is sent', async () => !(await this.view.url()).includes('_action=compose'));
  }

  /** Saves a draft now, waits until the server has it, and returns it raw. */
  async saveDraft(account: Account): Promise<string> {
    await this.#idle();
    const maildir = this.roundcube.maildir(account);
    const before = maildir.names('Drafts');
    await this.view.click('a.save.draft');
    const draft = await this.#until('the draft is saved', () => maildir.messages('Drafts', before).at(-1));
    await this.#idle();
    return draft;
  }

  /**
   * While a request is under way Roundcube shows so, and ignores its buttons. A form (draft, message) goes into a frame
   * that is taken away when it has loaded, which is later than its answer is shown: what is sent in between goes into
   * that old frame, and with it.
   */
  async #idle(): Promise<void> {
    await this.#until('Roundcube is idle', async () => (await this.view.count(BUSY)) === 0);
  }

  /** Waits; when that was in vain, also says what Roundcube said meanwhile (it shows that for some seconds only). */
  async #until<T>(what: string, condition: () => T | Promise<T>, ms?: number) {
    let said = 'nothing';
    const look = async (): Promise<T> => {
      said = (await this.view.text('#messagestack').catch(() => '')).trim() || said;
      return condition();
    };
    return until(what, look, ms).catch((error: unknown) => {
      throw new Error(`${error instanceof Error ? error.message : error}\nRoundcube said: ${said}`);
    });
  }
}
