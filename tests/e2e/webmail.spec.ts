// The webmails that other specs stand on start although another program has taken one of their ports. Needs no browser.

import assert from 'node:assert/strict';
import net, { type AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { freePorts } from '../webmail/process.js';
import { Roundcube } from '../webmail/roundcube.js';
import { Sogo } from '../webmail/sogo.js';

let stranger: net.Server;
let taken = 0;

before(async () => {
  stranger = net.createServer((socket) => socket.destroy());
  await new Promise<void>((ready) => stranger.listen(0, '127.0.0.1', ready));
  taken = (stranger.address() as AddressInfo).port;
});
after(() => {
  stranger?.close();
});

// IMAP, SMTP and LMTP, which both have alike; then the webmails' own: HTTP, and SOGo's database.
const webmails = [
  { name: 'Roundcube', which: [0, 1, 2, 3], start: Roundcube.start },
  { name: 'SOGo', which: [3, 4], start: Sogo.start },
];
for (const { name, which, start } of webmails) {
  test(`${name}: a port that was taken meanwhile, whichever it is: all begins again with other ports`, async () => {
    const asked = which.map(async (index) => {
      let times = 0;
      const webmail = await start(async (count) => {
        const free = await freePorts(count);
        return times++ === 0 ? free.with(index, taken) : free;
      });
      await webmail.stop();
      return times;
    });
    // Others look for ports at the same time, and one that was free may be taken by the time it is used.
    const times = await Promise.all(asked);
    assert.ok(
      times.every((one) => one >= 2),
      times.join(),
    );
  });
}
