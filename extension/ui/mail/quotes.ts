// Quoted parts of a plain text: lines that begin with `>` (RFC 3676, 4.5).

/** A run of lines that are all quoted, or none of them. */
export interface Run {
  readonly quoted: boolean;
  /** Its lines, with the line ends between them. */
  readonly text: string;
  readonly lines: number;
}

/** Runs of one text; one with more is no letter and is shown as it is. */
const MAX_RUNS = 400;

/** Cuts a text into runs. Joined by line ends they are the text, unchanged. */
export function runs(text: string): Run[] {
  const found: { quoted: boolean; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    const quoted = line.startsWith('>');
    const last = found.at(-1);
    if (last && last.quoted === quoted) last.lines.push(line);
    else if (found.length < MAX_RUNS) found.push({ quoted, lines: [line] });
    else return [{ quoted: false, text, lines: 0 }];
  }
  return found.map(({ quoted, lines }) => ({ quoted, text: lines.join('\n'), lines: lines.length }));
}
