// Where the cases are played: one browser with the extension, a webmail on loopback with the structure of Roundcube, a
// site for pages of any kind, and a bait that nobody must ask for anything.

import assert from 'node:assert/strict';
import { glance, readers, readerWith } from '../e2e/support/desk.js';
import { given } from '../e2e/support/given.js';
import { Gpg, type GpgKey } from '../e2e/support/gpg.js';
import { type Message, type MessagePage, messagePage } from '../e2e/support/message-page.js';
import { serve } from '../e2e/support/responses.js';
import { browser, say } from '../e2e/support/session.js';
import { page as html, type Site, site } from '../e2e/support/site.js';
import { type Driver, until, type View } from '../harness/index.js';
import { type Look, look, type Seen } from './look.js';

export const ALICE = 'Alice <alice@example.test>';
export const BOB = 'Bob <bob@example.test>';
export const EVE = 'Eve <eve@example.test>';
/** What only bob may read: it is in no page, and in a frame only where a case says so. */
export const SECRET = 'The barge goes up the canal on Thursday.';
const SENTINEL = 'The last one.';
/** What the bait is asked for below this is asked for by a page that shows how it calls home, not by a mail. */
export const CONTROL = '/control';

/** How Roundcube's list of attachments classes the data of an encrypted mail; with it the page asks for the source. */
const ENCRYPTED = 'application octet-stream asc';
const NOTICE = '<span class="part-notice">This is an encrypted message and can not be displayed. Sorry!</span>';

/** A mail, as the webmail shows it. */
export interface Shown {
  /** Addresses that the page names as From; alice when left out. */
  from?: readonly string[];
  /** All that is read of it. */
  seen: Seen;
  /** What is read of its parts, opened by themselves. */
  parts?: Readonly<Record<string, Seen>>;
}

export class World {
  readonly people = new Map([
    [ALICE, 'alice'],
    [BOB, 'bob'],
    [EVE, 'eve'],
  ]);
  /** Addresses that were asked for on purpose. */
  readonly #asked = new Set<string>();
  #requests = 0;

  private constructor(
    readonly driver: Driver,
    readonly gpg: Gpg,
    readonly tab: View,
    /** A tab that no case shows anything in. */
    private readonly aside: View,
    readonly mails: MessagePage,
    readonly pages: Site,
    readonly bait: Site,
    readonly alice: GpgKey,
    readonly bob: GpgKey,
    readonly eve: GpgKey,
    readonly sentinel: string,
  ) {}

  static async start(): Promise<World> {
    const gpg = new Gpg();
    const [alice, bob, eve] = [ALICE, BOB, EVE].map((id) => gpg.key(id)) as [GpgKey, GpgKey, GpgKey];
    const [driver, mails, pages, bait] = await Promise.all([browser(), messagePage(), site(), site()]);
    pages.put('/', html('<p>Inbox</p>'));
    const aside = await driver.tab(pages.url('/'));
    const tab = await driver.tab(mails.put({}));
    await given(driver, { own: [bob], contacts: [alice, eve], unlocked: true, sites: [aside, tab] });
    const sentinel = gpg.encrypt(SENTINEL, [bob.fingerprint]);
    return new World(driver, gpg, tab, aside, mails, pages, bait, alice, bob, eve, sentinel);
  }

  async close(): Promise<void> {
    await this.driver.close();
    this.gpg.close();
    for (const one of [this.mails, this.pages, this.bait]) one.close();
  }

  /** A case begins: requests count from here. */
  begin(): void {
    this.#asked.clear();
    this.bait.asked.length = 0;
    this.#requests = this.driver.requests.length;
  }

  /** Another mail of the same case comes: what the one before has asked for is judged by itself. */
  async next(): Promise<void> {
    await this.silent();
    this.begin();
  }

  /** An address that the case opens elsewhere. */
  allow(url: string): void {
    this.#asked.add(url);
  }

  /** Goes to an address of the test's own sites. */
  async goto(url: string): Promise<void> {
    this.#asked.add(url);
    await this.tab.goto(url);
  }

  /** A page of any kind is shown in the tab. */
  async show(body: string, head = ''): Promise<void> {
    this.pages.put('/page', html(body, head));
    await this.goto(this.pages.url('/page'));
  }

  /**
   * Nothing was asked for that this case did not ask for: no bait, no host of a message, nothing more of the webmail. What was
   * begun before is heard before the answer to one more request. Requests of the browser's own business go to hosts that
   * no case names.
   */
  async silent(): Promise<void> {
    const after = `${this.pages.origin}/after`;
    this.pages.put('/after', html('<p>after</p>'));
    // By another tab: the page of the case may be anywhere by now, and stays as it is.
    await this.aside.evaluate((url) => fetch(url, { cache: 'no-store' }).then((answer) => answer.text()), after);
    const own = [this.mails.origin, ...this.mails.sources.slice(-1).map((path) => this.mails.origin + path)];
    const allowed = new Set([...this.#asked, after, ...own, `${this.mails.origin}/webmail/program/js/app.min.js`]);
    const asked = this.driver.requests.slice(this.#requests).map(({ url }) => url);
    const strange = asked.filter(
      (url) =>
        /\/\/(?:127\.|localhost|[^/]*\.(?:test|example)\b)/.test(url) &&
        !allowed.has(url) &&
        !url.startsWith(this.bait.url(`${CONTROL}/`)),
    );
    assert.deepEqual(strange, [], 'requests that the content caused');
    assert.deepEqual(
      this.bait.asked.filter((path) => !path.startsWith(`${CONTROL}/`)),
      [],
      'the bait',
    );
  }

  /** The secret is nowhere in the page, and in the frame only if it is read there. */
  async #sealed(found: Look): Promise<void> {
    const page = await this.tab.evaluate(() => new XMLSerializer().serializeToString(document));
    assert.ok(!page.includes(SECRET), 'the page does not hold the secret');
    const read = found.raw.bodies.some((body) => body.includes(SECRET));
    assert.equal(found.raw.markup.includes(SECRET), read, 'the frame holds the secret only where it is read');
  }

  /** Opens a message of the webmail; gives back its frame and what it says. */
  async read(message: Message, seen: Seen): Promise<{ frame: View; look: Look }> {
    await this.goto(this.mails.put(message));
    const [frame] = await readers(this.driver, this.tab, 1);
    assert.ok(frame);
    const found = await look(frame, seen, this.people);
    await this.#sealed(found);
    return { frame, look: found };
  }

  /** Opens a mail of which the webmail serves the source. Gives the outcome, with those of its parts behind it. */
  async mail(raw: string, { from, seen, parts = {} }: Shown): Promise<{ frame: View; outcome: string }> {
    const message: Message = { body: NOTICE, files: [ENCRYPTED], source: serve(raw), ...(from ? { from } : {}) };
    const { frame, look: found } = await this.read(message, seen);
    let { outcome } = found;
    for (const [name, inner] of Object.entries(parts)) {
      await openPart(frame, name);
      const part = await look(frame, inner, this.people);
      outcome += `; apart: ${part.outcome}`;
      await frame.click('.crumbs button');
      await look(frame, seen, this.people);
    }
    return { frame, outcome };
  }

  /** Opens the blocks of a page: exactly these texts are read, one in each frame. Gives their outcomes. */
  async blocks(body: string, seen: readonly string[], head = ''): Promise<string> {
    await this.show(body, head);
    await this.lookedAt();
    const frames = (await readers(this.driver, this.tab, seen.length + 1)).filter(Boolean);
    const looks: Look[] = [];
    for (const frame of frames) {
      const found = await look(frame, (bodies) => bodies.length <= 1, this.people);
      await this.#sealed(found);
      if (found.raw.bodies[0] !== SENTINEL) looks.push(found);
    }
    assert.deepEqual(looks.map(({ raw }) => raw.bodies[0] ?? '').sort(), [...seen].sort());
    return looks.length > 0 ? looks.map(({ outcome }) => outcome).join('; ') : 'left alone';
  }

  /** Waits until the content script has looked at all that is in the page: it has covered one more block, put there last. */
  async lookedAt(): Promise<void> {
    await this.tab.evaluate((armor) => {
      // The page may have put names of its own in the way of those of the document.
      const last = Document.prototype.createElement.call(document, 'pre');
      const body = Document.prototype.querySelector.call(document, 'body');
      last.textContent = armor;
      if (body) Element.prototype.prepend.call(body, last);
    }, this.sentinel);
    await readerWith(this.driver, this.tab, SENTINEL);
    await until('every frame has opened', async () => {
      const frames = await this.driver.frames(this.tab, 'reader.html');
      const texts = await Promise.all(frames.map(glance));
      return texts.every((text) => text !== '' && !text.includes(say('reader_opening')));
    });
  }
}

/** Presses the button that opens a part by itself. */
export async function openPart(frame: View, name: string): Promise<void> {
  const entry = `[...document.querySelectorAll('wx-opening:not([hidden]) .mail-files li')].find((one) => one.innerText.includes(${JSON.stringify(name)}))`;
  // Found anew at each look: a reader that reads again draws it anew.
  await frame.clickOn(`${entry}?.querySelector('.open-part') ?? null`, `the button that opens "${name}"`);
}
