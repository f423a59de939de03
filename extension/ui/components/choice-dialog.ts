import { html, nothing, type TemplateResult } from 'lit';
import { View } from '../view.js';

/** A question with its answers. The first is what Escape means, and has the focus. */
export interface Question<T> {
  readonly title: string;
  readonly text: string;
  readonly answers: readonly { readonly value: T; readonly text: string; readonly kind?: 'primary' | 'danger' }[];
}

/** Asks before something is done that cannot be undone. */
export class ChoiceDialog extends View {
  #question: Question<unknown> | undefined;
  #answer: ((value: unknown) => void) | undefined;

  /** Shows the dialog; gives the value of the button that was pressed. */
  async ask<T>(question: Question<T>): Promise<T> {
    const answer = new Promise<unknown>((resolve) => {
      this.change(() => {
        this.#question = question;
        this.#answer = resolve;
      });
    });
    await this.updateComplete;
    this.querySelector('dialog')?.showModal();
    return answer as Promise<T>;
  }

  #end(value: unknown): void {
    this.#answer?.(value);
    this.#answer = undefined;
    this.querySelector('dialog')?.close();
    this.change(() => (this.#question = undefined));
  }

  override render(): TemplateResult | typeof nothing {
    const question = this.#question;
    if (!question) return nothing;
    const [first] = question.answers;
    return html`<dialog aria-labelledby="choice-title" aria-describedby="choice-text" @close=${() => this.#end(first?.value)}>
      <h2 id="choice-title">${question.title}</h2>
      <p id="choice-text">${question.text}</p>
      <div class="actions end">
        ${question.answers.map(
          ({ value, text, kind }) =>
            html`<button
              type="button"
              class=${kind === 'danger' ? 'danger solid' : (kind ?? '')}
              ?autofocus=${value === first?.value}
              @click=${() => this.#end(value)}
            >
              ${text}
            </button>`,
        )}
      </div>
    </dialog>`;
  }
}

customElements.define('wx-choice', ChoiceDialog);
