import { keys } from './keys.js';
import { Pair, sample } from './pair.js';
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
  return [...(await keys(pair)), ...(await small(pair)), ...bulk(pair)];
}

function bulk(pair: Pair): Case[] {
  const text10m = sample(10_000_000);
  // Both read the same message, made by us; its format (SEIPD version, mode) is the key's default on both sides.
  const large = pair.encryptOurs(text10m, false);
  return [
    {
      name: 'encrypt 10 MB',
      rounds: 3,
      ours: () => pair.encryptOurs(text10m, false),
      theirs: () => pair.encryptTheirs(text10m, false),
    },
    {
      name: 'decrypt 10 MB',
      rounds: 3,
      ours: () => pair.decryptOurs(large, 'not_signed', text10m.length),
      theirs: () => pair.decryptTheirs(large, false, text10m.length),
    },
  ];
}
