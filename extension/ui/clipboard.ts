/**
 * Puts a text on the clipboard. A frame inside a web page may have no leave to use the clipboard API; the older way,
 * copying a selection, needs only the user's click, which every caller has.
 */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement('textarea');
    area.className = 'visually-hidden';
    area.value = text;
    const focused = document.activeElement;
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
    if (focused instanceof HTMLElement) focused.focus();
  }
}
