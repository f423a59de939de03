// The part of the content script that is loaded when there is something to read: `content-read.js`.

import { Readers } from './frames/readers.js';
import { provide } from './parts.js';

provide('read', (document, page) => new Readers(document, page));
