// The scoreboard's list: `manifest.txt`. Its form is told in its first lines; `cargo xtask attacks` reads the same.

import fs from 'node:fs';

/** How a case is run. */
export type Way =
  /** A fixture of `cases/`, in the browsers. */
  | { by: 'browser' }
  /** Bad input of `tests/hostile`, in the browsers. */
  | { by: 'input'; name: string }
  /** A test of the core. */
  | { by: 'core'; name: string }
  /** A test of another spec, in the browsers. */
  | { by: 'spec'; spec: string; title: string }
  /** Not yet, and why. */
  | { by: 'later'; why: string };

/** One line. */
export interface Line {
  id: string;
  what: string;
  outcome: string;
  way: Way;
}

function way(text: string): Way {
  const [by = '', ...rest] = text.split(' ');
  const [first = '', ...more] = rest;
  switch (by) {
    case 'browser':
      return { by };
    case 'input':
    case 'core':
      return { by, name: first };
    case 'spec':
      return { by, spec: first, title: more.join(' ') };
    case 'later':
      return { by, why: rest.join(' ') };
    default:
      throw new Error(`tests/attacks/manifest.txt: no way to run it: ${text}`);
  }
}

/** All cases, in the order of the file. */
export function manifest(): Line[] {
  const lines = fs.readFileSync('tests/attacks/manifest.txt', 'utf8').split('\n');
  const cases = lines.filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('= '));
  return cases.map((line) => {
    const [id, what, outcome, how, ...more] = line.split(' | ');
    if (!id || !what || !outcome || !how || more.length > 0) throw new Error(`not four parts: ${line}`);
    return { id, what, outcome, way: way(how) };
  });
}
