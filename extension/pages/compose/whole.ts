// A page can put something behind the text that its user has selected, and a field that shows eight lines of it hides the
// rest. So the field is as high as its text, and who presses Encrypt by the keyboard is shown the end of it first.

/** The field with the text, whole. */
export class Whole {
  #field: HTMLTextAreaElement | undefined;
  /** What stands behind the field. */
  #end: Element | undefined;
  #inView = false;
  #seen = false;
  readonly #observer = new IntersectionObserver((all) => {
    this.#inView = all.at(-1)?.isIntersecting ?? false;
    this.#look();
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
      this.#end = end;
      field.addEventListener('scroll', () => this.#look());
      this.#watch();
    }
    this.#grow();
  }

  #grow(): void {
    const field = this.#field;
    if (!field || field.scrollHeight <= field.clientHeight) return;
    field.style.height = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`;
    this.#watch();
  }

  /** Only where it ends now counts: before it had grown, that may have been in view. */
  #watch(): void {
    this.#inView = false;
    this.#observer.disconnect();
    if (this.#end) this.#observer.observe(this.#end);
  }

  /** Browsers draw no box higher than some million lines: the rest is scrolled within the field. */
  #look(): void {
    const field = this.#field;
    if (!field || !this.#inView) return;
    this.#seen ||= field.scrollTop + field.clientHeight + 1 >= field.scrollHeight;
  }
}
