// A letter: one HTML file that holds an encrypted message and all that is needed to open it, for people who have nothing but
// a browser. Until this script runs, the page shows a few lines on what to do when it does not.

import { speak } from '../ui/i18n.js';
import './page.js';

speak('letter_title');
document.querySelector('main')?.replaceWith(document.createElement('wx-letter'));
