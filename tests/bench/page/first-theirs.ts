// The same with OpenPGP.js.
import * as openpgp from 'openpgp';
import type { FirstUse } from './first.js';

addEventListener('message', async ({ data }: MessageEvent<FirstUse>) => {
  const { armored, passphrase, text } = data;
  const privateKey = await openpgp.decryptKey({
    privateKey: await openpgp.readPrivateKey({ armoredKey: armored }),
    passphrase,
  });
  const message = await openpgp.createMessage({ text });
  const encryptionKeys = privateKey.toPublic();
  postMessage((await openpgp.encrypt({ message, encryptionKeys, signingKeys: privateKey })).length);
});
