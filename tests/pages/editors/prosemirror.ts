// The real ProseMirror: with line breaks in paragraphs, or (as `?plain`) without.
import { baseKeymap } from 'prosemirror-commands';
import { history, redo, undo } from 'prosemirror-history';
import { keymap } from 'prosemirror-keymap';
import { type NodeSpec, Schema } from 'prosemirror-model';
import { EditorState } from 'prosemirror-state';
import { EditorView } from 'prosemirror-view';

const br: NodeSpec = {
  inline: true,
  group: 'inline',
  selectable: false,
  parseDOM: [{ tag: 'br' }],
  toDOM: () => ['br'],
  leafText: () => '\n',
};
const nodes: Record<string, NodeSpec> = {
  doc: { content: 'paragraph+' },
  paragraph: { content: 'inline*', parseDOM: [{ tag: 'p' }], toDOM: () => ['p', 0] },
  text: { group: 'inline' },
};
if (location.search !== '?plain') nodes.hard_break = br;

// Each change is a step of its own, however quickly a test types.
const state = EditorState.create({
  schema: new Schema({ nodes }),
  plugins: [history({ newGroupDelay: 1 }), keymap({ 'Mod-z': undo, 'Mod-Shift-z': redo }), keymap(baseKeymap)],
});
const view = new EditorView(document.querySelector('#editor'), { state, attributes: { id: 'body' } });
Object.assign(window, { model: () => view.state.doc.textBetween(0, view.state.doc.content.size, '\n') });
