// The real Quill, as webmails set it up.
import Quill from 'quill';

const quill = new Quill('#quill', { modules: { history: { delay: 0 } } });
quill.root.id = 'body';
Object.assign(window, { model: () => quill.getText() });
