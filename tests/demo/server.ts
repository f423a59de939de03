import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { type Draft, MAX_TEXT, PEOPLE, type Person, Post, waiting } from './mail.js';

/** The demo webmail, running. */
export interface Demo {
  /** `http://localhost:…/` */
  url: string;
  post: Post;
  close(): void;
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

// As strict as a careful webmail would be: the extension has to work in such a page.
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Starts the demo webmail on loopback.
 *
 * @param folder the folder `tests/demo` with `site/` and `keys/`
 * @param port a fixed port, or 0 for any that is free
 */
export async function startDemo(folder = path.resolve('tests/demo'), port = 0): Promise<Demo> {
  const post = new Post();
  const keys = path.join(folder, 'keys');
  waiting(keys, post);

  const server = http.createServer((request, response) => {
    response.setHeader('Content-Security-Policy', POLICY);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Cache-Control', 'no-store');
    handle(request, response).catch(() => {
      if (!response.headersSent) response.writeHead(400);
      response.end();
    });
  });

  async function handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    // Another page in the same browser could reach this port under a name of its own.
    const host = (request.headers.host ?? '').replace(/:\d+$/, '');
    if (host !== 'localhost' && host !== '127.0.0.1') return void response.writeHead(403).end();
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const [, root, person = '', what = '', id = ''] = pathname.split('/');
    if (root === 'api') return api(request, response, person, what, Number(id));
    if (request.method !== 'GET') return void response.writeHead(405).end();
    if (pathname === '/demo-key.asc') {
      response.setHeader('Content-Disposition', 'attachment; filename="alice-demo-key.asc"');
      response.setHeader('Content-Type', 'application/pgp-keys');
      return void response.end(fs.readFileSync(path.join(keys, 'alice-secret.asc')));
    }
    const pages: Record<string, string> = { '/': 'start.html', '/alice': 'mail.html', '/bob': 'mail.html' };
    const file = path.join(folder, 'site', pages[pathname] ?? path.basename(pathname));
    if (!fs.existsSync(file) || !fs.statSync(file).isFile()) return void response.writeHead(404).end();
    response.setHeader('Content-Type', TYPES[path.extname(file)] ?? 'application/octet-stream');
    response.end(fs.readFileSync(file));
  }

  async function api(
    request: http.IncomingMessage,
    response: http.ServerResponse,
    who: string,
    what: string,
    id: number,
  ): Promise<void> {
    const answer = (value: unknown, status = 200): void => {
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(value));
    };
    if (!(who in PEOPLE)) return answer(null, 404);
    const person = who as Person;
    const method = request.method ?? '';
    if (method !== 'GET' && request.headers['content-type'] !== 'application/json') return answer(null, 415);
    if (what === 'me' && method === 'GET') return answer(PEOPLE[person]);
    if ((what === 'inbox' || what === 'sent') && method === 'GET') {
      const box = post[what][person];
      if (!id) return answer(box.map(({ text: _, ...rest }) => rest));
      const mail = box.find((one) => one.id === id);
      if (mail) mail.unread = false;
      return answer(mail ?? null, mail ? 200 : 404);
    }
    if (what === 'draft' && method === 'GET') return answer(post.drafts[person]);
    if (what === 'draft' && method === 'PUT') {
      post.drafts[person] = draftFrom(await body(request));
      return answer(null);
    }
    if (what === 'send' && method === 'POST') {
      const delivered = post.send(person, draftFrom(await body(request)));
      return answer({ delivered });
    }
    return answer(null, 404);
  }

  await new Promise<void>((ready, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', ready);
  });
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    post,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function body(request: http.IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > 4 * MAX_TEXT) throw new Error('too long');
    parts.push(part);
  }
  return JSON.parse(Buffer.concat(parts).toString('utf8'));
}

function draftFrom(value: unknown): Draft {
  const { to, subject, text } = value as Record<string, unknown>;
  if (typeof to !== 'string' || typeof subject !== 'string' || typeof text !== 'string') throw new Error('no draft');
  return { to, subject, text };
}
