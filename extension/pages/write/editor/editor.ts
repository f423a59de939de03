import { html, nothing, type TemplateResult } from 'lit';
import { history } from 'prosemirror-history';
import { keymap } from 'prosemirror-keymap';
import { Fragment, type Node, Slice } from 'prosemirror-model';
import { EditorState, TextSelection } from 'prosemirror-state';
import { EditorView } from 'prosemirror-view';
import { catchable } from '../../../ui/drops.js';
import { t } from '../../../ui/i18n.js';
import { icon } from '../../../ui/icons.js';
import { inertDocument } from '../../../ui/inert.js';
import { MAX_WRITTEN_TEXT } from '../../../ui/limits.js';
import { View } from '../../../ui/view.js';
import { HISTORY, inLink, keys, linkAround, markIn, TOOLS, type Tool, typing } from './commands.js';
import type { LinkDialog } from './link-dialog.js';
import './link-dialog.js';
import { schema } from './schema.js';
import { asSecret, escapes, hasQuotes, hasSecret, type Secret, withoutQuotes, withoutSecret } from './secret.js';
import { blocksOf, docOf, isPlain, toText } from './text.js';

/** Characters that are pasted with formatting; more is pasted as plain text. Web pages of that length take seconds. */
const MAX_PASTED_HTML = 1024 * 1024;

/** Marks what was not written by the user, but put there for them. */
const FILLED = 'filled';

/** What is written: with formatting, or plain. */
export type Written = { readonly kind: 'rich'; readonly doc: Node } | { readonly kind: 'plain'; readonly text: string };

/** Takes files into the mail; gives back the pictures among them that can stand in the text. */
export type TakeFiles = (files: readonly File[], inline: boolean) => Promise<readonly { id: string; name: string }[]>;

/**
 * The field in which a mail is written. Fires `changed` whenever the user has changed its content, `filled` when something was
 * put into it for them, and `plain` when the user wants to leave formatting behind and there is some.
 */
export class Editor extends View {
  static override properties = { label: {}, spelling: { type: Boolean } };
  declare label: string;
  /** The browser may check what is written. */
  declare spelling: boolean;
  take: TakeFiles = async () => [];
  /** The address of a picture that goes along, for as long as the window is open. */
  picture: (file: string) => string | undefined = () => undefined;

  #view: EditorView | undefined;
  #plain: string | undefined;
  #first: Node = docOf('');
  /**
   * Text of an encrypted message came in, and the marks do not tell any more where all of it stands. It stays so, whatever is
   * deleted: one step back, and it would be there again.
   */
  #unmarked = false;
  /** There was such text here: it may be in the clipboard, from where it comes back without marks as plain text. */
  #held = false;
  /** What is being pasted was copied somewhere else than in such an editor, which says with it what of it is marked. */
  #foreign = false;
  /** Which button of the toolbar Tab goes to. */
  #at = 0;

  constructor() {
    super();
    this.label = '';
    this.spelling = false;
  }

  override firstUpdated(): void {
    const place = this.querySelector<HTMLElement>('.editing');
    if (!place) return;
    this.#view = new EditorView(
      { mount: place },
      {
        state: this.#stateOf(this.#first),
        dispatchTransaction: (transaction) => {
          const view = this.#view;
          if (!view) return;
          const { doc } = view.state;
          view.updateState(view.state.apply(transaction));
          this.#unmarked ||= transaction.docChanged && escapes(doc, view.state.doc, transaction.mapping);
          this.requestUpdate();
          if (!transaction.docChanged) return;
          this.dispatchEvent(new Event(transaction.getMeta(FILLED) ? 'filled' : 'changed'));
        },
        attributes: () => ({
          role: 'textbox',
          'aria-multiline': 'true',
          'aria-label': this.label,
          dir: 'auto',
          spellcheck: String(this.spelling),
          writingsuggestions: 'false',
        }),
        nodeViews: { image: (node) => this.#drawPicture(node) },
        transformPastedHTML: (markup) => {
          this.#foreign = !markup.includes('data-pm-slice');
          return markup;
        },
        // Of a part of a quotation only the words may come in, wherever it is put.
        transformPasted: (slice, _view, plain) => {
          this.#unmarked ||= hasSecret(slice.content) || ((plain || this.#foreign) && this.#held);
          this.#foreign = false;
          return slice;
        },
        clipboardTextParser: (text) => pastedText(text),
        clipboardTextSerializer: (slice) => toText(schema.node('doc', null, asBlocks(slice))),
        handlePaste: (_view, event) => this.#pasted(event),
        handleDrop: (view, event, _slice, moved) => !moved && this.#dropped(view, event),
      },
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#view?.destroy();
    this.#view = undefined;
  }

  #stateOf(doc: Node): EditorState {
    return EditorState.create({
      doc,
      plugins: [typing(), keymap(keys(() => this.#link())), history()],
    });
  }

  /** What is written. */
  get written(): Written {
    if (this.#plain !== undefined) return { kind: 'plain', text: this.#plain };
    return { kind: 'rich', doc: this.#view?.state.doc ?? this.#first };
  }

  /** Puts another text in the place of all that is there; it can not be undone. */
  set written(written: Written) {
    this.#replace(written, false);
    this.dispatchEvent(new Event('filled'));
  }

  #replace(written: Written, unmarked: boolean): void {
    this.#unmarked = unmarked;
    this.#plain = written.kind === 'plain' ? written.text : undefined;
    this.#first = written.kind === 'rich' ? written.doc : docOf('');
    this.#view?.updateState(this.#stateOf(this.#first));
    this.#held ||= unmarked || hasSecret(this.#first);
    this.requestUpdate();
  }

  /** The same for a draft; `secret` when text of an encrypted message was put into it: it may have lost its marks since. */
  restore(written: Written, secret: boolean): void {
    this.#replace(written, secret);
  }

  /** The text, as plain text. */
  get text(): string {
    const { written } = this;
    return written.kind === 'plain' ? written.text : toText(written.doc);
  }

  /** Nothing of it would be lost in a plain text. */
  get isPlain(): boolean {
    const { written } = this;
    return written.kind === 'plain' || isPlain(written.doc);
  }

  /** What of it came out of an encrypted message. In a plain text it cannot be told which lines: all quoted ones count. */
  get secret(): Secret | undefined {
    const { written } = this;
    const marked = written.kind === 'plain' ? this.#unmarked && hasQuotes(written.text) : hasSecret(written.doc);
    if (marked) return 'marked';
    return this.#unmarked && this.text.trim() !== '' ? 'unmarked' : undefined;
  }

  /** Some of it may be anywhere, without a mark. */
  get unmarked(): boolean {
    return this.#unmarked;
  }

  /** A message that came encrypted is open in the window: what is pasted may be of it from now on. */
  hold(): void {
    this.#held = true;
  }

  /** The user has looked through it: what is there now is none of that, but for what is marked. */
  looked(): void {
    const { written } = this;
    // Anew: no step back must bring in what was taken out.
    this.written = written;
    void this.updateComplete.then(() => this.focus());
  }

  /** Takes that out. */
  removeSecret(): void {
    const view = this.#view;
    if (this.#plain !== undefined) this.#setPlain(withoutQuotes(this.#plain));
    else if (view) view.dispatch(withoutSecret(view.state));
  }

  /** Adds blocks below what is there, and leaves the cursor at the beginning. */
  add(blocks: readonly Node[]): void {
    const view = this.#view;
    const secret = hasSecret(Fragment.from(blocks));
    this.#held ||= secret;
    if (this.#plain !== undefined) {
      this.#unmarked ||= secret;
      this.#setPlain(`${this.#plain}\n${toText(schema.node('doc', null, blocks))}`);
    } else if (view) {
      const { state } = view;
      const { tr } = state;
      tr.insert(state.doc.content.size, Fragment.from(blocks));
      // No step of the user's: one back from what they do next must not take it away again.
      tr.setMeta(FILLED, true).setMeta('addToHistory', false);
      view.dispatch(tr.setSelection(TextSelection.atStart(tr.doc)).scrollIntoView());
    }
  }

  /** Pictures stand where the cursor is. */
  insertPictures(pictures: readonly { id: string; name: string }[], at?: number): void {
    const view = this.#view;
    if (!view || pictures.length === 0) return;
    const nodes = pictures.map(({ id, name }) => schema.node('image', { file: id, alt: name }));
    const { tr } = view.state;
    if (at === undefined) tr.replaceSelection(new Slice(Fragment.from(nodes), 0, 0));
    else tr.insert(at, nodes);
    view.dispatch(tr.scrollIntoView());
  }

  /** Takes a picture out that is no longer among the files. */
  removePicture(file: string): void {
    const view = this.#view;
    if (!view) return;
    const { tr, doc } = view.state;
    const places: number[] = [];
    doc.descendants((node, position) => {
      if (node.attrs.file === file) places.push(position);
    });
    for (const place of places.reverse()) tr.delete(place, place + 1);
    // A step back brings no file back.
    view.dispatch(tr.setMeta('addToHistory', false));
  }

  /** Pictures that stand in the text. */
  get pictures(): ReadonlySet<string> {
    const found = new Set<string>();
    const { written } = this;
    if (written.kind === 'rich') {
      written.doc.descendants((node) => {
        if (node.type === schema.nodes.image) found.add(String(node.attrs.file));
      });
    }
    return found;
  }

  override focus(): void {
    if (this.#plain !== undefined) this.querySelector('textarea')?.focus();
    else this.#view?.focus();
  }

  /** To plain text, formatting or not; or back to a text that can be formatted. */
  switchTo(kind: Written['kind']): void {
    const { text } = this;
    const secret = this.#unmarked || this.secret !== undefined;
    const doc = docOf(text);
    this.restore(kind === 'plain' ? { kind, text } : { kind, doc: secret ? asSecret(doc) : doc }, secret);
    this.dispatchEvent(new Event('changed'));
    void this.updateComplete.then(() => this.focus());
  }

  #wantPlain(): void {
    if (this.#plain !== undefined) this.switchTo('rich');
    else if (this.isPlain) this.switchTo('plain');
    else this.dispatchEvent(new Event('plain'));
  }

  #setPlain(text: string): void {
    this.change(() => (this.#plain = text));
    this.dispatchEvent(new Event('changed'));
  }

  #typed(event: Event): void {
    // Pasted, dropped, or back by a step: it may be what was cut out before.
    const back = /^(?:insertFrom|history)/.test((event as InputEvent).inputType ?? '');
    this.#unmarked ||= back && this.#held;
    this.#setPlain((event.target as HTMLTextAreaElement).value);
  }

  #drawPicture(node: Node): { dom: HTMLElement } {
    const alt = String(node.attrs.alt);
    const address = this.picture(String(node.attrs.file));
    if (address === undefined) {
      // It does not go along: this is what will stand there.
      const words = document.createElement('span');
      words.textContent = alt && `[${alt}]`;
      return { dom: words };
    }
    const dom = document.createElement('img');
    dom.alt = alt;
    dom.className = 'inline-picture';
    dom.src = address;
    return { dom };
  }

  #pasted(event: ClipboardEvent): boolean {
    const data = event.clipboardData;
    if (!data) return false;
    const markup = data.getData('text/html');
    const files = [...data.files];
    // Programs that copy words often add a picture of them; browsers that copy a picture add its address.
    if (files.length > 0 && !hasWords(markup)) {
      void this.take(files, true).then((pictures) => this.insertPictures(pictures));
      return true;
    }
    if (markup.length <= MAX_PASTED_HTML) return false;
    const text = pastedText(data.getData('text/plain'));
    this.#unmarked ||= this.#held;
    this.#view?.dispatch(this.#view.state.tr.replaceSelection(text).scrollIntoView());
    return true;
  }

  #dropped(view: EditorView, event: DragEvent): boolean {
    const files = catchable(event);
    if (files.length === 0) return false;
    const at = view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos;
    event.preventDefault();
    void this.take(files, true).then((pictures) => this.insertPictures(pictures, at));
    return true;
  }

  /** Asks for the address of the link that the cursor is in, or of a new one. */
  #link(): boolean {
    const view = this.#view;
    if (!view) return false;
    void this.#askLink(view);
    return true;
  }

  async #askLink(view: EditorView): Promise<void> {
    const { from, to } = linkAround(view.state);
    const before = markIn(view.state, from, to);
    const target = await this.querySelector<LinkDialog>('wx-link-dialog')?.ask(before);
    view.focus();
    if (target === undefined) return;
    const { tr } = view.state;
    const mark = schema.marks.link;
    if (target === '') tr.removeMark(from, to, mark);
    else if (from === to)
      tr.replaceWith(from, to, schema.text(target.replace(/^mailto:/, ''), [mark.create({ href: target })]));
    else tr.addMark(from, to, mark.create({ href: target }));
    view.dispatch(tr.removeStoredMark(mark).scrollIntoView());
  }

  #choosePicture(event: Event): void {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = '';
    void this.take(files, true).then((pictures) => {
      this.insertPictures(pictures);
      this.focus();
    });
  }

  override render(): TemplateResult {
    const plain = this.#plain !== undefined;
    return html`${plain ? nothing : this.#toolbar()}
      <div class="editing" ?hidden=${plain}></div>
      ${
        plain
          ? html`<textarea
              class="plain-text"
              rows="12"
              autocomplete="off"
              spellcheck=${this.spelling ? 'true' : 'false'}
              writingsuggestions="false"
              dir="auto"
              aria-label=${this.label}
              .value=${this.#plain ?? ''}
              @input=${this.#typed}
            ></textarea>`
          : nothing
      }
      <button type="button" class="quiet small-button plain-switch" aria-pressed=${plain ? 'true' : 'false'} @click=${this.#wantPlain}>
        ${t('edit_plain')}
      </button>
      <wx-link-dialog></wx-link-dialog>`;
  }

  #toolbar(): TemplateResult {
    const { state } = this.#view ?? {};
    const button = (tool: Tool) => {
      const active = state && tool.active?.(state);
      return html`<button
        type="button"
        class="quiet icon-only"
        aria-label=${t(tool.text)}
        title=${tool.keys ? `${t(tool.text)} (${keyText(tool.keys)})` : t(tool.text)}
        aria-pressed=${tool.active ? (active ? 'true' : 'false') : nothing}
        tabindex="-1"
        @mousedown=${keepFocus}
        @click=${() => this.#run(tool)}
      >
        ${icon(tool.icon)}
      </button>`;
    };
    const link: Tool = {
      name: 'link',
      text: 'edit_link',
      icon: 'link',
      keys: 'Mod+K',
      command: () => this.#link(),
      active: inLink,
    };
    return html`<div class="toolbar" role="toolbar" aria-label=${t('edit_tools')} @keydown=${this.#roam} @focusin=${this.#landed}>
      ${TOOLS.map(button)} ${button(link)}
      <button
        type="button"
        class="quiet icon-only"
        aria-label=${t('edit_picture')}
        title=${t('edit_picture')}
        tabindex="-1"
        @click=${() => this.querySelector<HTMLInputElement>('.choose-picture')?.click()}
      >
        ${icon('picture')}
      </button>
      <input
        type="file"
        class="choose-picture"
        hidden
        multiple
        aria-label=${t('edit_picture')}
        accept="image/png,image/jpeg,image/gif,image/webp"
        @change=${this.#choosePicture}
      />
      ${HISTORY.map(button)}
    </div>`;
  }

  /** One button of the toolbar is reached by Tab, the others by arrows. */
  override updated(changed: Map<string, unknown>): void {
    const view = this.#view;
    if (view && changed.has('spelling')) view.updateState(view.state);
    for (const [at, button] of this.#buttons.entries()) button.tabIndex = at === this.#at ? 0 : -1;
  }

  get #buttons(): HTMLButtonElement[] {
    return [...this.querySelectorAll<HTMLButtonElement>('.toolbar button')];
  }

  #landed({ target }: FocusEvent): void {
    const at = this.#buttons.indexOf(target as HTMLButtonElement);
    if (at >= 0) this.change(() => (this.#at = at));
  }

  #roam(event: KeyboardEvent): void {
    const buttons = this.#buttons;
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -buttons.length, End: buttons.length }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const wrapped = Math.abs(step) === 1 ? (this.#at + step + buttons.length) % buttons.length : this.#at + step;
    buttons[Math.min(Math.max(wrapped, 0), buttons.length - 1)]?.focus();
  }

  #run({ command }: Tool): void {
    const view = this.#view;
    if (!view) return;
    command(view.state, view.dispatch, view);
    // By keyboard the focus stays in the toolbar: several things may be wanted in a row.
    this.requestUpdate();
  }
}

/** A click on a button leaves the cursor where it is. */
function keepFocus(event: Event): void {
  event.preventDefault();
}

function keyText(keys: string): string {
  return keys.replace('Mod', /Mac/.test(navigator.platform) ? '⌘' : t('key_ctrl'));
}

/** Whether there is something to read in what is pasted. */
function hasWords(markup: string): boolean {
  if (markup.length > MAX_PASTED_HTML) return true;
  return inertDocument(markup).body.textContent.trim() !== '';
}

/** A text that is too long for a mail stays so: cut to the very limit, it would look like the whole of it, and go out. */
function pastedText(text: string): Slice {
  // A line end that had two characters will have one.
  const lines = text.slice(0, 2 * MAX_WRITTEN_TEXT + 2).replace(/\r\n?/g, '\n');
  return Slice.maxOpen(Fragment.from(blocksOf(lines.slice(0, MAX_WRITTEN_TEXT + 1))));
}

function asBlocks(slice: Slice): Fragment {
  const first = slice.content.firstChild;
  return first?.isInline ? Fragment.from(schema.node('paragraph', null, slice.content)) : slice.content;
}

customElements.define('wx-editor', Editor);
