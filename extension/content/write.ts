// The part of the content script that is loaded when something is to be encrypted: `content-write.js`.

import { Writing } from './compose/writing.js';
import { provide } from './parts.js';

provide('write', (document, page) => new Writing(document, page));
