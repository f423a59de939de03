// The part of the content script that is loaded when there is a link to an OpenPGP file: `content-links.js`.

import { Links } from './links/links.js';
import { provide } from './parts.js';

provide('links', (document, page) => new Links(document, page));
