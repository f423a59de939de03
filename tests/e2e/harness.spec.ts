// What the tests themselves stand on: the proxy that all requests of the browsers go through, and leaving a page.

import assert from 'node:assert/strict';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { startProxy } from '../harness/proxy.js';
import { loopback } from './support/loopback.js';
import { browser } from './support/session.js';
import { page } from './support/site.js';

/** Asks through a proxy; answers status and text. */
const ask = (proxy: number, url: string): Promise<string> =>
  new Promise((done, fail) => {
    const request = http.get({ host: '127.0.0.1', port: proxy, path: url, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () => done(`${response.statusCode} ${text}`));
    });
    request.on('error', fail);
  });

test('a server that closes a connection just as the next request comes loses none', async () => {
  // It offers to keep each connection, and closes it when a second request comes on it.
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write(
        'HTTP/1.1 200 OK\r\nconnection: keep-alive\r\nkeep-alive: timeout=5\r\ncontent-length: 4\r\n\r\nhere',
      );
      socket.once('data', () => socket.destroy());
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const proxy = await startProxy();
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    for (let turn = 0; turn < 5; turn++) assert.equal(await ask(proxy.port, url), '200 here');
    assert.equal(proxy.seen.length, 5);
  } finally {
    proxy.close();
    server.close();
  }
});

test('a page is left for another one while frames come and go in it', async () => {
  // The other page is answered once more frames have come.
  let frames = 0;
  let more = () => {};
  const server = await loopback(({ url = '' }, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    if (url.startsWith('/frame')) {
      response.end(page('A frame.'));
      frames += 1;
      more();
      return;
    }
    if (url === '/restless') {
      response.end(
        page(`<script>
          setInterval(() => {
            const frame = document.createElement('iframe');
            frame.src = '/frame?' + Math.random();
            frame.onload = () => frame.remove();
            document.body.append(frame);
          }, 1);
        </script>`),
      );
      return;
    }
    const enough = frames + 10;
    more = () => {
      if (frames >= enough) response.end(page('<p id="there">There.</p>'));
    };
  });
  const driver = await browser();
  try {
    const tab = await driver.tab(`${server.origin}/restless`);
    await tab.goto(`${server.origin}/there`);
    assert.equal(await tab.text('#there'), 'There.');
  } finally {
    await driver.close();
    server.close();
  }
});
