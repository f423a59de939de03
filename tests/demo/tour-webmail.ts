import fs from 'node:fs';
import path from 'node:path';
import { button, type Driver, field, link, until, type View } from '../harness/index.js';
import { type Draft, Mailbox } from '../webmail/mailbox.js';
import { Roundcube } from '../webmail/roundcube.js';
import { Sogo } from '../webmail/sogo.js';
import { SogoMailbox } from '../webmail/sogo-mailbox.js';
import { arrived, type Webmail } from '../webmail/webmail.js';
import { PEOPLE, type Person } from './mail.js';
import { type Demo, startDemo } from './server.js';

/** What is said to a person who has the webmail before them. */
export interface Invitation {
  url: string;
  words: string;
}

/** A webmail as the tour uses it: the demo's own, or a real one. All have the same mail waiting for Alice. */
export interface TourWebmail {
  invitation(): Invitation;
  /** Shows the inbox of one of the two. */
  open(tab: View, who: Person): Promise<void>;
  /** Opens a message; answers the view that holds its text. */
  read(tab: View, subject: string): Promise<View>;
  /** Gets the demo key's file, as a person would. */
  demoKey(driver: Driver, tab: View): Promise<string>;
  /** Begins a message with this text and leaves all of the text selected. */
  write(tab: View, to: Person, subject: string, text: string): Promise<void>;
  /** The text of the message being written. */
  written(tab: View): Promise<string>;
  /** Sends it, and waits until it has arrived; answers its source as the webmail's server has it. */
  send(tab: View, to: Person, subject: string): Promise<string>;
  close(): Promise<void>;
}

/** The demo's own webmail. */
export class DemoTour implements TourWebmail {
  private constructor(readonly demo: Demo) {}

  static async start(): Promise<DemoTour> {
    return new DemoTour(await startDemo());
  }

  invitation(): Invitation {
    return { url: this.demo.url, words: 'The page tells what to do first.' };
  }

  async open(tab: View, who: Person): Promise<void> {
    await tab.goto(`${this.demo.url}${who}`);
    await tab.visible('.list, .empty');
  }

  async read(tab: View, subject: string): Promise<View> {
    await tab.evaluate(() => {
      location.hash = '#inbox';
    });
    const row = await until(`"${subject}" is in the list`, () =>
      tab.evaluate((wanted) => {
        const rows = [...document.querySelectorAll('.row')];
        return rows.find((one) => one.querySelector('.subject')?.textContent === wanted)?.getAttribute('href');
      }, subject),
    );
    await tab.click(`.row[href="${row}"]`);
    await until('the message is shown', async () => (await tab.text('h1')) === subject);
    return tab;
  }

  async demoKey(driver: Driver, tab: View): Promise<string> {
    await link(tab, 'Demo key').click();
    return driver.download(/^alice-demo-key.*\.asc$/);
  }

  async write(tab: View, to: Person, subject: string, text: string): Promise<void> {
    await button(tab, 'Write').click();
    await field(tab, 'To').fill(PEOPLE[to].address);
    await field(tab, 'Subject').fill(subject);
    await field(tab, 'Message').fill(text);
    await tab.press('Control+a');
  }

  async written(tab: View): Promise<string> {
    return field(tab, 'Message').value();
  }

  async send(tab: View, to: Person, subject: string): Promise<string> {
    await button(tab, 'Send').click();
    const mail = await until('the message has arrived', () =>
      this.demo.post.inbox[to].find((one) => one.subject === subject),
    );
    await tab.visible('.list');
    return mail.text;
  }

  async close(): Promise<void> {
    this.demo.close();
  }
}

/** The hands of a person in a real webmail. */
interface Hands {
  logout(): Promise<void>;
  inbox(): Promise<void>;
  open(subject: string): Promise<View>;
  compose(): Promise<void>;
  write(draft: Draft): Promise<void>;
  selectAll(): Promise<void>;
  body(): Promise<string>;
  send(): Promise<void>;
}

/** A real webmail, with the demo's mail put into it. */
abstract class RealTour implements TourWebmail {
  #hands: Hands | undefined;
  protected constructor(
    readonly webmail: Webmail,
    readonly keys: string,
  ) {
    const file = (name: string): string => fs.readFileSync(path.join(keys, name), 'utf8');
    const mails = {
      'Something secret (for the demo key)': file('secret.asc'),
      'Welcome, with my signature': file('welcome.asc'),
      'My public key': `Dear Alice,\n\nhere is my public key.\n\n${file('bob-public.asc')}\nBob\n`,
    };
    const { alice, bob } = PEOPLE;
    const date = new Date().toUTCString().replace('GMT', '+0000');
    for (const [subject, text] of Object.entries(mails)) {
      webmail
        .maildir('alice')
        .put(
          [
            `From: ${bob.name} <${bob.address}>`,
            `To: ${alice.name} <${alice.address}>`,
            `Subject: ${subject}`,
            `Date: ${date}`,
            `Message-ID: <${crypto.randomUUID()}@example.test>`,
            'MIME-Version: 1.0',
            'Content-Type: text/plain; charset=utf-8',
            '',
            text,
          ].join('\n'),
        );
    }
  }

  /** Logs in. */
  protected abstract login(tab: View, who: Person): Promise<Hands>;

  invitation(): Invitation {
    const words = 'Log in as "alice" or "bob", password "test". They write to each other at @example.test.';
    return { url: this.webmail.url, words };
  }

  get #open(): Hands {
    if (!this.#hands) throw new Error('nobody has logged in');
    return this.#hands;
  }

  async open(tab: View, who: Person): Promise<void> {
    if (this.#hands) await this.#hands.logout();
    this.#hands = await this.login(tab, who);
  }

  async read(_tab: View, subject: string): Promise<View> {
    await this.#open.inbox();
    return this.#open.open(subject);
  }

  async demoKey(): Promise<string> {
    return path.join(this.keys, 'alice-secret.asc');
  }

  async write(_tab: View, to: Person, subject: string, text: string): Promise<void> {
    await this.#open.compose();
    await this.#open.write({ to: PEOPLE[to].address, subject, body: text });
    await this.#open.selectAll();
  }

  async written(): Promise<string> {
    return this.#open.body();
  }

  async send(_tab: View, to: Person, subject: string): Promise<string> {
    await this.#open.send();
    return arrived(this.webmail, to, subject);
  }

  async close(): Promise<void> {
    await this.webmail.stop();
  }
}

const KEYS = path.resolve('tests/demo/keys');

/** Debian's Roundcube. */
export class RoundcubeTour extends RealTour {
  private constructor(
    readonly roundcube: Roundcube,
    keys: string,
  ) {
    super(roundcube, keys);
  }

  static async start(keys = KEYS): Promise<RoundcubeTour> {
    return new RoundcubeTour(await Roundcube.start(), keys);
  }

  protected async login(tab: View, who: Person): Promise<Hands> {
    return Mailbox.login(tab, this.roundcube, who);
  }
}

/** Debian's SOGo. */
export class SogoTour extends RealTour {
  private constructor(
    readonly sogo: Sogo,
    keys: string,
  ) {
    super(sogo, keys);
  }

  static async start(keys = KEYS): Promise<SogoTour> {
    return new SogoTour(await Sogo.start(), keys);
  }

  protected async login(tab: View, who: Person): Promise<Hands> {
    return SogoMailbox.login(tab, this.sogo, who);
  }
}
