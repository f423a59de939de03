// What a field of addresses completes to.

import { html, nothing, type TemplateResult } from 'lit';

/** An address that is known. */
export interface Suggestion {
  readonly address: string;
  /** Whose it is; may be empty. */
  readonly name: string;
  /** As it goes into the field. */
  readonly text: string;
}

/** Suggestions that are shown at once: more is no help. */
const MAX_SHOWN = 6;

/** Those that begin with what was typed (the name, one of its words, or the address), without those that are there. */
export function matching(all: readonly Suggestion[], typed: string, there: readonly string[]): Suggestion[] {
  const start = typed.trim().toLocaleLowerCase();
  if (start === '') return [];
  const taken = there.join('\n').toLowerCase();
  const fits = ({ name, address }: Suggestion) =>
    [address, name, ...name.split(/\s+/)].some((word) => word.toLocaleLowerCase().startsWith(start));
  return all.filter((one) => fits(one) && !taken.includes(one.address)).slice(0, MAX_SHOWN);
}

/** The list below the field; `at` is the one that Enter takes, -1 for none. */
export function suggestionList(
  id: string,
  label: string,
  shown: readonly Suggestion[],
  at: number,
  take: (suggestion: Suggestion) => void,
): TemplateResult | typeof nothing {
  if (shown.length === 0) return nothing;
  // Taken before the field loses the focus, which would take what was typed.
  const press = (event: Event, one: Suggestion) => {
    event.preventDefault();
    take(one);
  };
  return html`<ul class="suggestions" id=${id} role="listbox" aria-label=${label}>
    ${shown.map(
      (one, index) => html`<li
        id="${id}-${index}"
        role="option"
        aria-selected=${index === at ? 'true' : 'false'}
        @mousedown=${(event: Event) => press(event, one)}
      >
        ${one.name ? html`<bdi>${one.name}</bdi> ` : nothing}<bdi class="dim">${one.address}</bdi>
      </li>`,
    )}
  </ul>`;
}
