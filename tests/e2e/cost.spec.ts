// Bad input that is about cost: its times are near their limit, so that nothing else runs meanwhile.

import { badInput, COSTLY } from './support/bad-input.js';

badInput(COSTLY);
