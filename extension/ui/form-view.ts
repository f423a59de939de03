import type { ErrorCode } from 'waxseal-wasm';
import { t } from './i18n.js';
import { asRefused, type Refused } from './vault.js';
import { View } from './view.js';

/** What is wrong with what was filled in, by the ids of the fields. */
export type Problems = ReadonlyMap<string, string>;

/** Which field a refusal is about, by its id; with what is said there, where that is not what is said of the code anywhere. */
export type Blame = Partial<Record<ErrorCode, string | readonly [id: string, text: string]>>;

/** What has gone wrong, and what helps. */
export function whatAndHow(code: ErrorCode): string {
  return `${t(`err_${code}`)} ${t(`fix_${code}`)}`;
}

/** Base of forms: what is wrong stands at the field that it is about, and the first such field gets the focus. */
export abstract class FormView extends View {
  #problems: Problems = new Map();

  /** What is wrong with the field of this id, to be drawn at it; empty when nothing is. */
  protected problemOf(id: string): string {
    return this.#problems.get(id) ?? '';
  }

  /** Says what is wrong, each at its field, and goes to the first of them. True when nothing is. */
  protected tell(problems: Problems): boolean {
    this.change(() => (this.#problems = problems));
    if (problems.size > 0) void this.updateComplete.then(() => this.#goToFirst());
    return problems.size === 0;
  }

  /** Runs a job as `attempt` does; a refusal that is about a field of this form is said there. */
  protected async send(job: () => Promise<unknown>, blame: Blame): Promise<boolean> {
    let told = false;
    const tried = await this.attempt(async () => {
      try {
        await job();
      } catch (error) {
        told = this.#blames(asRefused(error), blame);
        if (!told) throw error;
      }
    });
    return tried && !told;
  }

  #blames({ code }: Refused, blame: Blame): boolean {
    const blamed = blame[code] ?? [];
    const [id, text] = typeof blamed === 'string' ? [blamed] : blamed;
    if (id === undefined || !this.querySelector(`#${id}`)) return false;
    this.tell(new Map([[id, text ?? whatAndHow(code)]]));
    return true;
  }

  #goToFirst(): void {
    const first = [...this.querySelectorAll<HTMLElement>('[id]')].find(({ id }) => this.#problems.has(id));
    const folded = first?.closest('details');
    if (folded) folded.open = true;
    // A group takes no focus itself.
    const field = first?.matches('input') ? first : first?.querySelector('input');
    field?.focus();
    // What cannot be seen is not mended but typed anew.
    if (field instanceof HTMLInputElement && field.type === 'password') field.select();
  }
}
