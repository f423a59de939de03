// A page can put something behind the text that its user has selected, and a field that shows eight lines of it hides the
// rest. So the field is as high as its text, and who presses Encrypt by the keyboard is shown the end of it first.

/** The field with the text, whole. */
export class Whole {
  #field: HTMLTextAreaElement | undefined;
  #seen = false;
  readonly #end = new IntersectionObserver((all) => {
    this.#seen ||= all.some((one) => one.isIntersecting);
  });

  constructor() {
    addEventListener('resize', () => this.#grow());
  }

  /** Its end has been in view at least once. */
  get seen(): boolean {
    return this.#seen;
  }

  /** To be called when the field may have been drawn, or its text have changed. `end` stands behind it. */
  fit(field: HTMLTextAreaElement | null, end: Element | null): void {
    if (!field || !end) return;
    if (field !== this.#field) {
      this.#field = field;
      this.#end.disconnect();
    }
    this.#grow();
    // Only where it ends now: before it had grown, that was in view.
    this.#end.observe(end);
  }

  #grow(): void {
    const field = this.#field;
    if (!field || field.scrollHeight <= field.clientHeight) return;
    field.style.height = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`;
  }
}
