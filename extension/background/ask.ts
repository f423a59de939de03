// What only the browser can compute.

import type { Answer, Ask } from 'waxseal-wasm';
import { withLimit } from './limit.js';

/** Milliseconds for one question. Four primes of 2048 bits take seconds on a slow machine, rarely half a minute. */
const ANSWER_LIMIT = 120_000;

/** Answers; never rejects. */
export async function answer(ask: Ask): Promise<Answer> {
  try {
    switch (ask.kind) {
      case 'generate_rsa':
        return await withLimit(generateRsa(ask.bits, ask.count), ANSWER_LIMIT, () => new Error('too slow'));
    }
  } catch {
    return { kind: 'failed' };
  }
}

/** The keys' use in OpenPGP is not WebCrypto's matter: any RSA name gives the same numbers. */
async function generateRsa(bits: number, count: number): Promise<Answer> {
  const keys: string[] = [];
  for (let made = 0; made < count; made++) {
    const pair = await crypto.subtle.generateKey(
      {
        name: 'RSASSA-PKCS1-v1_5',
        modulusLength: bits,
        publicExponent: new Uint8Array([1, 0, 1]),
        hash: 'SHA-256',
      },
      true,
      ['sign', 'verify'],
    );
    keys.push(JSON.stringify(await crypto.subtle.exportKey('jwk', pair.privateKey)));
  }
  return { kind: 'rsa', keys };
}
