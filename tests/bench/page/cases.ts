import { bulk } from './bulk.js';
import { keys } from './keys.js';
import { Pair } from './pair.js';
import { small } from './small.js';

/** The same work, done by both. `prepare`, before each round of ours, is not measured. */
export interface Case {
  name: string;
  rounds: number;
  prepare?: () => void;
  ours: () => Promise<unknown> | unknown;
  theirs: () => Promise<unknown> | unknown;
}

/** All cases. */
export async function cases(): Promise<Case[]> {
  const pair = await Pair.ours();
  return [...(await keys(pair)), ...(await small(pair)), ...(await bulk(pair))];
}
