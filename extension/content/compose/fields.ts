// Writing into the fields of a form, so that whatever the site is made with notices.

import { command, createRange, docOf, focusOn, isEditable, isHtml, selectionIn, textContent } from '../dom.js';
import type { RecipientField } from '../sites/index.js';
import { until } from './wait.js';

/**
 * How long a site may take to make a chip of an address or to take one away, in ms. Zimbra begins after a tenth of a second with what
 * was pasted, and where nobody sees the page after one or two whole ones.
 */
const CHIP = 10_000;
/** Chips that are taken away at most: a site that puts them back would keep us for ever. */
const MAX_CHIPS = 200;

/** What stands in a text field. */
export function textIn(field: Element): string {
  if (isHtml(field, 'input') || isHtml(field, 'textarea')) return (field as HTMLInputElement).value;
  return textContent(field) ?? '';
}

/** Replaces what stands in a text field or a small editable element. */
export function typeInto(field: Element, text: string): void {
  if (isHtml(field, 'input') || isHtml(field, 'textarea')) {
    // The accessor of our own world: frameworks that put one of theirs on the element see the difference.
    (field as HTMLInputElement).value = text;
    field.dispatchEvent(
      new InputEvent('input', { bubbles: true, composed: true, inputType: 'insertText', data: text }),
    );
    field.dispatchEvent(new Event('change', { bubbles: true }));
    return;
  }
  const doc = docOf(field);
  const selection = doc && selectionIn(doc);
  if (!selection || !isEditable(field)) return;
  focusOn(field as HTMLElement, { preventScroll: true });
  const all = createRange(doc);
  all.selectNodeContents(field);
  selection.removeAllRanges();
  selection.addRange(all);
  command(doc, text === '' ? 'delete' : 'insertText', text);
}

/** A key pressed and let go, for a site that listens for it. */
export function press(field: Element, key: string): void {
  const codes: Readonly<Record<string, number>> = { Enter: 13, ',': 188, Backspace: 8, Tab: 9 };
  const code = codes[key] ?? 0;
  for (const name of ['keydown', 'keypress', 'keyup']) {
    field.dispatchEvent(
      new KeyboardEvent(name, { key, keyCode: code, which: code, bubbles: true, cancelable: true, composed: true }),
    );
  }
}

/** A click with all that belongs to it. */
export function click(el: Element): void {
  const common = { bubbles: true, cancelable: true, composed: true, button: 0 };
  el.dispatchEvent(new PointerEvent('pointerdown', { ...common, pointerId: 1, isPrimary: true }));
  el.dispatchEvent(new MouseEvent('mousedown', common));
  el.dispatchEvent(new PointerEvent('pointerup', { ...common, pointerId: 1, isPrimary: true }));
  el.dispatchEvent(new MouseEvent('mouseup', common));
  (el as HTMLElement).click();
}

/** A text field that holds all addresses, with commas between. */
export function plainField(field: Element): RecipientField {
  return {
    read: () => addressList(textIn(field)),
    write: (addresses) => typeInto(field, addresses.join(', ')),
  };
}

/** A field that makes a chip of each address. */
export interface Chips {
  /** Where addresses are typed. */
  readonly input: () => Element | undefined;
  /** The chips that are there. */
  readonly chips: () => Element[];
  /** `Name <address>` or the address of a chip. */
  readonly text: (chip: Element) => string;
  /** Takes a chip away by the site's own control. Without one, chips that are too many stay, and reading tells of them. */
  readonly remove?: (chip: Element) => void;
  /** Ends an address; `paste` where the site makes chips of all that is pasted: of bare addresses, so that they can be read again. */
  readonly key: 'Enter' | ',' | 'Tab' | 'paste';
}

export function chipField({ input, chips, text, remove, key }: Chips): RecipientField {
  return {
    read() {
      const field = input();
      return [...chips().map(text), ...addressList(field ? textIn(field) : '')];
    },
    async write(addresses) {
      const wanted = new Set(addresses.map(bare));
      for (let turn = 0; turn < MAX_CHIPS; turn++) {
        const all = chips();
        const extra = all.findLast((chip) => !wanted.has(bare(text(chip))));
        if (!extra) break;
        remove?.(extra);
        if (!remove || !(await until(() => chips().length < all.length, CHIP))) return;
      }
      const half = input();
      if (half && textIn(half) !== '') typeInto(half, '');
      const there = new Set(chips().map((chip) => bare(text(chip))));
      const missing = addresses.filter((one) => !there.has(bare(one)));
      if (key === 'paste') {
        const field = input();
        if (!field || missing.length === 0) return;
        typeInto(field, missing.map(bare).join(', '));
        field.dispatchEvent(new Event('paste', { bubbles: true }));
        await until(() => textIn(field) === '', CHIP);
        return;
      }
      for (const address of missing) {
        const field = input();
        if (!field) return;
        const before = chips().length;
        focusOn(field as HTMLElement, { preventScroll: true });
        typeInto(field, address);
        press(field, key);
        if (!(await until(() => chips().length > before, CHIP))) return;
      }
    },
  };
}

/** Longest text of a field that is taken apart, in UTF-16 units: a hundred addresses with names have a tenth of it. */
const MAX_LIST = 100_000;

/** The entries of a list of addresses: commas, semicolons and line ends divide, but not in quotes or brackets. */
export function addressList(text: string): string[] {
  const entries: string[] = [];
  let entry = '';
  let quoted = false;
  let inside = false;
  const list = text.slice(0, MAX_LIST);
  for (let at = 0; at < list.length; at++) {
    const char = list.charAt(at);
    if (quoted && char === '\\') entry += char + list.charAt(++at);
    else if (!quoted && !inside && /[,;\n]/.test(char)) {
      entries.push(entry);
      entry = '';
    } else {
      if (char === '"') quoted = !quoted;
      else if (!quoted && char === '<') inside = true;
      else if (!quoted && char === '>') inside = false;
      entry += char;
    }
  }
  return [...entries, entry].map((one) => one.trim()).filter((one) => one !== '');
}

/** The bare address of an entry, for comparing. */
export function bare(entry: string): string {
  const address = /<([^<>]*)>[^<>]*$/.exec(entry)?.[1] ?? entry;
  return address.trim().toLowerCase();
}

/** Each address once, as it stands there first. */
export function once(entries: readonly string[]): string[] {
  const known = new Set<string>();
  return entries.filter((entry) => known.size < known.add(bare(entry)).size);
}

/** Whether both name the same addresses, in whatever order. */
export function sameAddresses(one: readonly string[], other: readonly string[]): boolean {
  const [a, b] = [new Set(one.map(bare)), new Set(other.map(bare))];
  return a.size === b.size && [...a].every((address) => b.has(address));
}
