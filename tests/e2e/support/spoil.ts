/**
 * Runs inside a page: makes of its empty editor one that writes into its text by itself at each change, so that armor does not
 * stay as it was put in, and no text is ever exactly the old one again.
 */
export function spoil(): void {
  const body = document.querySelector('#body') as HTMLElement;
  const note = (text: string): HTMLElement => {
    const element = document.createElement('i');
    element.contentEditable = 'false';
    element.textContent = text;
    return element;
  };
  const count = note('edited 0');
  body.append(document.createElement('p'), count);
  body.firstElementChild?.append(document.createElement('br'));
  let edited = 0;
  body.addEventListener('input', () => {
    count.textContent = `edited ${++edited}`;
    if (!count.isConnected) body.append(count);
    for (const old of body.querySelectorAll('i')) if (old !== count) old.remove();
    const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
    const lines: Text[] = [];
    while (walker.nextNode()) lines.push(walker.currentNode as Text);
    for (const line of lines) if (/^-----(BEGIN|END)/.test(line.data)) line.after(note(' (a line)'));
  });
}
