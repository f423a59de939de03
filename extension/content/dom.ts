// Reading the DOM of a page that is not trusted.
//
// `<form><input name="parentNode">` makes `form.parentNode` that input, and `<img name="body">` makes `document.body`
// that image, in content scripts too: named properties belong to the object, not to the page's JavaScript. So nothing
// here reads a property of a foreign element or document by name; it calls the accessor of our own prototypes, which
// neither named elements nor the page's scripts can reach. They work on nodes of other frames as well.

type Getter<O, V> = (on: O) => V;
type Method<O, A extends unknown[], R> = (on: O, ...args: A) => R;

// Looked up when first used: in a page with nothing to do, most are never.
function getter<O, V>(type: () => { prototype: object }, name: string): Getter<O, V> {
  let get: (() => unknown) | undefined;
  return (on) => {
    get ??= Object.getOwnPropertyDescriptor(type().prototype, name)?.get;
    if (!get) throw new TypeError(name);
    return get.call(on) as V;
  };
}

function method<O, A extends unknown[], R>(type: () => { prototype: object }, name: string): Method<O, A, R> {
  let call: ((...args: A) => R) | undefined;
  return (on, ...args) => {
    call ??= Object.getOwnPropertyDescriptor(type().prototype, name)?.value as (...args: A) => R;
    return call.apply(on, args);
  };
}

const ofNode = <V>(name: string) => getter<Node, V>(() => Node, name);
const ofElement = <V>(name: string) => getter<Element, V>(() => Element, name);
const ofDocument = <V>(name: string) => getter<Document, V>(() => Document, name);
const callNode = <A extends unknown[], R>(name: string) => method<Node, A, R>(() => Node, name);
const callElement = <A extends unknown[], R>(name: string) => method<Element, A, R>(() => Element, name);
const callDocument = <A extends unknown[], R>(name: string) => method<Document, A, R>(() => Document, name);

// EventTarget
type Listening = (
  on: EventTarget,
  type: string,
  heard: (event: never) => void,
  options?: boolean | AddEventListenerOptions,
) => void;
export const listen: Listening = method(() => EventTarget, 'addEventListener');
export const unlisten: Listening = method(() => EventTarget, 'removeEventListener');

// Node
export const nodeType = ofNode<number>('nodeType');
export const parentNode = ofNode<Node | null>('parentNode');
export const firstChild = ofNode<Node | null>('firstChild');
export const lastChild = ofNode<Node | null>('lastChild');
export const nextSibling = ofNode<Node | null>('nextSibling');
export const previousSibling = ofNode<Node | null>('previousSibling');
const connected = ofNode<boolean>('isConnected');
/**
 * In a document that is shown. Those of a frame that has gone or shows another document are connected to each other still;
 * in Firefox they may be dead: whatever they are asked, they throw.
 */
export function isConnected(on: Node): boolean {
  try {
    const doc = docOf(on) ?? (on as Document);
    return connected(on) && windowOf(doc)?.document === doc;
  } catch {
    return false;
  }
}
export const textContent = ofNode<string | null>('textContent');
export const docOf = ofNode<Document | null>('ownerDocument');
export const contains: (on: Node, other: Node | null) => boolean = callNode('contains');
export const insertBefore: (on: Node, node: Node, before: Node | null) => Node = callNode('insertBefore');
const rootIn: (on: Node) => Node = callNode('getRootNode');
/** Of one node alone: what `map` hands over besides, the browser would take for options, and throw. */
export const rootNode = (on: Node): Node => rootIn(on);

// Element
export const tagName = ofElement<string>('localName');
export const shadowRoot = ofElement<ShadowRoot | null>('shadowRoot');
export const attribute: (on: Element, name: string) => string | null = callElement('getAttribute');
export const closest: (on: Element, selector: string) => Element | null = callElement('closest');
export const removeAttribute: (on: Element, name: string) => void = callElement('removeAttribute');
export const rectOf: (on: Element) => DOMRect = callElement('getBoundingClientRect');
export const matches: (on: Element, selector: string) => boolean = callElement('matches');
export const queryAll: (on: Element, selector: string) => NodeListOf<Element> = callElement('querySelectorAll');
export const clientLeft = ofElement<number>('clientLeft');
export const clientTop = ofElement<number>('clientTop');
export const clientWidth = ofElement<number>('clientWidth');
export const clientHeight = ofElement<number>('clientHeight');
const checkVisibility: (on: Element, options: CheckVisibilityOptions) => boolean = callElement('checkVisibility');

// HTMLElement (an SVG or MathML element has its own)
export const focusOn: (on: HTMLElement, options: FocusOptions) => void = method(() => HTMLElement, 'focus');
const htmlStyle: Getter<Element, CSSStyleDeclaration> = getter(() => HTMLElement, 'style');
const contentEditable: Getter<Element, boolean> = getter(() => HTMLElement, 'isContentEditable');
/** Where a link leads to, as the browser resolves it. */
export const addressOfLink: Getter<Element, string> = getter(() => HTMLAnchorElement, 'href');
const frameDocument: Getter<Element, Document | null> = getter(() => HTMLIFrameElement, 'contentDocument');

// Document
export const bodyOf = ofDocument<HTMLElement | null>('body');
export const htmlOf = ofDocument<HTMLElement | null>('documentElement');
export const windowOf = ofDocument<(Window & typeof globalThis) | null>('defaultView');
export const designMode = ofDocument<string>('designMode');
const activeIn = ofDocument<Element | null>('activeElement');
const activeInShadow: Getter<ShadowRoot, Element | null> = getter(() => ShadowRoot, 'activeElement');
export const addressOf = ofDocument<string>('URL');
/** Nobody sees the page: its tab is behind another, its window below one that covers it. */
export const isHidden = ofDocument<boolean>('hidden');
export const selectionIn: (on: Document) => Selection | null = callDocument('getSelection');
export const createElement: <K extends keyof HTMLElementTagNameMap>(on: Document, tag: K) => HTMLElementTagNameMap[K] =
  method(() => Document, 'createElement');
export const createRange: (on: Document) => Range = callDocument('createRange');
export const treeWalker: (on: Document, root: Node, show: number, filter?: NodeFilter | null) => TreeWalker =
  callDocument('createTreeWalker');
export const queryIn: (on: Document, selector: string) => NodeListOf<Element> = callDocument('querySelectorAll');
const queryFragment: (on: DocumentFragment, selector: string) => NodeListOf<Element> = method(
  () => DocumentFragment,
  'querySelectorAll',
);
const execCommand: (on: Document, name: string, ui: boolean, value: string) => boolean = callDocument('execCommand');

/**
 * Brings the focus into the document of a frame. The page itself needs none: its window would come before that of ours, in
 * which the user has just pressed something.
 */
export function focusFrame(doc: Document): void {
  if (doc !== document) windowOf(doc)?.focus();
}

/** An editing command of the browser, which it can undo. */
export function command(doc: Document, name: string, value = ''): boolean {
  return execCommand(doc, name, false, value);
}

/** `instanceof` knows only the classes of its own frame; these look at what the node is. */
export function isElement(node: Node | null): node is Element {
  return node !== null && nodeType(node) === Node.ELEMENT_NODE;
}

export function isText(node: Node | null): node is Text {
  return node !== null && nodeType(node) === Node.TEXT_NODE;
}

export function isHtml(el: Element | null, tag: string): boolean {
  return el !== null && tagName(el) === tag && namespace(el) === HTML;
}

const HTML = 'http://www.w3.org/1999/xhtml';
const namespace = ofElement<string | null>('namespaceURI');

/** The element's own style declaration; `undefined` for what is not HTML. */
export function styleOf(el: Element): CSSStyleDeclaration | undefined {
  return namespace(el) === HTML ? htmlStyle(el) : undefined;
}

/** Whether text in it can be edited; attributes of ancestors and `designMode` count. */
export function isEditable(el: Element): boolean {
  return namespace(el) === HTML && contentEditable(el);
}

/** The document that a frame shows; nothing when it is of another origin. */
export function documentIn(frame: Element): Document | null {
  return isHtml(frame, 'iframe') ? frameDocument(frame) : null;
}

/** The frame element around a document; nothing when the outer document is of another origin. */
export function frameAround(doc: Document): Element | null {
  return windowOf(doc)?.frameElement ?? null;
}

/** The parent in what is drawn: leaves shadow trees through their host. */
export function parentElement(node: Node): Element | null {
  const parent = parentNode(node);
  if (parent === null || isElement(parent)) return parent;
  return nodeType(parent) === Node.DOCUMENT_FRAGMENT_NODE ? shadowHost(parent) : null;
}

const hostOf: Getter<Node, Element> = getter(() => ShadowRoot, 'host');

function shadowHost(fragment: Node): Element | null {
  try {
    return hostOf(fragment);
  } catch {
    return null; // a fragment that is no shadow root
  }
}

/** Elements of a document and of the open shadow trees around `el`. */
export function queryAround(doc: Document, el: Element | undefined, selector: string): Element[] {
  const found = [...queryIn(doc, selector)];
  for (let root = el && rootNode(el); root && nodeType(root) === Node.DOCUMENT_FRAGMENT_NODE; ) {
    found.unshift(...queryFragment(root as DocumentFragment, selector));
    const host = shadowHost(root);
    root = host ? rootNode(host) : undefined;
  }
  return found;
}

/** The focused element, looked for inside open shadow trees too. */
export function deepActive(doc: Document): Element | null {
  let active = activeIn(doc);
  while (active) {
    const shadow = shadowRoot(active);
    const inner = shadow && activeInShadow(shadow);
    if (!inner) break;
    active = inner;
  }
  return active;
}

/** The style as drawn. */
export function computed(el: Element): CSSStyleDeclaration | undefined {
  const doc = docOf(el);
  return (doc && windowOf(doc))?.getComputedStyle(el);
}

/** Whether the browser draws the element at all: `display`, `visibility`, `opacity`, `content-visibility`, of ancestors too. */
export function isDrawn(el: Element): boolean {
  return checkVisibility(el, {
    opacityProperty: true,
    visibilityProperty: true,
    checkOpacity: true,
    checkVisibilityCSS: true,
  });
}

/** Sets CSS that the page's own sheets cannot override. Works under any Content-Security-Policy. */
export function style(el: HTMLElement, css: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(css)) htmlStyle(el).setProperty(name, value, 'important');
}
