// The one place where a text becomes a document (`cargo xtask test` looks for others).

/** The document that a text is, to be looked at: without a window, so that nothing in it loads or runs. Nothing of it may be put into a page. */
export function inertDocument(html: string): Document {
  return new DOMParser().parseFromString(html, 'text/html');
}
