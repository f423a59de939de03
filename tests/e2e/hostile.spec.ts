// Bad input of every class but the costly ones, and what others made: it runs beside the other specs.

import { badInput, CLASSES, COSTLY, VECTORS } from './support/bad-input.js';

badInput([...CLASSES.filter((one) => !COSTLY.includes(one)), ...VECTORS]);
