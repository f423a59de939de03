// What stands in the page's form already: words of the user's, and perhaps a message in armor that the site has quoted.

import type { FormState } from '../../desk/write-channel.js';
import { partedOf } from './armored.js';
import type { Delivery } from './delivery.js';
import type { Editor } from './editor/editor.js';
import { docOf } from './editor/text.js';
import { End } from './end.js';

/** UTF-16 units and lines of a text that is taken over: a window with more of them is slow at each key. */
const MAX_TAKEN = 200_000;
const MAX_LINES = 20_000;

/** The page's words, and what becomes of them in the window. */
export class PageText {
  #looked = false;
  #taken = false;
  #unkept = false;
  /** Some of them may be the page's own, far below: nothing goes out before their end was in view. */
  readonly #end = new End(() => document.querySelector('.editing:not([hidden]), wx-editor .plain-text'));

  /** `tell` says why something is not as the user expects. */
  constructor(
    readonly editor: () => Editor | null,
    readonly delivery: Delivery,
    readonly tell: (why: 'page_text_long' | 'page_text_unread') => void,
  ) {}

  /** They were looked at, or a draft has taken their place: nothing of the page is filled in any more. */
  get taken(): boolean {
    return this.#taken;
  }

  /** They are in the window, and nothing keeps them there yet. */
  get unkept(): boolean {
    return this.#unkept;
  }

  /** What was typed in the page is taken over, once; what it quotes in armor is not. */
  take(form: FormState | undefined): void {
    const editor = this.editor();
    if (this.#looked || !form?.found || !editor) return;
    const fresh = !this.#taken && this.delivery.work.at === 'writing' && editor.text.trim() === '';
    this.#looked = this.#taken = true;
    const text = partedOf(form).rest.trimEnd();
    if (text.trim() === '') return;
    const long = text.length > MAX_TAKEN || text.split('\n').length > MAX_LINES;
    if (fresh && long) this.tell('page_text_long');
    // The page was late, or this is too much: what stands there is in no mail.
    if (!fresh || long) this.delivery.spare();
    else {
      this.#unkept = true;
      editor.written = { kind: 'rich', doc: docOf(text) };
      this.#end.come();
    }
  }

  /** Whether the user can have read what was taken over. If not, its end is brought into view. */
  isSeen(): boolean {
    if (this.#end.seen) return true;
    this.tell('page_text_unread');
    requestAnimationFrame(() => this.#end.show());
    return false;
  }

  /** A draft takes the place of the mail; of an `answer`, where what the site writes into its form is nobody's work. */
  replaced(answer: boolean): void {
    this.#looked ||= answer;
    this.#taken = true;
    this.#unkept = false;
    this.#end.go();
  }
}
