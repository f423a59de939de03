// First: what it begins takes longest.
import './early.js';

import { html, nothing, type TemplateResult } from 'lit';
import type { Form } from 'waxseal-wasm';
import type { ViewMessage } from '../../desk/channel.js';
import type { ReaderChannel } from '../../desk/reader-channel.js';
import type { AnswerMode } from '../../desk/write-channel.js';
import { failure } from '../../ui/components/parts.js';
import { askForEmblem } from '../../ui/emblem/current.js';
import { speak, t } from '../../ui/i18n.js';
import { asRefused, expected, type Refused } from '../../ui/vault.js';
import { VIEW_OVER } from '../../ui/vault-client.js';
import { View } from '../../ui/view.js';
import { band, TITLE } from './band.js';
import { claimed, door } from './early.js';
import { asked, standInPlace } from './in-place.js';
import type { Subject } from './opening.js';
import { columnFor, roomFor } from './room.js';
import './stack.js';

/** One block of a page or the mail that it shows, opened. Lives in a frame that covers it. */
class ReaderPage extends View {
  #form: Form | undefined;
  #subject: Subject | undefined;
  #refused: Refused | undefined;
  #channel: ReaderChannel | undefined;
  #original = false;
  /** The page shows what is opened here in a form of its own. */
  #hasOriginal = true;
  /** What the content script was told last. */
  #height = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#connect();
  }

  async #connect(): Promise<void> {
    try {
      const view = expected('view', await claimed);
      const channel = await door.accept(view.proof, view.target);
      // Not before: a page that frames this document by itself would have the user's sign in its own picture.
      askForEmblem();
      this.#channel = channel;
      // A mail is still being fetched when its frame is there already.
      if (view.form) this.#is(view.form);
      addEventListener(VIEW_OVER, () => channel.send({ t: 'expired' }));
      channel.listen((message) => this.#heard(message, channel));
      addEventListener('resize', layOut);
      layOut();
      // The frame takes the height of what is in it, whatever changes it: text, details, the page's width.
      new ResizeObserver(() => this.#measure()).observe(document.body);
      // That is told when the frame is drawn next; what was drawn anew just now is as high already.
      new MutationObserver(() => this.#measure()).observe(document.body, { childList: true, subtree: true });
    } catch (error) {
      this.change(() => (this.#refused = asRefused(error)));
    }
  }

  #measure(): void {
    const height = roomFor(document.body.getBoundingClientRect().height);
    if (height === this.#height) return;
    this.#height = height;
    asked(height);
    this.#channel?.send({ t: 'size', height });
  }

  #is(form: Form): void {
    speak(TITLE[form]);
    this.change(() => (this.#form = form));
  }

  #heard(message: ViewMessage, channel: ReaderChannel): void {
    if (message.t !== 'lost') this.#is(message.t === 'block' ? message.form : 'mail');
    this.change(() => {
      this.#hasOriginal = message.t === 'block' || !message.file;
      this.#subject = subjectOf(message, channel);
    });
  }

  #toggle(): void {
    this.change(() => (this.#original = !this.#original));
    this.#channel?.send({ t: 'original', show: this.#original });
    this.focusOn(this.#original ? '.original-shown .show-original' : 'wx-opening:not([hidden]) .show-original');
  }

  override render(): TemplateResult {
    return html`<main>
      <h1 class="visually-hidden">${t(this.#form ? TITLE[this.#form] : 'app_name')}</h1>
      ${this.#refused ? band('bad', html`<div class="grow">${failure(this.#refused)}</div>`) : nothing}
      ${
        this.#original
          ? html`<div class="original-shown">
              ${band('plain', html`<p class="grow">${t('original_shown')}</p><div class="tools">${this.#originalButton()}</div>`)}
            </div>`
          : nothing
      }
      <wx-opening-stack
        in-page
        answers
        @answer=${({ detail }: CustomEvent<AnswerMode>) => this.#channel?.send({ t: 'answer', mode: detail })}
        ?hidden=${this.#original || this.#refused}
        .subject=${this.#subject}
        .tools=${this.#subject && this.#hasOriginal ? this.#originalButton() : undefined}
      ></wx-opening-stack>
    </main>`;
  }

  #originalButton(): TemplateResult {
    return html`<button type="button" class="quiet show-original" @click=${() => this.#toggle()}>
      ${t(this.#original ? 'show_opened' : 'show_original')}
    </button>`;
  }
}

/** Lays all out in a width that does not tell how its lines break; see room.ts. */
function layOut(): void {
  document.body.style.setProperty('--column', `${columnFor(innerWidth)}px`);
}

function subjectOf(message: ViewMessage, channel: ReaderChannel): Subject {
  switch (message.t) {
    case 'mail':
      return { kind: 'mail', source: message.source, sender: message.sender };
    case 'large':
      return { kind: 'mail', source: channel.large(message.size), sender: message.sender };
    case 'lost':
      return { kind: 'lost', error: message.error };
    case 'block': {
      const { armored, form, sender } = message;
      return form === 'key' ? { kind: 'keys', armored } : { kind: 'block', armored, form, sender };
    }
  }
}

standInPlace();
customElements.define('wx-reader-page', ReaderPage);
speak('app_name');
