// Whether the armored text is really there after it was inserted: editors join lines, drop blank ones, or refuse.

/** Whether `armored` stands in `text`, line by line. Spaces at line ends and extra blank lines do no harm. */
export function holds(text: string, armored: string): boolean {
  const wanted = linesOf(armored.trim());
  const there = linesOf(text);
  const [first] = wanted;
  for (let start = 0; start < there.length; start++) {
    if (there[start] === first && matchesFrom(there, start, wanted)) return true;
  }
  return false;
}

function matchesFrom(there: readonly string[], start: number, wanted: readonly string[]): boolean {
  let at = start;
  for (const line of wanted) {
    // The blank line between headers and data has a meaning (RFC 9580, 6.2): it must be there. Others may be added.
    if (line !== '') while (there[at] === '') at++;
    if (there[at] !== line) return false;
    if (line === '') while (there[at + 1] === '') at++;
    at++;
  }
  return true;
}

function linesOf(text: string): string[] {
  return text.split(/\r\n|\r|\n/).map((line) => line.replace(/\u00a0/g, ' ').trim());
}
