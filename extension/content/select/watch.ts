// Shows the button while there is a selection that can be encrypted, in our document and in those that belong to it.

import { clientLeft, clientTop, deepActive, docOf, frameAround, isConnected, rectOf } from '../dom.js';
import { say } from '../text.js';
import { Button, type Spot } from './button.js';
import { currentSelection, edgeOf, isTooLong, type Selected } from './selection.js';

/** How long a selection must rest before the button comes, in ms. */
const REST = 120;

export interface WatchHost {
  alive(): boolean;
  /** The user asked for the selection to be encrypted; a text says why that was refused. */
  encrypt(picked: Selected): Promise<string | undefined>;
  /** Changes the page without its being scanned. */
  quietly(change: () => void): void;
  /** What the user does has come to rest for a moment; whether something that can be encrypted is selected. */
  rests(selected: boolean): void;
}

export class Watch {
  #made: Button | undefined;
  readonly #documents = new Set<Document>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #picked: Selected | undefined;
  /** Put away by the user; comes back with another selection. */
  #dismissed: string | undefined;
  /** Where the mouse was let go last, in its own viewport. */
  #pointer: { readonly document: Document; readonly x: number; readonly y: number } | undefined;
  #pressed = false;

  constructor(
    readonly document: Document,
    readonly host: WatchHost,
  ) {}

  /** Made when it is needed first: in most pages nothing is ever selected. */
  get #button(): Button {
    this.#made ??= new Button(this.document, {
      tag: 'div',
      label: 'encrypt_selection',
      press: () => void this.#press(),
      dismiss: () => this.#dismiss(),
    });
    return this.#made;
  }

  /** Listens in a document; harmless when called again. */
  watch(doc: Document): void {
    for (const one of this.#documents) if (!isConnected(one)) this.#documents.delete(one);
    this.#documents.add(doc);
    this.#listen(doc, 'addEventListener');
    this.#soon();
  }

  stop(): void {
    for (const doc of this.#documents) if (isConnected(doc)) this.#listen(doc, 'removeEventListener');
    this.#documents.clear();
    clearTimeout(this.#timer);
    this.#hide();
  }

  owns(element: Element): boolean {
    return element === this.#made?.host;
  }

  #listen(doc: Document, how: 'addEventListener' | 'removeEventListener'): void {
    for (const name of ['selectionchange', 'select', 'keyup', 'focusin'] as const) {
      doc[how](name, this.#changed, true);
    }
    for (const name of ['pointerdown', 'pointerup', 'pointercancel'] as const) doc[how](name, this.#pointed, true);
    doc[how]('keydown', this.#key, true);
    doc[how]('focusout', this.#blurred, true);
    doc[how]('scroll', this.#scrolled, true);
  }

  readonly #changed = (event: Event): void => {
    if (event.isTrusted) this.#soon();
  };

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#update(), REST);
  }

  readonly #pointed = (event: Event): void => {
    if (!event.isTrusted || this.#isOurs(event)) return;
    const { type, target, clientX: x, clientY: y } = event as PointerEvent;
    this.#pressed = type === 'pointerdown';
    const doc = isNode(target) ? docOf(target) : null;
    if (doc) this.#pointer = { document: doc, x, y };
    this.#changed(event);
  };

  readonly #key = (event: Event): void => {
    if (event.isTrusted && (event as KeyboardEvent).key === 'Escape' && this.#made?.shown) this.#dismiss();
  };

  readonly #blurred = (event: Event): void => {
    const to = (event as FocusEvent).relatedTarget;
    if (to === null || to !== this.#made?.host) this.#changed(event);
  };

  /** While all moves it is out of the way; when it has come to rest it comes back to the selection. */
  readonly #scrolled = (): void => {
    const button = this.#made;
    if (button?.shown && deepActive(this.document) !== button.host) this.host.quietly(() => button.hide());
    if (this.#picked) this.#soon();
  };

  #isOurs(event: Event): boolean {
    return this.#made !== undefined && event.composedPath().includes(this.#made.host);
  }

  #update(): void {
    if (!this.host.alive()) {
      this.stop();
      return;
    }
    // The button is used by keyboard: what it is for stays.
    if (this.#made?.shown && deepActive(this.document) === this.#made.host) return;
    const picked = this.#pressed ? undefined : this.#current();
    this.host.rests(picked !== undefined);
    const spot = picked && this.#spot(picked);
    if (!picked || !spot || picked.text === this.#dismissed) {
      if (!picked) this.#dismissed = undefined;
      this.#hide();
      return;
    }
    this.#picked = picked;
    this.host.quietly(() => {
      if (spot.bottom > 0 && spot.top < innerHeight) {
        this.#button.show(spot, isTooLong(picked) ? say('selection_too_long') : '');
      } else {
        // Scrolled out of sight; it may come back.
        this.#made?.hide();
      }
    });
  }

  #current(): Selected | undefined {
    const picked = currentSelection(this.document);
    // A field inside of a frame that has a script of its own is not ours.
    const doc = picked && docOf(picked.element);
    return doc && this.#documents.has(doc) ? picked : undefined;
  }

  #dismiss(): void {
    this.#dismissed = this.#picked?.text;
    this.#hide();
  }

  #hide(): void {
    this.#picked = undefined;
    const button = this.#made;
    if (button?.shown) this.host.quietly(() => button.hide());
  }

  async #press(): Promise<void> {
    // The selection may have grown since the button came. A field that lost the focus to the button tells of none.
    const picked = this.#current() ?? this.#picked;
    const spot = picked && this.#spot(picked);
    if (!picked || !spot || isTooLong(picked)) return;
    this.#dismissed = picked.text;
    this.#hide();
    const refusal = await this.host.encrypt(picked);
    if (refusal) this.host.quietly(() => this.#button.show(spot, refusal));
  }

  /** Beside the mouse where it ended the selection, else at the end of the selected text. */
  #spot(picked: Selected): Spot | undefined {
    const doc = docOf(picked.element);
    const offset = doc && this.#offset(doc);
    if (!doc || !offset) return undefined;
    const edge = edgeOf(picked);
    if (picked.kind === 'rich') {
      return { left: edge.right + offset.x, top: edge.top + offset.y, bottom: edge.bottom + offset.y };
    }
    const pointer = this.#pointer;
    if (pointer?.document === doc && isInside(pointer, edge)) {
      const y = pointer.y + offset.y;
      return { left: pointer.x + offset.x, top: y - 10, bottom: y + 10 };
    }
    return { left: edge.right + offset.x, top: edge.bottom + offset.y - 10, bottom: edge.bottom + offset.y };
  }

  /** From the viewport of an inner document to ours. */
  #offset(doc: Document): { x: number; y: number } | undefined {
    let x = 0;
    let y = 0;
    for (let inner = doc; inner !== this.document; ) {
      const frame = frameAround(inner);
      const outer = frame && isConnected(frame) ? docOf(frame) : null;
      if (!frame || !outer) return undefined;
      const rect = rectOf(frame);
      x += rect.left + clientLeft(frame);
      y += rect.top + clientTop(frame);
      inner = outer;
    }
    return { x, y };
  }
}

function isInside({ x, y }: { x: number; y: number }, rect: DOMRect): boolean {
  return x >= rect.left && x <= rect.right && y >= rect.top && y <= rect.bottom;
}

function isNode(target: EventTarget | null): target is Node {
  return target !== null && 'nodeType' in target;
}
