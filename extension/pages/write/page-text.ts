// What stands in the page's form already: words of the user's, and perhaps a message in armor that the site has quoted.

import type { FormState } from '../../desk/write-channel.js';
import { partedOf } from './armored.js';
import type { Delivery } from './delivery.js';
import type { Editor } from './editor/editor.js';
import { docOf } from './editor/text.js';

/** The page's words, and what becomes of them in the window. */
export class PageText {
  #looked = false;
  #taken = false;
  #unkept = false;

  constructor(
    readonly editor: () => Editor | null,
    readonly delivery: Delivery,
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
    this.#unkept = fresh;
    if (fresh) editor.written = { kind: 'rich', doc: docOf(text) };
    // The page was late: what stands there is in no mail.
    else this.delivery.spare();
  }

  /** A draft takes the place of the mail; of an `answer`, where what the site writes into its form is nobody's work. */
  replaced(answer: boolean): void {
    this.#looked ||= answer;
    this.#taken = true;
    this.#unkept = false;
  }
}
