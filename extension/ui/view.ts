import { LitElement } from 'lit';
import { focusIn, keepFocus } from './focus.js';
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
  /** What had the focus when they began. */
  #focused: readonly HTMLElement[] = [];
  /** Where one goes on when what had the focus has gone. By default what is around it. */
  protected readonly resumesAt: string | undefined;
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

  protected override update(changed: Map<string, unknown>): void {
    const path = focusIn(this);
    super.update(changed);
    if (path[0]?.isConnected === false) this.#keepFocus(path);
  }

  /** A job may yet say where the focus goes. */
  #keepFocus(path: readonly HTMLElement[]): void {
    if (this.busy) this.#focused = path;
    else keepFocus(() => this.#places(path));
  }

  *#places([before, ...around]: readonly HTMLElement[]): Generator<HTMLElement> {
    if (before) yield before;
    const own = this.resumesAt && this.querySelector<HTMLElement>(this.resumesAt);
    if (own) yield own;
    yield* around;
  }

  /** Changes something and draws again. */
  protected change(how: () => void): void {
    how();
    this.requestUpdate();
  }

  /** Runs a job: busy while it runs, its refusal kept for drawing. True when it went well. */
  protected async attempt(job: () => Promise<unknown> | undefined, { quiet = false } = {}): Promise<boolean> {
    if (!quiet) {
      // A button that is out of use while it runs loses the focus.
      if (!this.busy) this.#focused = focusIn(this);
      this.#jobs += 1;
      this.failure = undefined;
      this.requestUpdate();
    }
    try {
      await job();
      return true;
    } catch (error) {
      this.failure = asRefused(error);
      if (!quiet) this.#showFailure();
      return false;
    } finally {
      if (!quiet) this.#jobs -= 1;
      this.requestUpdate();
      if (!quiet && !this.busy && this.#focused.length > 0) this.#keepFocus(this.#focused);
    }
  }

  /** On a long page it may be drawn where nobody looks. (A frame does not move the page around it.) */
  #showFailure(): void {
    if (parent !== window) return;
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector('[role=alert]')?.scrollIntoView({ block: 'nearest' }));
  }

  /**
   * Runs what a button asks for and nothing waits for: the same button can be pressed again meanwhile. What it was refused before
   * is said no longer.
   */
  protected press(job: () => Promise<unknown>): void {
    this.change(() => (this.failure = undefined));
    void this.attempt(job, { quiet: true });
  }

  /** Moves the focus after the next drawing. */
  protected focusOn(selector: string): void {
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(selector)?.focus());
  }
}
