import * as openpgp from 'openpgp';
import type { Case } from './cases.js';
import { Pair } from './pair.js';
import { sample } from './sample.js';

const SIZE = 10_000_000;

/** 10 MB of text in every container, armor and the way to and from a JavaScript string included. */
export async function bulk(four: Pair): Promise<Case[]> {
  const text = sample(SIZE);
  const six = await Pair.ours('curve25519_v6');
  const encrypt = (name: string, goal: number, pair: Pair, rounds: number): Case => ({
    name,
    goal,
    rounds,
    ours: () => pair.ours.encrypt(text, false),
    theirs: () => pair.encryptTheirs(text, false),
  });
  const decrypt = (name: string, goal: number | undefined, pair: Pair, message: string, rounds: number): Case => ({
    name,
    goal,
    rounds,
    ours: () => pair.ours.decrypt(message, 'not_signed', SIZE),
    theirs: () => pair.decryptTheirs(message, false, SIZE),
  });
  const unencrypted = (name: string, goal: number, message: string): Case => ({
    name,
    goal,
    rounds: 3,
    ours: () => four.ours.verify(message, SIZE, false),
    theirs: async () => {
      const read = await openpgp.readMessage({ armoredMessage: message });
      const { length } = await read.unwrapCompressed().getText();
      if (length !== SIZE) throw new Error('text differs');
    },
  });
  const cfb = await four.ours.encrypt(text, false);
  const { compression } = openpgp.enums;
  return [
    encrypt('10 MB: encrypt, CFB (SEIPD 1)', 2, four, 7),
    decrypt('10 MB: decrypt CFB', 4.5, four, cfb, 7),
    // OpenPGP.js takes many seconds for OCB: one round after the first.
    encrypt('10 MB: encrypt, OCB (SEIPD 2)', 50, six, 1),
    decrypt('10 MB: decrypt OCB', 80, six, await six.ours.encrypt(text, false), 1),
    decrypt('10 MB: decrypt GCM', 1.2, six, await aead(six, text, 'gcm'), 7),
    decrypt('10 MB: decrypt EAX', undefined, six, await aead(six, text, 'eax'), 3),
    {
      name: '10 MB: decode armor',
      goal: 3.5,
      rounds: 7,
      ours: () => four.ours.dearmor(cfb),
      theirs: () => openpgp.readMessage({ armoredMessage: cfb }),
    },
    unencrypted('10 MB: read what is only armored', 3.5, await plain(text, compression.uncompressed)),
    unencrypted('10 MB: decompress', 0.9, await plain(text, compression.zip)),
  ];
}

/** SEIPD version 2 in a mode that we read and do not write. */
async function aead(pair: Pair, text: string, aeadAlgorithm: openpgp.enums.aeadNames): Promise<string> {
  const message = await openpgp.createMessage({ text });
  const data = crypto.getRandomValues(new Uint8Array(32));
  const sessionKey = { data, algorithm: 'aes256', aeadAlgorithm } as const;
  const config = { aeadProtect: true };
  return (await openpgp.encrypt({ message, sessionKey, encryptionKeys: pair.publicKey, config })) as string;
}

async function plain(text: string, algorithm: openpgp.enums.compression): Promise<string> {
  const message = await openpgp.createMessage({ text });
  // OpenPGP.js has it and does not declare it. What is compressed comes as a stream.
  const { compress } = message as unknown as {
    compress(algorithm: openpgp.enums.compression): { armor(): string | ReadableStream<string> };
  };
  const armored = compress.call(message, algorithm).armor();
  if (typeof armored === 'string') return armored;
  const reader = armored.getReader();
  let whole = '';
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) whole += piece.value;
  return whole;
}
