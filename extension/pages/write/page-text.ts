// What stands in the page's form already: words of the user's, and perhaps a message in armor that the site has quoted.

/** A block of armor, its lines quoted or not. */
const BLOCK = /^[> ]*-----BEGIN PGP MESSAGE-----[\s\S]*?-----END PGP MESSAGE-----[ \t]*$/m;
/** Blocks that are taken out; a form with more is no answer. */
const MAX_BLOCKS = 20;

/** The first message in armor; nothing when there is none. */
export function armorIn(text: string): string | undefined {
  return BLOCK.exec(text)?.[0];
}

/** The text without messages in armor. */
export function withoutArmor(text: string): string {
  let rest = text;
  for (let count = 0; count < MAX_BLOCKS && BLOCK.test(rest); count++) rest = rest.replace(BLOCK, '');
  return rest;
}
