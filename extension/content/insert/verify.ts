// Whether the armored text is really there after it was inserted: editors join lines, drop blank ones, or refuse.

/** Whether `armored` stands in `text`, line by line. Spaces at line ends and extra blank lines do no harm. */
export function holds(text: string, armored: string): boolean {
  const wanted = linesOf(armored.trim());
  const there = linesOf(text);
  const [first] = wanted;
  for (let start = 0; start < there.length; start++) {
    if (there[start] === first && matchesFrom(there, start, wanted) !== undefined) return true;
  }
  return false;
}

/** Whether `text` is `wanted` and nothing else, blank lines around it aside. */
export function isAll(text: string, wanted: string): boolean {
  if (wanted.trimStart().startsWith('-----BEGIN PGP SIGNED')) return isSame(text, wanted);
  const there = linesOf(text);
  const start = there.findIndex((line) => line !== '');
  const end = start < 0 ? undefined : matchesFrom(there, start, linesOf(wanted.trim()));
  return end !== undefined && there.slice(end).every((line) => line === '');
}

/** Line by line: in a text that is signed each blank line and each space before a word counts. */
function isSame(text: string, wanted: string): boolean {
  const plain = (one: string) =>
    one
      .replace(/\r\n?/g, '\n')
      .replace(/\u00a0/g, ' ')
      .replace(/[ \t]+$/gm, '')
      .replace(/^\n+|\n+$/g, '');
  return plain(text) === plain(wanted);
}

/** The place behind the last line of `wanted`; nothing when it does not stand there. */
function matchesFrom(there: readonly string[], start: number, wanted: readonly string[]): number | undefined {
  let at = start;
  for (const line of wanted) {
    // The blank line between headers and data has a meaning (RFC 9580, 6.2): it must be there. Others may be added.
    if (line !== '') while (there[at] === '') at++;
    // With the first of several blank lines all were passed.
    else if (there[at - 1] === '') continue;
    if (there[at] !== line) return undefined;
    if (line === '') while (there[at + 1] === '') at++;
    at++;
  }
  return at;
}

function linesOf(text: string): string[] {
  return text.split(/\r\n|\r|\n/).map((line) => line.replace(/\u00a0/g, ' ').trim());
}
