import { html, noChange, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Emblem, UiCall } from 'waxseal-wasm';
import { setEmblem } from '../emblem/current.js';
import { colours, nameOf, picture, shapes, wordsOf } from '../emblem/draw.js';
import { t } from '../i18n.js';
import { icon } from '../icons.js';
import { toast } from '../toast.js';
import { expect } from '../vault.js';
import { View } from '../view.js';
import { failure } from './parts.js';

type StoreCall = Extract<UiCall, { kind: 'new_emblem' | 'set_emblem' }>;

/** The user's own sign, large, what it is for, and the ways to another one. Every change is stored at once. */
export class EmblemForm extends View {
  #emblem: Emblem | undefined;
  /** What was asked of the vault last. */
  #asked: Promise<unknown> = Promise.resolve();

  protected override refresh(): Promise<void> {
    return this.#inTurn(async () => {
      const { emblem } = await expect('emblem', { kind: 'emblem' });
      this.change(() => (this.#emblem = emblem));
    });
  }

  /** One after the other: the vault takes a whole sign, so that each choice goes out with what the one before has left. */
  #inTurn(job: () => Promise<void>): Promise<void> {
    const done = this.#asked.then(job);
    this.#asked = done.catch(() => undefined);
    return done;
  }

  #store(call: () => StoreCall | undefined): Promise<boolean> {
    return this.attempt(() =>
      this.#inTurn(async () => {
        const asked = call();
        if (!asked) return;
        const before = this.#emblem;
        const { emblem } = await expect('emblem', asked);
        this.#emblem = emblem;
        setEmblem(emblem);
        // What was made at random does not come again.
        const lost = asked.kind === 'new_emblem' ? before : undefined;
        toast(t('saved'), lost && { label: t('undo'), run: () => void this.#back(lost) });
      }),
    );
  }

  async #back(emblem: Emblem): Promise<void> {
    await this.#store(() => ({ kind: 'set_emblem', emblem }));
    // The button for it has gone with its line.
    this.focusOn('.actions button');
  }

  #set(part: Partial<Emblem>): void {
    void this.#store(() => {
      const now = this.#emblem;
      // As they are already: words of the list stay words of the list.
      if (!now || part.own === wordsOf(now)) return undefined;
      return { kind: 'set_emblem', emblem: { ...now, ...part } };
    });
  }

  override render(): TemplateResult {
    const emblem = this.#emblem;
    return html`${emblem ? this.#shown(emblem) : nothing}
      <p>${t('emblem_text')}</p>
      ${failure(this.failure)}
      ${
        emblem
          ? html`<div class="actions">
            <button type="button" ?disabled=${this.busy} @click=${() => this.#store(() => ({ kind: 'new_emblem' }))}>
              ${icon('redo')}<span>${t('emblem_another')}</span>
            </button>
          </div>
          ${this.#choices(emblem)}`
          : nothing
      }`;
  }

  #shown(emblem: Emblem): TemplateResult {
    const name = nameOf(emblem);
    return html`<div class="emblem-large" role="img" aria-label=${name}>
      ${picture(emblem.colour, emblem.shape)}
      <span class="emblem-words"><bdi>${wordsOf(emblem)}</bdi></span>
    </div>`;
  }

  #choices(emblem: Emblem): TemplateResult {
    return html`<details>
      <summary>${t('emblem_choose')}</summary>
      <div class="parts">
        <fieldset>
          <legend>${t('emblem_shape')}</legend>
          <div class="picks">
            ${shapes.map((shape) =>
              this.#pick(
                'shape',
                t(`emblem_shape_${shape}`),
                picture(emblem.colour, shape),
                shape === emblem.shape,
                () => this.#set({ shape }),
              ),
            )}
          </div>
        </fieldset>
        <fieldset>
          <legend>${t('emblem_colour')}</legend>
          <div class="picks">
            ${colours.map((colour) =>
              this.#pick('colour', t(`emblem_colour_${colour}`), picture(colour), colour === emblem.colour, () =>
                this.#set({ colour }),
              ),
            )}
          </div>
        </fieldset>
        <div class="field">
          <label for="emblem-words">${t('emblem_words')}</label>
          <input
            id="emblem-words"
            type="text"
            dir="auto"
            autocomplete="off"
            spellcheck="false"
            aria-describedby="emblem-words-hint"
            .value=${wordsOf(emblem)}
            @change=${(event: Event) => this.#set({ own: (event.target as HTMLInputElement).value })}
          />
          <p id="emblem-words-hint" class="hints dim">${t('emblem_words_hint')}</p>
        </div>
      </div>
    </details>`;
  }

  #pick(of: string, name: string, drawn: TemplateResult, chosen: boolean, choose: () => void): TemplateResult {
    // Of what could not be stored the browser has drawn the choice already.
    const kept = live(this.busy ? noChange : chosen);
    return html`<label class="pick">
      <input type="radio" name="emblem-${of}" .checked=${kept} @change=${choose} />
      ${drawn}<span>${name}</span>
    </label>`;
  }
}

customElements.define('wx-emblem-form', EmblemForm);
