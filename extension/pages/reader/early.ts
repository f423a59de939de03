// What takes longest until a message is seen, begun before anything else of the reader runs: its first import. (The document
// has the wasm fetched even before.)

import { prepareEngine } from '../../desk/engine-client.js';
import { ReaderDoor } from '../../desk/reader-channel.js';
import { ask } from '../../ui/vault-client.js';

prepareEngine();

/** The vault's answer to the ticket in the address. */
export const claimed = ask({ kind: 'claim_view', ticket: location.hash.slice(1) });

/** The content script hands its port over in the frame's load event, which may come before the vault has answered. */
export const door = new ReaderDoor();
