// What the tests themselves stand on: the proxy that all requests of the browsers go through, and leaving a page.

import assert from 'node:assert/strict';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { test } from 'node:test';
import { until } from '../harness/index.js';
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
          // Not before it has loaded: while frames load that it has already, it never has.
          addEventListener('load', () => setInterval(() => {
            const frame = document.createElement('iframe');
            frame.src = '/frame?' + Math.random();
            frame.onload = () => frame.remove();
            document.body.append(frame);
          }, 1));
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

test('a page that loads itself anew again and again answers what is asked', async () => {
  const server = await loopback((_, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(page('<script>setInterval(() => location.reload(), 50);</script>'));
  });
  const driver = await browser();
  try {
    const tab = await driver.tab(`${server.origin}/`);
    for (let turn = 0; turn < 200; turn++) assert.equal(await tab.run('1 + 1'), 2);
    // Not for ever: none of its documents lives long enough for this.
    await assert.rejects(tab.run('new Promise(() => undefined)'));
  } finally {
    await driver.close();
    server.close();
  }
});

/** A button, and a script that makes it hard to press, with a list of what was pressed. */
const hard = (more: string, script: string): string =>
  page(`<button id="b" style="position:absolute;left:80px;top:80px">Press</button>${more}
    <script>
      const pressed = [];
      addEventListener('click', ({ target }) => pressed.push(target.id || target.localName));
      ${script}
    </script>`);

const HARD: [string, string][] = [
  [
    'under what lies over it for two seconds, longer if the pointer is on it',
    hard(
      '<div id="cover" style="position:absolute;inset:60px 40px auto;height:90px;background:silver"></div>',
      "setInterval(() => cover.matches(':hover') || cover.remove(), 2000);",
    ),
  ],
  [
    'that moves away between the press and its end',
    hard('', "addEventListener('pointerdown', () => (b.style.top = '300px'), { once: true });"),
  ],
];
for (const [what, content] of HARD) {
  test(`a control ${what} is pressed, once, and nothing else hears of a click`, async () => {
    const server = await loopback((_, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(content);
    });
    const driver = await browser();
    try {
      const tab = await driver.tab(`${server.origin}/`);
      await tab.click('#b');
      await until('it is pressed', () => tab.run('pressed.length > 0'));
      assert.deepEqual(await tab.run('pressed'), ['b']);
    } finally {
      await driver.close();
      server.close();
    }
  });
}

test('a control in a frame that becomes smaller just then is pressed where it is', async () => {
  const frame = page(`<div id="above" style="height:1500px"></div><button id="b">Press</button>
    <script>
      addEventListener('click', ({ target }) => top.postMessage(target.id, '*'));
      // It shrinks at the first look of the pointer, whichever it is.
      let turns = 0;
      const { getBoundingClientRect } = Element.prototype;
      Element.prototype.getBoundingClientRect = function () {
        const box = getBoundingClientRect.call(this);
        if (this.id === 'b' && ++turns === TURN) {
          above.style.height = '10px';
          frameElement.style.height = '80px';
        }
        return box;
      };
    </script>`);
  const server = await loopback(({ url = '' }, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    const turn = /turn=(\d)/.exec(url)?.[1] ?? '';
    if (url.startsWith('/frame')) response.end(frame.replace('TURN', turn));
    else {
      response.end(
        page(`<script>pressed = []; addEventListener('message', ({ data }) => pressed.push(data));</script>
          <iframe src="/frame?turn=${turn}" style="height:1600px;width:300px"></iframe><p style="height:2000px"></p>`),
      );
    }
  });
  const driver = await browser();
  try {
    // Twice to see that it stands still, and once more before the press.
    for (const turn of [2, 3]) {
      const tab = await driver.tab(`${server.origin}/?turn=${turn}`);
      const [inner] = await tab.frames();
      assert.ok(inner);
      await inner.click('#b');
      await until('it is pressed', () => tab.run('pressed.length > 0'));
      assert.deepEqual(await tab.run('pressed'), ['b'], `turn ${turn}`);
      await tab.close();
    }
  } finally {
    await driver.close();
    server.close();
  }
});
