// Making, reading and unlocking keys.
import * as openpgp from 'openpgp';
import { Agent } from './agent.js';
import type { Case } from './cases.js';
import { certificate, config, type Pair } from './pair.js';
import { PASSPHRASE } from './sample.js';

export async function keys(pair: Pair): Promise<Case[]> {
  const many = await Promise.all(Array.from({ length: 200 }, (_, number) => certificate(`m${number}@example.test`)));
  const packets = new openpgp.PacketList<openpgp.AnyPacket>();
  for (const key of many) packets.push(...key.toPacketList());
  const block = openpgp.armor(openpgp.enums.armor.publicKey, packets.write());
  const one = many[0]?.armor() ?? '';
  return [
    ...making(pair),
    reading('read and check a key', 6, 40, one),
    reading('the same, 200 keys', 4, 5, block),
    ...(await unlocking(pair)),
  ];
}

/** Of the time, Argon2 is nearly all: our vault keeps no key without it, and OpenPGP.js is given the same costs. */
function making(pair: Pair): Case[] {
  let number = 0;
  const theirs = (options: Pick<openpgp.KeyOptions, 'type' | 'rsaBits' | 'config'>) => () =>
    openpgp.generateKey({
      userIDs: [{ name: 'Bench', email: 'k@example.test' }],
      passphrase: PASSPHRASE,
      format: 'object',
      config,
      ...options,
    });
  return [
    {
      name: 'generate Curve25519 v4, protected by Argon2',
      rounds: 5,
      ours: () => pair.ours.agent.generate(`k${number++}@example.test`, PASSPHRASE),
      theirs: theirs({ type: 'ecc' }),
    },
    {
      name: 'generate Curve25519 v6, protected by Argon2',
      rounds: 5,
      ours: () => pair.ours.agent.generate(`k${number++}@example.test`, PASSPHRASE, 'curve25519_v6'),
      theirs: theirs({ type: 'curve25519', config: { ...config, v6Keys: true } }),
    },
    {
      name: 'generate RSA-3072, protected by Argon2',
      goal: 1.2,
      rounds: 7,
      ours: () => pair.ours.agent.generateRsa(`k${number++}@example.test`, PASSPHRASE),
      theirs: theirs({ type: 'rsa', rsaBits: 3072 }),
    },
  ];
}

/** Both check the self-signatures, without which a key cannot be used. */
function reading(name: string, goal: number, rounds: number, armored: string): Case {
  return {
    name,
    goal,
    rounds,
    ours: () => new Agent().preview(armored),
    theirs: async () => {
      for (const key of await openpgp.readKeys({ armoredKeys: armored })) await key.getEncryptionKey();
    },
  };
}

async function unlocking(pair: Pair): Promise<Case[]> {
  const fingerprint = pair.publicKey.getFingerprint();
  // As OpenPGP.js writes it by default, and as other programs do: iterated and salted.
  const iterated = await openpgp.encryptKey({ privateKey: pair.privateKey, passphrase: PASSPHRASE });
  const armored = iterated.armor();
  let fresh = new Agent();
  const text = 'a few words';
  const message = (await openpgp.encrypt({
    message: await openpgp.createMessage({ text }),
    passwords: PASSPHRASE,
  })) as string;
  return [
    {
      name: 'unlock, Argon2',
      goal: 1.3,
      rounds: 5,
      prepare: () => void pair.ours.agent.call({ kind: 'lock' }, 'done'),
      ours: () => pair.ours.agent.unlock(fingerprint, PASSPHRASE),
      theirs: () => openpgp.decryptKey({ privateKey: pair.locked, passphrase: PASSPHRASE }),
    },
    {
      name: 'open a message by its password, iterated S2K',
      goal: 1.5,
      rounds: 7,
      ours: () => pair.ours.decryptWithPassword(message, PASSPHRASE, text.length),
      theirs: async () => {
        const read = await openpgp.readMessage({ armoredMessage: message });
        await openpgp.decrypt({ message: read, passwords: PASSPHRASE });
      },
    },
    {
      // Once for each key that comes from elsewhere; from then on it is the row above.
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
