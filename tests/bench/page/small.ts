// Messages of the size of a letter, and what their signatures cost by the kind of key.
import type * as openpgp from 'openpgp';
import type { Case } from './cases.js';
import { base64, certificate, Pair, sample } from './pair.js';

const KINDS = {
  'RSA-2048': { type: 'rsa', rsaBits: 2048 },
  'RSA-4096': { type: 'rsa', rsaBits: 4096 },
  'P-256': { type: 'ecc', curve: 'nistP256' },
} as const;

export async function small(pair: Pair): Promise<Case[]> {
  const pairs: [string, Pair][] = [['Curve25519', pair]];
  for (const [name, options] of Object.entries(KINDS)) pairs.push([name, await Pair.theirs(options)]);
  const others = await Promise.all(Array.from({ length: 20 }, (_, number) => certificate(`o${number}@example.test`)));
  const cases: Case[] = [];
  for (const [name, pair] of pairs) cases.push(...(await signatures(name, pair)));
  cases.push(...encrypting(pair, others));
  for (const [name, pair] of pairs) cases.push(await decrypting(name, pair));
  return cases;
}

async function signatures(name: string, pair: Pair): Promise<Case[]> {
  const text = sample(1_000);
  const signed = await pair.signTheirs(text);
  const request = await pair.signRequest(text);
  return [
    {
      // Ours is the vault's part: hashing 1 KB is nothing beside it.
      name: `sign 1 KB, ${name}`,
      rounds: 30,
      ours: () => pair.agent.call({ kind: 'sign', request }, 'signature'),
      theirs: () => pair.signTheirs(text),
    },
    {
      name: `verify 1 KB, ${name}`,
      rounds: 30,
      ours: () => pair.verifyOurs(signed, text.length),
      theirs: () => pair.verifyTheirs(signed, text.length),
    },
  ];
}

function encrypting(pair: Pair, others: openpgp.PublicKey[]): Case[] {
  const text = sample(2_000);
  const certificates = others.map((key) => base64(key.write()));
  return [
    {
      name: 'encrypt and sign 2 KB, Curve25519',
      rounds: 60,
      ours: () => pair.encryptOurs(text, true),
      theirs: () => pair.encryptTheirs(text, true),
    },
    {
      name: 'the same to 20 keys',
      rounds: 20,
      ours: () => pair.encryptOurs(text, true, certificates),
      theirs: () => pair.encryptTheirs(text, true, others),
    },
  ];
}

async function decrypting(name: string, pair: Pair): Promise<Case> {
  const text = sample(2_000);
  // Both read the same message, made by us.
  const message = await pair.encryptOurs(text, true);
  return {
    name: `decrypt and verify 2 KB, ${name}`,
    rounds: 30,
    ours: () => pair.decryptOurs(message, 'signed_by_sender', text.length),
    theirs: () => pair.decryptTheirs(message, true, text.length),
  };
}
