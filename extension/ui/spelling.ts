// Who checks the spelling of what is written. Some browsers send what is typed to their maker for it.

import type { Settings } from 'waxseal-wasm';

/** Whether the browser may check a text: Firefox does it on this computer; others only if the user has chosen so. */
export function checksSpelling({ check_spelling: chosen }: Settings): boolean {
  return chosen ?? location.protocol === 'moz-extension:';
}
