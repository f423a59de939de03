// A paste as the browser would tell of it. Editors with a model of their own take what the event brings and put it in by
// themselves; where nobody does, nothing happens.

import { command, createElement, deepActive } from '../dom.js';

/** One paragraph, its lines ended by `<br>`. */
export function pasteLines(doc: Document, text: string): void {
  paste(doc, text, oneBlock(doc, text, 'p'));
}

/** A paragraph for each line, for editors that know no other line end. */
export function pasteParagraphs(doc: Document, text: string): void {
  const blocks = text.split('\n').map((line) => {
    const block = createElement(doc, 'p');
    block.append(line === '' ? createElement(doc, 'br') : spaced(line));
    return block.outerHTML;
  });
  paste(doc, text, blocks.join(''));
}

/**
 * An editing command of the browser, with all lines at once. In one block: Chromium's time for blocks in the body of a frame
 * grows with the square of their number (17 seconds for 200 KB, with line ends a tenth of one).
 */
export function insertMarkup(doc: Document, text: string): void {
  try {
    command(doc, 'insertHTML', oneBlock(doc, text, 'div'));
  } catch {
    // A page may forbid all markup that is made from text; the other ways remain.
  }
}

function oneBlock(doc: Document, text: string, tag: 'p' | 'div'): string {
  const block = createElement(doc, tag);
  text.split('\n').forEach((line, at) => {
    if (at > 0) block.append(createElement(doc, 'br'));
    block.append(spaced(line));
  });
  return block.outerHTML;
}

/** HTML joins spaces. */
function spaced(line: string): string {
  return line.replace(/^ | (?= )/g, '\u00a0');
}

function paste(doc: Document, text: string, html: string): void {
  const target = deepActive(doc) ?? doc;
  const clipboardData = new DataTransfer();
  clipboardData.setData('text/plain', text);
  clipboardData.setData('text/html', html);
  // Firefox makes the event's data from `data` and `dataType`, and lets more be added.
  const init = { clipboardData, data: html, dataType: 'text/html' };
  const event = new ClipboardEvent('paste', { bubbles: true, cancelable: true, composed: true, ...init });
  if (event.clipboardData?.getData('text/plain') === '') event.clipboardData.setData('text/plain', text);
  target.dispatchEvent(event);
}

/** Ctrl+Z, for editors with a history of their own. */
export function pressUndo(doc: Document): void {
  const apple = navigator.platform.startsWith('Mac');
  const init = { key: 'z', code: 'KeyZ', keyCode: 90, which: 90, ctrlKey: !apple, metaKey: apple };
  const event = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, composed: true, ...init });
  (deepActive(doc) ?? doc).dispatchEvent(event);
}
