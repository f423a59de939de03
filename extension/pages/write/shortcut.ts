/**
 * Ctrl+Enter makes the mail, also when nothing has the focus (after a file was chosen, for one). Enter in a field must not:
 * from the subject it leads to the text.
 */
export function shortcut(event: KeyboardEvent, form: HTMLFormElement | null, text: { focus(): void } | null): void {
  const { target } = event;
  if (!form || form.hidden || event.key !== 'Enter' || event.isComposing || !(target instanceof Element)) return;
  if (target !== document.body && target.closest('form') !== form) return;
  const ctrl = event.ctrlKey || event.metaKey;
  if (!ctrl && !(target instanceof HTMLInputElement)) return;
  event.preventDefault();
  if (ctrl) form.requestSubmit();
  else if (target.id === 'subject') text?.focus();
}
