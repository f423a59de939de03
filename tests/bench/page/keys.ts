// Making, reading and unlocking keys.
import * as openpgp from 'openpgp';
import { Agent } from './agent.js';
import type { Case } from './cases.js';
import { certificate, config, PASSPHRASE, type Pair } from './pair.js';

export async function keys(pair: Pair): Promise<Case[]> {
  const many = await Promise.all(Array.from({ length: 200 }, (_, number) => certificate(`m${number}@example.test`)));
  const packets = new openpgp.PacketList<openpgp.AnyPacket>();
  for (const key of many) packets.push(...key.toPacketList());
  const block = openpgp.armor(openpgp.enums.armor.publicKey, packets.write());
  const one = many[0]?.armor() ?? '';
  return [
    ...making(pair),
    ...reading('read and check a key', 40, one),
    ...reading('the same, 200 keys', 3, block),
  ].concat(await unlocking(pair));
}

function making(pair: Pair): Case[] {
  let number = 0;
  const theirs = (options: Pick<openpgp.KeyOptions, 'type' | 'rsaBits'>) => () =>
    openpgp.generateKey({
      ...options,
      userIDs: [{ name: 'Bench', email: 'k@example.test' }],
      passphrase: PASSPHRASE,
      format: 'object',
      config,
    });
  return [
    {
      name: 'generate Curve25519 v4, protected by Argon2',
      rounds: 5,
      ours: () => pair.agent.generate(`k${number++}@example.test`, PASSPHRASE),
      theirs: theirs({ type: 'ecc' }),
    },
    {
      name: 'generate RSA-3072, protected by Argon2',
      rounds: 4,
      ours: () => pair.agent.generateRsa(`k${number++}@example.test`, PASSPHRASE),
      theirs: theirs({ type: 'rsa', rsaBits: 3072 }),
    },
  ];
}

/** Both check the self-signatures, without which a key cannot be used. */
function reading(name: string, rounds: number, armored: string): Case[] {
  return [
    {
      name,
      rounds,
      ours: () => new Agent().preview(armored),
      theirs: async () => {
        for (const key of await openpgp.readKeys({ armoredKeys: armored })) await key.getEncryptionKey();
      },
    },
  ];
}

async function unlocking(pair: Pair): Promise<Case[]> {
  const fingerprint = pair.publicKey.getFingerprint();
  // As OpenPGP.js writes it by default, and as other programs do: iterated and salted.
  const iterated = await openpgp.encryptKey({ privateKey: pair.privateKey, passphrase: PASSPHRASE });
  const armored = iterated.armor();
  let fresh = new Agent();
  return [
    {
      name: 'unlock, Argon2',
      rounds: 5,
      prepare: () => void pair.agent.call({ kind: 'lock' }, 'done'),
      ours: () => pair.agent.unlock(fingerprint, PASSPHRASE),
      theirs: () => openpgp.decryptKey({ privateKey: pair.locked, passphrase: PASSPHRASE }),
    },
    {
      name: 'unlock, iterated S2K; ours protects it anew by Argon2',
      rounds: 3,
      prepare: () => {
        fresh = new Agent();
        fresh.import(armored, fingerprint);
      },
      ours: () => fresh.unlock(fingerprint, PASSPHRASE),
      theirs: () => openpgp.decryptKey({ privateKey: iterated, passphrase: PASSPHRASE }),
    },
  ];
}
