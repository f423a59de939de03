// What is written in this document: windows for a selection, for a mail and for an answer, and the offer of them.

import type { PageReply } from 'waxseal-wasm';
import type { AnswerMode } from '../../desk/write-channel.js';
import type { Told } from '../frames/reader.js';
import type { Selected } from '../select/selection.js';
import { formFor } from '../sites/writing.js';
import { Composers } from './composers.js';
import { Offer } from './offer.js';
import type { Original } from './writer.js';

/** The page, as far as writing needs it. */
export interface WritingPage {
  /** Runs a change of ours without its being scanned. */
  quietly(change: () => void): void;
  /** The extension still runs. */
  alive(): boolean;
}

/** Something that was read and is to be answered. */
export interface Answered {
  readonly mode: AnswerMode;
  /** An element of it. */
  readonly element: Element;
  /** What the reader frame was told. */
  readonly told: Told;
}

export class Writing {
  readonly offer: Offer;
  readonly #composers = new Composers();

  constructor(document: Document, page: WritingPage) {
    this.offer = new Offer(document, page, (editor) => this.#composers.open('mail', { editor }));
  }

  /** A window for a selection. */
  encrypt(picked: Selected): Promise<PageReply> {
    return this.#composers.open('selection', picked);
  }

  /** A window for a mail that goes into the form around `el`, or into the newest; nothing when there is no form. */
  async write(el: Element | undefined): Promise<PageReply | undefined> {
    const form = formFor(el);
    return form ? this.#composers.open('mail', { editor: form.body }) : undefined;
  }

  /** A window for an answer. */
  async answer(answered: Answered): Promise<void> {
    const original = asOriginal(answered);
    if (original) await this.#composers.open('mail', { original });
  }

  /** A port of a window. */
  connected(port: chrome.runtime.Port): void {
    void this.#composers.connected(port);
  }
}

/** Nobody answers a key, or what could not be had. */
function asOriginal({ mode, element, told: { message, large } }: Answered): Original | undefined {
  if (message.t === 'lost') return undefined;
  const { sender } = message;
  if (message.t === 'mail') return { mode, form: 'mail', source: message.source, sender, element };
  if (message.t === 'block' && message.form !== 'key')
    return { mode, form: message.form, source: new Blob([message.armored]), sender, element };
  return large && { mode, form: 'mail', source: large, sender, element };
}
