// Files that the user gives to the page while a window is open. A site that is not known uploads them and shows them in a
// list of its own: there only a name that is known already can be found.

import { isElement, isHtml } from '../dom.js';

/** Names that are remembered, the newest: each is looked for in the page, and the window tells no more either. */
const MAX_CHOSEN = 50;
const MAX_NAME = 255;

const WATCHED = new WeakSet<Document>();
const NAMES = new Set<string>();

/** Names of files that were chosen or dropped; those that Waxseal itself gave to the site are among them. */
export const chosen: ReadonlySet<string> = NAMES;

/** Listens in these documents from now on. */
export function watchFiles(documents: readonly Document[]): void {
  for (const doc of documents.filter((one) => !WATCHED.has(one))) {
    WATCHED.add(doc);
    // Before the site does, which may empty its field.
    doc.addEventListener('change', changed, true);
    doc.addEventListener('drop', dropped, true);
  }
}

function changed(event: Event): void {
  const [field] = event.composedPath() as Node[];
  if (field && isElement(field) && isHtml(field, 'input')) remember((field as HTMLInputElement).files);
}

function dropped({ dataTransfer }: DragEvent): void {
  remember(dataTransfer?.files ?? null);
}

function remember(files: FileList | null): void {
  for (const { name } of files ?? []) {
    if (name === '' || name.length > MAX_NAME) continue;
    // The newest are what the next mail is about.
    NAMES.delete(name);
    const [oldest] = NAMES;
    if (NAMES.size >= MAX_CHOSEN && oldest !== undefined) NAMES.delete(oldest);
    NAMES.add(name);
  }
}
