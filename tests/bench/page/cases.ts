import { bulk } from './bulk.js';
import { keys } from './keys.js';
import { Pair } from './pair.js';
import { postQuantum } from './post-quantum.js';
import { small } from './small.js';

/** The same work, done by both. `prepare`, before each round of ours, is not measured. */
export interface Case {
  name: string;
  /** How many times faster than OpenPGP.js we want to be in Chromium; `undefined` where nothing is aimed at. */
  goal?: number | undefined;
  rounds: number;
  prepare?: () => void;
  ours: () => Promise<unknown> | unknown;
  /** `undefined` where OpenPGP.js has no such thing. */
  theirs?: () => Promise<unknown> | unknown;
}

/** All cases. */
export async function cases(): Promise<Case[]> {
  const pair = await Pair.ours();
  return [...(await keys(pair)), ...(await small(pair)), ...(await postQuantum()), ...(await bulk(pair))];
}
