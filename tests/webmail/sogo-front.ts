import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

/** The files of SOGo's pages. */
export const RESOURCES = '/usr/lib/GNUstep/SOGo/WebServerResources';
/** Where they are on the web. */
const FILES = /^\/SOGo(?:\.woa)?\/WebServerResources\/(.+)$/;

const TYPES: Record<string, string> = {
  '.css': 'text/css',
  '.gif': 'image/gif',
  '.html': 'text/html',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/** The web server that SOGo wants before it: gives out the files of its pages, and passes on all else to sogod. */
export class Front {
  private constructor(
    readonly server: http.Server,
    readonly origin: string,
  ) {}

  /** Starts it on a port of its own, before a sogod on another one. */
  static async start(sogod: number): Promise<Front> {
    const server = http.createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      const file = FILES.exec(decodeURIComponent(pathname))?.[1];
      if (file) give(file, response);
      else if (pathname.startsWith('/SOGo')) pass(sogod, request, response);
      else response.writeHead(302, { location: '/SOGo/' }).end();
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    return new Front(server, `http://localhost:${(server.address() as AddressInfo).port}`);
  }

  async stop(): Promise<void> {
    const closed = new Promise((done) => this.server.close(done));
    this.server.closeAllConnections();
    await closed;
  }
}

function give(name: string, response: http.ServerResponse): void {
  const file = path.join(RESOURCES, path.normalize(`/${name}`));
  const stream = fs.createReadStream(file);
  stream.once('error', () => response.writeHead(404).end());
  stream.once('open', () => {
    response.writeHead(200, {
      'content-type': TYPES[path.extname(file).toLowerCase()] ?? 'application/octet-stream',
      'cache-control': 'max-age=3600',
    });
    stream.pipe(response);
  });
}

function pass(sogod: number, request: http.IncomingMessage, response: http.ServerResponse): void {
  const host = request.headers.host ?? '';
  const onward = http.request({
    host: '127.0.0.1',
    port: sogod,
    method: request.method,
    path: request.url,
    // A worker takes one connection after the other: none is kept.
    agent: false,
    headers: {
      ...request.headers,
      connection: 'close',
      'x-webobjects-server-protocol': 'HTTP/1.0',
      'x-webobjects-remote-host': '127.0.0.1',
      'x-webobjects-server-name': host.split(':')[0],
      'x-webobjects-server-port': host.split(':')[1] ?? '80',
      'x-webobjects-server-url': `http://${host}`,
    },
  });
  onward.once('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
    answer.once('error', () => response.destroy());
  });
  onward.once('error', () => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502).end();
  });
  // Who has left waits for nothing.
  response.once('close', () => onward.destroy());
  request.pipe(onward);
}
