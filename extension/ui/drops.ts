// What is dropped on a page beside the places that are made for it: the browser would leave the page and show it.

/** Keeps the page; files that are dropped on it go to `take`, where there is one. */
export function catchDrops(take?: (files: File[]) => void): void {
  const over = (event: DragEvent): DataTransfer | undefined => {
    const data = event.dataTransfer;
    if (event.defaultPrevented || !data) return undefined;
    const files = data.types.includes('Files');
    // Words may be dragged from field to field.
    if (!files && event.target instanceof Element && event.target.closest('input, textarea, [contenteditable]'))
      return undefined;
    event.preventDefault();
    // A dialog wants its answer first.
    if (files && take && !document.querySelector('dialog[open]')) return data;
    data.dropEffect = 'none';
    return undefined;
  };
  addEventListener('dragover', over);
  addEventListener('drop', (event) => {
    const files = [...(over(event)?.files ?? [])];
    if (files.length > 0) take?.(files);
  });
}

/** The files of a drop that a place of its own takes. */
export function catchable(event: DragEvent): File[] {
  return document.querySelector('dialog[open]') ? [] : [...(event.dataTransfer?.files ?? [])];
}
