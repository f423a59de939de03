import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A web site of the test's own. */
export interface Site {
  /** `http://127.0.0.1:<port>` */
  origin: string;
  /** The same server under the other name of this machine: another origin. */
  other: string;
  /** Paths that were asked for, in order. */
  asked: string[];
  /** Puts a page there, replacing an earlier one. */
  put(path: string, html: string, headers?: Record<string, string>): void;
  /** The address of a page. */
  url(path: string): string;
  close(): void;
}

/** A whole document around a body. */
export const page = (body: string, head = ''): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Test page</title>
<link rel="icon" href="data:,">${head}</head><body>${body}</body></html>`;

/** Text as HTML. */
export const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

/** Starts an empty site on a free port of loopback. */
export async function site(): Promise<Site> {
  const pages = new Map<string, { html: string; headers: Record<string, string> }>();
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    asked.push(request.url ?? '/');
    const found = pages.get(path);
    if (!found) return void response.writeHead(404).end();
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      ...found.headers,
    });
    response.end(found.html);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    other: `http://localhost:${port}`,
    asked,
    put: (path, html, headers = {}) => void pages.set(path, { html, headers }),
    url: (path) => origin + path,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
