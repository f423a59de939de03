// What the processes of the browser under test use, from Linux's own figures.

import fs from 'node:fs';

/** Time and memory since a moment. */
export interface Used {
  /** Milliseconds that all processes together computed. */
  computed: number;
  /** MB by which the process that grew most had grown, at its largest. */
  grown: number;
}

const read = (file: string): string => {
  try {
    return fs.readFileSync(file, 'latin1');
  } catch {
    return ''; // It has ended.
  }
};

/** All processes that descend from this one. */
function descendants(): number[] {
  const children = new Map<number, number[]>();
  for (const name of fs.readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    // The name, in brackets, may hold anything.
    const parent = Number(read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ')[1]);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found: number[] = [];
  for (const next = [process.pid]; next.length > 0; ) {
    const below = children.get(next.pop() ?? 0) ?? [];
    found.push(...below);
    next.push(...below);
  }
  return found;
}

const kib = (pid: number, field: string): number =>
  Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(read(`/proc/${pid}/status`))?.[1] ?? 0);

/** Clock ticks of a process; Linux has a hundred in a second. */
function ticks(pid: number): number {
  const fields = read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
}

/** Begins to measure; the function that is returned tells what was used since. */
export function measure(): () => Used {
  const before = new Map<number, { ticks: number; memory: number }>();
  for (const pid of descendants()) {
    try {
      fs.writeFileSync(`/proc/${pid}/clear_refs`, '5'); // The highest figure begins anew.
    } catch {
      continue;
    }
    before.set(pid, { ticks: ticks(pid), memory: kib(pid, 'VmRSS') });
  }
  if (before.size === 0) throw new Error('the browser has no processes');
  return () => {
    let [computed, grown] = [0, 0];
    for (const [pid, was] of before) {
      computed += Math.max(0, ticks(pid) - was.ticks) * 10;
      grown = Math.max(grown, (kib(pid, 'VmHWM') - was.memory) / 1024);
    }
    return { computed, grown: Math.round(grown) };
  };
}
