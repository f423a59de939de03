import { type Loopback, loopback } from './loopback.js';

/** A web site of the test's own. */
export interface Site extends Loopback {
  /** Paths that were asked for, in order. */
  asked: string[];
  /** Puts a page there, replacing an earlier one. */
  put(path: string, html: string, headers?: Record<string, string>): void;
  /** Lets who asks for this path wait until the function that it gives back is called: then there is nothing. */
  hold(path: string): () => void;
  /** The address of a page. */
  url(path: string): string;
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
  const held = new Map<string, Promise<void>>();
  const server = await loopback((request, response) => {
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    asked.push(request.url ?? '/');
    const found = pages.get(path);
    const wait = held.get(path);
    if (wait) return void wait.then(() => response.writeHead(404).end());
    if (!found) return void response.writeHead(404).end();
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      ...found.headers,
    });
    response.end(found.html);
  });
  return {
    ...server,
    asked,
    put: (path, html, headers = {}) => void pages.set(path, { html, headers }),
    hold(path) {
      let release = (): void => undefined;
      held.set(
        path,
        new Promise((done) => {
          release = done;
        }),
      );
      return () => {
        held.delete(path);
        release();
      };
    },
    url: (path) => server.origin + path,
  };
}
