import * as openpgp from 'openpgp';
import type { Case } from './cases.js';
import { Pair, sample } from './pair.js';

const SIZE = 10_000_000;

/** 10 MB of text in every container, armor and the way to and from a JavaScript string included. */
export async function bulk(four: Pair): Promise<Case[]> {
  const text = sample(SIZE);
  const six = await Pair.ours('curve25519_v6');
  const encrypt = (name: string, pair: Pair, rounds: number): Case => ({
    name,
    rounds,
    ours: () => pair.encryptOurs(text, false),
    theirs: () => pair.encryptTheirs(text, false),
  });
  const decrypt = (name: string, pair: Pair, message: string, rounds: number): Case => ({
    name,
    rounds,
    ours: () => pair.decryptOurs(message, 'not_signed', SIZE),
    theirs: () => pair.decryptTheirs(message, false, SIZE),
  });
  const unencrypted = (name: string, message: string): Case => ({
    name,
    rounds: 3,
    ours: () => four.verifyOurs(message, SIZE, false),
    theirs: async () => {
      const read = await openpgp.readMessage({ armoredMessage: message });
      const { length } = await read.unwrapCompressed().getText();
      if (length !== SIZE) throw new Error('text differs');
    },
  });
  return [
    encrypt('10 MB: encrypt, CFB (SEIPD 1)', four, 5),
    decrypt('10 MB: decrypt CFB', four, await four.encryptOurs(text, false), 5),
    // OpenPGP.js takes many seconds for OCB: one round after the first.
    encrypt('10 MB: encrypt, OCB (SEIPD 2)', six, 1),
    decrypt('10 MB: decrypt OCB', six, await six.encryptOurs(text, false), 1),
    decrypt('10 MB: decrypt GCM', six, await aead(six, text, 'gcm'), 5),
    decrypt('10 MB: decrypt EAX', six, await aead(six, text, 'eax'), 3),
    unencrypted('10 MB: read what is only armored', await plain(text, openpgp.enums.compression.uncompressed)),
    unencrypted('10 MB: decompress', await plain(text, openpgp.enums.compression.zip)),
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
