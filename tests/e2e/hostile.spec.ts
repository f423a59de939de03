// Bad input of every class but the costly ones: it runs beside the other specs.

import { badInput, CLASSES, COSTLY } from './support/bad-input.js';

badInput(CLASSES.filter((one) => !COSTLY.includes(one)));
