// Messages of the size of a letter, and what their signatures cost by the kind of key.
import type * as openpgp from 'openpgp';
import type { Case } from './cases.js';
import { base64, certificate, Pair } from './pair.js';
import { sample } from './sample.js';

const KINDS = {
  'RSA-2048': { type: 'rsa', rsaBits: 2048 },
  'RSA-4096': { type: 'rsa', rsaBits: 4096 },
  'P-256': { type: 'ecc', curve: 'nistP256' },
} as const;

type Kind = 'Curve25519' | keyof typeof KINDS;

/** How many times faster we want to be. */
const GOALS: Record<Kind, { sign: number; verify: number; decrypt?: number }> = {
  Curve25519: { sign: 5, verify: 2, decrypt: 2.5 },
  'RSA-2048': { sign: 2, verify: 4, decrypt: 1 },
  'RSA-4096': { sign: 1.2, verify: 4, decrypt: 1 },
  'P-256': { sign: 4.5, verify: 2.5 },
};

export async function small(pair: Pair): Promise<Case[]> {
  const pairs: [Kind, Pair][] = [['Curve25519', pair]];
  for (const [name, options] of Object.entries(KINDS)) pairs.push([name as Kind, await Pair.theirs(options)]);
  const others = await Promise.all(Array.from({ length: 20 }, (_, number) => certificate(`o${number}@example.test`)));
  const cases: Case[] = [];
  for (const [name, pair] of pairs) cases.push(...(await signatures(name, pair)));
  cases.push(...encrypting(pair, others));
  for (const [name, pair] of pairs) cases.push(await decrypting(name, pair));
  return cases;
}

async function signatures(name: Kind, pair: Pair): Promise<Case[]> {
  const text = sample(1_000);
  const signed = await pair.signTheirs(text);
  const request = await pair.ours.signRequest(text);
  return [
    {
      // Ours is the vault's part: hashing 1 KB is nothing beside it.
      name: `sign 1 KB, ${name}`,
      goal: GOALS[name].sign,
      rounds: 30,
      ours: () => pair.ours.agent.call({ kind: 'sign', request }, 'signature'),
      theirs: () => pair.signTheirs(text),
    },
    {
      name: `verify 1 KB, ${name}`,
      goal: GOALS[name].verify,
      rounds: 30,
      ours: () => pair.ours.verify(signed, text.length),
      theirs: () => pair.verifyTheirs(signed, text.length),
    },
  ];
}

function encrypting(pair: Pair, others: openpgp.PublicKey[]): Case[] {
  const text = sample(2_000);
  const theirs = others.map((key) => key.write());
  const ours = theirs.map(base64);
  return [
    {
      name: 'encrypt and sign 2 KB, Curve25519',
      goal: 2.5,
      rounds: 60,
      ours: () => pair.ours.encrypt(text, true),
      theirs: () => pair.encryptTheirs(text, true),
    },
    {
      name: 'the same to 20 keys',
      goal: 1.8,
      rounds: 20,
      ours: () => pair.ours.encrypt(text, true, ours),
      theirs: () => pair.encryptTheirs(text, true, theirs),
    },
  ];
}

async function decrypting(name: Kind, pair: Pair): Promise<Case> {
  const text = sample(2_000);
  // Both read the same message, made by us.
  const message = await pair.ours.encrypt(text, true);
  return {
    name: `decrypt and verify 2 KB, ${name}`,
    goal: GOALS[name].decrypt,
    rounds: 30,
    ours: () => pair.ours.decrypt(message, 'signed_by_sender', text.length),
    theirs: () => pair.decryptTheirs(message, true, text.length),
  };
}
