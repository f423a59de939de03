// The part of the content script that is loaded when something is to be encrypted: `content-write.js`.

import { Composers } from './compose/composers.js';
import { provide } from './parts.js';

provide('write', () => new Composers());
