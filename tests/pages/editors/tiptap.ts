// The real TipTap with its starter kit: beside paragraphs and line breaks it has rules for what is typed and pasted, links
// of its own, and a last paragraph that is always there.
import { Editor } from '@tiptap/core';
import StarterKit from '@tiptap/starter-kit';

const editor = new Editor({
  element: document.querySelector('#editor'),
  // Each change is a step of its own, however quickly a test types.
  extensions: [StarterKit.configure({ undoRedo: { newGroupDelay: 1 } })],
  editorProps: { attributes: { id: 'body' } },
});
Object.assign(window, { model: () => editor.getText({ blockSeparator: '\n' }) });
