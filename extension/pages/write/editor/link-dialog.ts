import { html, nothing, type TemplateResult } from 'lit';
import { t } from '../../../ui/i18n.js';
import { View } from '../../../ui/view.js';
import { linkTarget } from './schema.js';

/** What the user wants of a link: its address, none (`''`), or nothing changed (`undefined`). */
export type LinkAnswer = string | undefined;

/** Asks where a link leads. */
export class LinkDialog extends View {
  #answer: ((target: LinkAnswer) => void) | undefined;
  #before = '';
  #wrong = false;

  /** Shows the dialog with the address that the link has now. */
  async ask(before: string): Promise<LinkAnswer> {
    const answer = new Promise<LinkAnswer>((resolve) => {
      this.change(() => {
        this.#answer = resolve;
        this.#before = before;
        this.#wrong = false;
      });
    });
    await this.updateComplete;
    this.querySelector('dialog')?.showModal();
    this.querySelector('input')?.select();
    return answer;
  }

  #end(target: LinkAnswer): void {
    this.#answer?.(target);
    this.querySelector('dialog')?.close();
    this.change(() => (this.#answer = undefined));
  }

  #take(event: Event): void {
    event.preventDefault();
    const typed = this.querySelector('input')?.value.trim() ?? '';
    const target = typed === '' ? '' : linkTarget(typed);
    if (target !== undefined) this.#end(target);
    else {
      this.change(() => (this.#wrong = true));
      this.focusOn('input');
    }
  }

  override render(): TemplateResult | typeof nothing {
    if (!this.#answer) return nothing;
    return html`<dialog aria-labelledby="link-title" @close=${() => this.#end(undefined)}>
      <form novalidate @submit=${this.#take}>
        <h2 id="link-title">${t('link_title')}</h2>
        <div class="field">
          <label for="link-target">${t('link_target')}</label>
          <input
            id="link-target"
            type="text"
            inputmode="url"
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            maxlength="2000"
            aria-describedby="link-hint"
            aria-invalid=${this.#wrong ? 'true' : nothing}
            .value=${this.#before}
          />
          <p id="link-hint" class="hints ${this.#wrong ? 'bad-text' : 'dim'}" role=${this.#wrong ? 'alert' : nothing}>
            ${t(this.#wrong ? 'link_wrong' : 'link_hint')}
          </p>
        </div>
        <div class="actions end">
          ${
            this.#before
              ? html`<button type="button" class="danger" @click=${() => this.#end('')}>${t('link_remove')}</button>`
              : nothing
          }
          <button type="button" @click=${() => this.#end(undefined)}>${t('cancel')}</button>
          <button type="submit" class="primary">${t('link_set')}</button>
        </div>
      </form>
    </dialog>`;
  }
}

customElements.define('wx-link-dialog', LinkDialog);
