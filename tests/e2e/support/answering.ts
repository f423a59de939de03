// Answers from the reader of one page: two people's keys, a page that shows mails, a page with a form.

import fs from 'node:fs';
import { button, type Driver, until, type View } from '../../harness/index.js';
import { readerWith, shows } from './desk.js';
import { given } from './given.js';
import { Gpg, type GpgKey } from './gpg.js';
import { type MessagePage, messagePage } from './message-page.js';
import { encrypted, mail, protectedHeaders } from './mime.js';
import { serve } from './responses.js';
import { browser, say } from './session.js';
import { escaped, type Site, site } from './site.js';
import { composeForm, editorText, type Part, readEntity, writeWindow } from './write.js';

/** What Alice writes. */
export const TEXT = 'The ferry leaves at dawn.\nBring the ledger.';
/** How Roundcube's list of attachments classes the data of an encrypted mail. */
export const ENCRYPTED = 'application octet-stream asc';

/** Bob's browser, in which mails from Alice are answered. */
export class Answering {
  private constructor(
    readonly driver: Driver,
    readonly gpg: Gpg,
    readonly keys: Readonly<Record<'alice' | 'bob', GpgKey>>,
    /** A site with a form at `/form`. */
    readonly web: Site,
    readonly mails: MessagePage,
    readonly tab: View,
  ) {}

  /** Starts it all; both sites are switched on, and Bob's key is unlocked. */
  static async start(): Promise<Answering> {
    const gpg = new Gpg();
    const alice = gpg.key('Alice <alice@example.test>');
    const bob = gpg.key('Bob <bob@example.test>');
    const [driver, web, mails] = await Promise.all([browser(), site(), messagePage()]);
    await given(driver, { own: [bob], contacts: [alice], unlocked: true });
    web.put('/form', composeForm('textarea'));
    const tab = await driver.tab(web.url('/form'));
    await given(driver, { sites: [tab] });
    await tab.goto(mails.put({}));
    await given(driver, { sites: [tab] });
    return new Answering(driver, gpg, { alice, bob }, web, mails, tab);
  }

  /** Ends it. */
  async close(): Promise<void> {
    await this.driver.close();
    this.gpg.close();
    this.web.close();
    this.mails.close();
  }

  /** Shows a mail in the page, and returns its reader. */
  async read(source: string, shown = 'ferry'): Promise<View> {
    await this.tab.front();
    await this.tab.goto(this.mails.put({ body: '<p>Encrypted</p>', files: [ENCRYPTED], source: serve(source) }));
    return readerWith(this.driver, this.tab, shown);
  }

  /** Shows a mail in the page, and answers it from its reader. */
  async answer(source: string, how: 'reply' | 'reply_all' | 'forward', shown = 'ferry'): Promise<View> {
    const frame = await this.read(source, shown);
    await button(frame, say(how)).click();
    return writeWindow(this.driver);
  }

  /** Answers a block that Alice signed for Bob; the site's own answer form opens with these people in it. */
  async answerBlock(how: 'reply' | 'reply_all', to: string, cc: string, what = TEXT, bcc = ''): Promise<View> {
    const { alice, bob } = this.keys;
    const armored = this.gpg.encrypt(what, [bob.fingerprint], alice.fingerprint);
    const input = (id: string, value: string) =>
      `<p><label>${id} <input id="${id}" value="${escaped(value)}"></label></p>`;
    const form = `<form>${input('_to', to)}${input('_cc', cc)}${input('_bcc', bcc)}${input('compose-subject', 'Re: ferry')}
      <textarea id="composebody" rows="5" cols="40" aria-label="Message"></textarea></form>`;
    const opens = "document.body.append(document.querySelector('#answer').content.cloneNode(true))";
    const press = (name: string) => `<a class="${name}" href="#answer" onclick="${opens}">${name}</a>`;
    const beside = `<template id="answer">${form}</template>${press('reply')} ${press('reply-all')}`;
    await this.tab.front();
    await this.tab.goto(
      this.mails.put({ body: `<div class="message-part"><pre>${escaped(armored)}</pre></div>`, beside }),
    );
    const frame = await readerWith(this.driver, this.tab, 'ferry');
    await button(frame, say(how)).click();
    const window = await writeWindow(this.driver);
    await until('it is quoted', async () => (await editorText(window)).includes('ledger'));
    return window;
  }

  /** A mail from Alice to Bob whose headers are inside as well. */
  mail(what: string, inner: Record<string, string> = {}): string {
    const headers = {
      From: 'Alice <alice@example.test>',
      To: 'Bob <bob@example.test>',
      Subject: 'The real subject',
      ...inner,
    };
    const outer = { from: headers.From, to: headers.To, subject: '[...]' };
    const inside = protectedHeaders(what, Object.entries(headers), 'cipher', [
      ['From', outer.from],
      ['To', outer.to],
      ['Subject', outer.subject],
    ]);
    const { alice, bob } = this.keys;
    return mail(outer, encrypted(this.gpg, inside, [bob.fingerprint], alice.fingerprint));
  }

  /** The mail that is saved because the site has no form for it. */
  async saved(window: View): Promise<Part> {
    await window.press('Control+Enter');
    await shows(window, say('put_no_form'));
    await button(window, say('save_as_file')).click();
    const path = await this.driver.download(/^encrypted.*\.asc$/);
    const entity = readEntity(this.gpg.decrypt(fs.readFileSync(path, 'utf8')).text);
    fs.rmSync(path);
    return entity;
  }
}

/** The recipients in a field of the window. */
export const chips = (window: View, field: string): Promise<string[]> =>
  window.evaluate(
    (id) =>
      [...(document.querySelector(`#${id}`)?.closest('.chips')?.querySelectorAll('.chip-text bdi') ?? [])].map(
        (one) => one.textContent ?? '',
      ),
    field,
  );
