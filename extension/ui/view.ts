import { LitElement } from 'lit';
import { asRefused, onPulse, type Refused } from './vault.js';

/**
 * Base of all elements. They draw into the page itself, not into a shadow root: labels, live regions and focus then
 * work across elements, and one style sheet serves all. (The pages hold nothing foreign that would need walling off.)
 */
export abstract class View extends LitElement {
  /** What went wrong last; drawn by the element near what caused it. */
  protected failure: Refused | undefined;
  /** Jobs that are under way: one can begin while another one waits for the user. */
  #jobs = 0;
  #stop: (() => void) | undefined;

  /** A job is under way. */
  protected get busy(): boolean {
    return this.#jobs > 0;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /**
   * Asked when the element appears and at each change of keyring, lock state or settings. After the first time the
   * element fires `settled`: it has the height that it will have.
   */
  protected refresh?(): Promise<void>;

  override connectedCallback(): void {
    super.connectedCallback();
    if (!this.refresh) return;
    const again = () => this.attempt(() => this.refresh?.(), { quiet: true });
    this.#stop = onPulse(() => void again());
    void again().then(() => this.dispatchEvent(new Event('settled')));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }

  /** Changes something and draws again. */
  protected change(how: () => void): void {
    how();
    this.requestUpdate();
  }

  /** Runs a job: busy while it runs, its refusal kept for drawing. True when it went well. */
  protected async attempt(job: () => Promise<unknown> | undefined, { quiet = false } = {}): Promise<boolean> {
    if (!quiet) {
      this.#jobs += 1;
      this.failure = undefined;
      this.requestUpdate();
    }
    try {
      await job();
      return true;
    } catch (error) {
      this.failure = asRefused(error);
      return false;
    } finally {
      if (!quiet) this.#jobs -= 1;
      this.requestUpdate();
    }
  }

  /** Moves the focus after the next drawing. */
  protected focusOn(selector: string): void {
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(selector)?.focus());
  }
}
