import { html, nothing, type TemplateResult } from 'lit';
import { t } from '../i18n.js';
import { View } from '../view.js';

/** Asks before a text goes that is nowhere else. */
export class DiscardDialog extends View {
  #text = '';
  #answer: ((discard: boolean) => void) | undefined;

  /** Shows the dialog, and where the text is as far as is known; true when it may go. */
  async ask(text: string = t('discard_text')): Promise<boolean> {
    this.#text = text;
    const answer = new Promise<boolean>((resolve) => {
      this.change(() => (this.#answer = resolve));
    });
    await this.updateComplete;
    this.querySelector('dialog')?.showModal();
    return answer;
  }

  #end(discard: boolean): void {
    this.#answer?.(discard);
    this.querySelector('dialog')?.close();
    this.change(() => (this.#answer = undefined));
  }

  override render(): TemplateResult | typeof nothing {
    if (!this.#answer) return nothing;
    return html`<dialog aria-labelledby="discard-title" aria-describedby="discard-text" @close=${() => this.#end(false)}>
      <h2 id="discard-title">${t('discard_title')}</h2>
      <p id="discard-text">${this.#text}</p>
      <div class="actions end">
        <button type="button" autofocus @click=${() => this.#end(false)}>${t('keep_text')}</button>
        <button type="button" class="danger solid" @click=${() => this.#end(true)}>${t('discard')}</button>
      </div>
    </dialog>`;
  }
}

customElements.define('wx-discard', DiscardDialog);
