// Decrypts and verifies one message with OpenPGP.js, the key being open.
import * as openpgp from 'openpgp';

/** What it is given. */
export interface Given {
  message: string;
  /** Without a passphrase. */
  secret: string;
  signer: string;
}

addEventListener('message', async ({ data }: MessageEvent<Given>) => {
  const [message, decryptionKeys, verificationKeys] = await Promise.all([
    openpgp.readMessage({ armoredMessage: data.message }),
    openpgp.readPrivateKey({ armoredKey: data.secret }),
    openpgp.readKey({ armoredKey: data.signer }),
  ]);
  const { data: text, signatures } = await openpgp.decrypt({ message, decryptionKeys, verificationKeys });
  await signatures[0]?.verified;
  postMessage(text);
});
