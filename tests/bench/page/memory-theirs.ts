// The same with OpenPGP.js.
import * as openpgp from 'openpgp';
import { sample } from './sample.js';
import { serve } from './step.js';

const { privateKey } = await openpgp.generateKey({ userIDs: [{ email: 'a@example.test' }], format: 'object' });
const text = sample(50_000_000);
let armoredMessage = '';
serve({
  encrypt: async () => {
    const message = await openpgp.createMessage({ text });
    armoredMessage = (await openpgp.encrypt({ message, encryptionKeys: privateKey.toPublic() })) as string;
  },
  decrypt: async () => {
    const message = await openpgp.readMessage({ armoredMessage });
    const { data } = await openpgp.decrypt({ message, decryptionKeys: privateKey });
    if (String(data).length !== text.length) throw new Error('text differs');
  },
});
