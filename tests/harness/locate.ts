/** What to look for: a kind of control and the name that a person reads (or hears) for it. */
export interface Query {
  role: 'button' | 'field' | 'switch' | 'link' | 'option' | 'any';
  /** The whole accessible name; white space is folded, case counts. */
  name: string;
  /** Also find it while it is not drawn (file inputs are often hidden behind a button). */
  undrawn?: boolean;
}

/**
 * Finds the first drawn control of that role and name, through open shadow roots. Runs inside the page: it must stay
 * self-contained, as only its source text travels. Names follow the accessible name computation as far as our pages
 * and webmails need it: aria-labelledby, aria-label, label, then text (with slots), value, title, placeholder.
 */
export function locate(query: Query): Element | null {
  const fold = (text: string): string => text.replace(/\s+/g, ' ').trim();

  const shown = (element: Element): boolean => {
    if (element.closest('[aria-hidden="true"]')) return false;
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 && getComputedStyle(element).visibility !== 'hidden';
  };

  // Text as drawn: what is slotted in or rendered in a shadow root belongs to it.
  const textOf = (node: Node): string => {
    if (node.nodeType === Node.TEXT_NODE) return node.nodeValue ?? '';
    if (!(node instanceof Element)) return '';
    if (node.getAttribute('aria-hidden') === 'true' || node.tagName === 'STYLE') return '';
    if (node instanceof HTMLSlotElement) return node.assignedNodes({ flatten: true }).map(textOf).join(' ');
    return [...(node.shadowRoot ?? node).childNodes].map(textOf).join('');
  };

  const nameOf = (element: Element): string => {
    const root = element.getRootNode() as Document | ShadowRoot;
    const by = element.getAttribute('aria-labelledby');
    if (by) {
      const parts = by.split(/\s+/).map((id) => root.getElementById(id));
      const text = fold(parts.map((part) => (part ? textOf(part) : '')).join(' '));
      if (text) return text;
    }
    const aria = element.getAttribute('aria-label');
    if (aria) return fold(aria);
    const labels = (element as HTMLInputElement).labels;
    if (labels && labels.length > 0) {
      // A label wrapped around a select or textarea would otherwise count their own text as name.
      const own = element instanceof HTMLSelectElement || element instanceof HTMLTextAreaElement;
      return fold([...labels].map((l) => (own ? textOf(l).replace(textOf(element), '') : textOf(l))).join(' '));
    }
    const input = element instanceof HTMLInputElement;
    if (input && /^(button|submit|reset)$/.test(element.type) && element.value) return fold(element.value);
    const text = input || element instanceof HTMLTextAreaElement ? '' : fold(textOf(element));
    return text || fold(element.getAttribute('title') ?? '') || fold(element.getAttribute('placeholder') ?? '');
  };

  const roleOf = (element: Element): string => {
    const role = element.getAttribute('role');
    if (role) return role;
    if (element instanceof HTMLInputElement) {
      if (/^(button|submit|reset|image)$/.test(element.type)) return 'button';
      if (element.type === 'checkbox' || element.type === 'radio') return element.type;
      return 'textbox';
    }
    if (element instanceof HTMLTextAreaElement) return 'textbox';
    if (element instanceof HTMLSelectElement) return 'combobox';
    if (element instanceof HTMLElement && element.isContentEditable) return 'textbox';
    const plain: Record<string, string> = { BUTTON: 'button', SUMMARY: 'button', A: 'link', OPTION: 'option' };
    return plain[element.tagName] ?? '';
  };

  const roles: Record<string, RegExp> = {
    button: /^(button|menuitem|tab)$/,
    field: /^(textbox|searchbox|combobox|spinbutton|listbox|slider)$/,
    switch: /^(switch|checkbox|radio|menuitemcheckbox|menuitemradio)$/,
    link: /^link$/,
    option: /^(option|radio|menuitemradio|tab)$/,
    any: /./,
  };
  const wanted = roles[query.role] ?? /./;

  const everything = function* (root: ParentNode): Generator<Element> {
    for (const element of root.querySelectorAll('*')) {
      yield element;
      if (element.shadowRoot) yield* everything(element.shadowRoot);
    }
  };
  // Up the tree as drawn: through slots and out of shadow roots.
  const within = (element: Element, ancestor: Element): boolean => {
    for (let node: Node | null = element; node; ) {
      if (node === ancestor) return true;
      node = (node as Element).assignedSlot ?? node.parentNode ?? (node as ShadowRoot).host ?? null;
    }
    return false;
  };

  const all = [...everything(document)];
  // A modal dialog makes all else inert: what is behind it cannot be meant.
  const modal = all.findLast((element) => element.matches('dialog:modal'));
  const matches = (element: Element): boolean => {
    const role = roleOf(element);
    if (!role || !wanted.test(role) || nameOf(element) !== query.name) return false;
    return (query.undrawn || shown(element)) && (!modal || within(element, modal));
  };
  return all.find(matches) ?? null;
}
