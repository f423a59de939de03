// The webmail that other specs stand on starts although another program has taken one of its ports. Needs no browser.

import assert from 'node:assert/strict';
import net, { type AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { freePorts } from '../webmail/process.js';
import { Roundcube } from '../webmail/roundcube.js';

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

test('a port that was taken meanwhile, whichever it is: all begins again with other ports', async () => {
  // HTTP, IMAP, SMTP and LMTP, at once.
  const asked = [0, 1, 2, 3].map(async (index) => {
    let times = 0;
    const roundcube = await Roundcube.start(async (count) => {
      const ports = await freePorts(count);
      return times++ === 0 ? ports.with(index, taken) : ports;
    });
    await roundcube.stop();
    return times;
  });
  assert.deepEqual(await Promise.all(asked), [2, 2, 2, 2]);
});
