// RFC 9980, which OpenPGP.js does not have: ours alone, with the example key of the RFC (version 6).
import { Agent } from './agent.js';
import type { Case } from './cases.js';
import { Ours } from './ours.js';
import { PASSPHRASE, sample } from './sample.js';

/** Of that key. */
const FINGERPRINT = 'a3e2e14b6a493ff930fb27321f125e9a6880338be9fb7da3ae065ea65793242f';

export async function postQuantum(): Promise<Case[]> {
  const key = await fetch(new URL('v6-mldsa-65-sk.asc', location.href));
  const agent = new Agent();
  agent.import(await key.text(), FINGERPRINT, PASSPHRASE);
  agent.unlock(FINGERPRINT, PASSPHRASE);
  const ours = new Ours(agent);
  const text = sample(1_000);
  const request = await ours.signRequest(text);
  const message = await ours.encrypt(text, true);
  return [
    {
      name: 'sign 1 KB, ML-DSA-65+Ed25519',
      rounds: 30,
      ours: () => agent.call({ kind: 'sign', request }, 'signature'),
    },
    {
      // The RFC's key is not that of our sender.
      name: 'decrypt and verify 1 KB, ML-KEM-768+X25519 and ML-DSA-65+Ed25519',
      rounds: 30,
      ours: () => ours.decrypt(message, 'signed_by_other', text.length),
    },
  ];
}
