// What a fresh Worker needs before the first operation of OpenPGP.js can run.
import { enums } from 'openpgp';

postMessage(enums.publicKey.ed25519);
