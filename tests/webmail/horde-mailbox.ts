import { until } from '../harness/until.js';
import type { View } from '../harness/view.js';
import { type Account, type Horde, PASSWORD } from './horde.js';
import type { Draft, Form } from './mailbox.js';

export { arrived } from './webmail.js';

/** How often Horde is asked to look for new mail, in ms: each time it asks its server. */
const REFRESH = 1_000;

/** Horde's list of messages, as its own scripts know it. */
interface Viewport {
  getMetaData(name: 'total_rows'): number | undefined;
  scrollTo(row: number): void;
}

/** Horde IMP as a person uses it, in one tab: what it opens as windows is gone to instead. */
export class HordeMailbox {
  private constructor(
    readonly view: View,
    readonly horde: Horde,
  ) {}

  /** Logs in and shows the inbox. */
  static async login(view: View, horde: Horde, account: Account): Promise<HordeMailbox> {
    await view.goto(`${horde.url}login.php`);
    await view.typeInto('#horde_user', account);
    await view.typeInto('#horde_pass', PASSWORD);
    await view.press('Enter');
    const mailbox = new HordeMailbox(view, horde);
    await mailbox.#loaded('#horde-page');
    return mailbox;
  }

  /** Shows the inbox anew. */
  async inbox(): Promise<void> {
    // Another page first: the same one with another end of its address would not be loaded.
    await this.view.goto('about:blank');
    await this.view.goto(this.#address('mailbox'));
    await this.#loaded('#horde-page');
  }

  #address(page: string, more = ''): string {
    return `${this.horde.url}imp/dynamic.php?page=${page}${more}`;
  }

  /** What Horde shows while a page is made is gone. */
  async #loaded(content: string): Promise<void> {
    await this.view.visible(content);
    await until('the page is ready', async () => (await this.view.rect('#dimpLoading')) === null);
  }

  /** Waits for a message in the list, and returns a selector of its row. */
  async listed(subject: string): Promise<string> {
    let asked = Date.now();
    return until(`"${subject}" is in the list`, async () => {
      const id = await this.view.evaluate((wanted) => {
        const rows = [...document.querySelectorAll('.vpRow')];
        return rows.find((row) => row.querySelector('.msgSubject')?.textContent?.trim() === wanted)?.id;
      }, subject);
      if (id) return `#${id}`;
      if (Date.now() - asked > REFRESH) {
        asked = Date.now();
        await this.view.evaluate(() => {
          document.querySelector<HTMLElement>('#checkmaillink')?.click();
          // The list draws only the rows that one sees; what is new is at its end.
          const { DimpBase } = window as unknown as { DimpBase?: { viewport?: Viewport } };
          const rows = DimpBase?.viewport?.getMetaData('total_rows') ?? 0;
          if (rows > 0) DimpBase?.viewport?.scrollTo(rows);
        });
      }
      return null;
    });
  }

  /** Opens a message below the list. */
  async preview(subject: string): Promise<View> {
    await this.view.click(`${await this.listed(subject)} .msgSubject`);
    await until(
      `"${subject}" is shown`,
      async () => (await this.view.text('#msgHeadersColl .subject')).trim() === subject,
    );
    return this.view;
  }

  /** Shows a message as the window does that Horde opens for it. */
  async open(subject: string): Promise<View> {
    await this.preview(subject);
    await this.view.goto(this.#address('message', `&mailbox=SU5CT1g&buid=${await this.#number()}`));
    await this.#loaded('#msgData');
    await until(`"${subject}" is shown`, async () => (await this.view.text('#msgData .subject')).trim() === subject);
    return this.view;
  }

  /** The number that Horde's list has given to the message that is shown below it. */
  async #number(): Promise<string> {
    return /#msg:SU5CT1g;(\d+)$/.exec(decodeURIComponent(await this.view.url()))?.[1] ?? '';
  }

  /** Shows the form for a reply to the message below the list in another tab, as the window does that Horde opens for it. */
  async replyIn(view: View): Promise<HordeMailbox> {
    const other = new HordeMailbox(view, this.horde);
    await view.goto(this.#address('compose', `&type=reply&mailbox=SU5CT1g&buid=${await this.#number()}`));
    await other.#loaded('#compose');
    await view.visible('#composeMessage');
    return other;
  }

  /** Shows the form for a new message, as in the window that Horde opens for it. */
  async compose(): Promise<void> {
    await this.view.goto(this.#address('compose'));
    await this.#loaded('#compose');
    await this.view.visible('#composeMessage');
  }

  /** Switches to the HTML editor (CKEditor) and returns its frame, whose body is editable. */
  async html(): Promise<View> {
    await this.view.click('#htmlcheckbox');
    return until('CKEditor is ready', async () => {
      for (const frame of await this.view.frames()) {
        const ready = await frame
          .evaluate(() => document.body?.className.includes('cke_') && document.body.isContentEditable)
          .catch(() => false);
        if (ready) return frame;
      }
      return null;
    });
  }

  /** Fills in recipient, subject and text. */
  async write(draft: Draft): Promise<void> {
    await this.view.typeInto('#to', draft.to);
    await this.view.typeInto('#subject', draft.subject);
    await this.view.typeInto('#composeMessage', draft.body);
  }

  /** Puts the caret into the plain text. */
  async toText(): Promise<void> {
    await this.view.click('#composeMessage');
  }

  /** What the form holds. */
  async form(): Promise<Form> {
    return this.view.evaluate(() => {
      const value = (name: string) => document.querySelector<HTMLInputElement>(`#compose #${name}`)?.value ?? '';
      const files = [...document.querySelectorAll('#attach_list > li > span:first-of-type')];
      return {
        to: value('to'),
        cc: value('cc'),
        bcc: value('bcc'),
        subject: value('subject'),
        text: value('composeMessage'),
        files: files.map((name) => name.textContent ?? ''),
      };
    });
  }

  /** Whether a field for addresses can be seen in the form: it is folded away until it is asked for. */
  async unfolded(name: 'cc' | 'bcc'): Promise<boolean> {
    return ((await this.view.rect(`#${name}`))?.height ?? 0) > 0;
  }

  /** Sends, and waits until the form has gone. */
  async send(): Promise<void> {
    await this.view.click('#send_button');
    await until('the message is sent', async () => (await this.view.rect('#compose')) === null).catch(
      async (error: unknown) => {
        throw new Error(`${String(error)}\nHorde shows:\n${await this.view.text()}`);
      },
    );
  }
}
