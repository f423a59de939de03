import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import {
  type DemoFile,
  type Draft,
  MAX_FILE,
  MAX_FILES,
  MAX_TEXT,
  PEOPLE,
  type Person,
  Post,
  sourceOf,
  waiting,
} from './mail.js';

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
    const [, root, person = '', what = '', id = '', part = '', place = ''] = pathname.split('/');
    if (root === 'api' && part !== '') return octets(request, response, person, what, Number(id), part, Number(place));
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

  /** The source of a message, or one of its files. */
  function octets(
    request: http.IncomingMessage,
    response: http.ServerResponse,
    who: string,
    what: string,
    id: number,
    part: string,
    place: number,
  ): void {
    const box = who in PEOPLE && (what === 'inbox' || what === 'sent') ? post[what][who as Person] : [];
    const mail = request.method === 'GET' ? box.find((one) => one.id === id) : undefined;
    const file = mail?.files[place];
    if (mail && part === 'source') {
      response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' });
      response.end(sourceOf(mail));
    } else if (file && part === 'file') {
      const name = `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`;
      response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Disposition': name });
      response.end(Buffer.from(file.data, 'base64'));
    } else {
      response.writeHead(404).end();
    }
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
      if (!id) return answer(box.map(({ text: _text, files: _files, ...rest }) => rest));
      const mail = box.find((one) => one.id === id);
      if (!mail) return answer(null, 404);
      mail.unread = false;
      const files = mail.files.map(({ name, data }) => ({ name, size: Buffer.byteLength(data, 'base64') }));
      return answer({ ...mail, files });
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
    if (size > 4 * MAX_TEXT + 1.4 * MAX_FILE * MAX_FILES) throw new Error('too long');
    parts.push(part);
  }
  return JSON.parse(Buffer.concat(parts).toString('utf8'));
}

function draftFrom(value: unknown): Draft {
  const { to, subject, text, files = [] } = value as Record<string, unknown>;
  if (typeof to !== 'string' || typeof subject !== 'string' || typeof text !== 'string') throw new Error('no draft');
  if (!Array.isArray(files) || files.length > MAX_FILES) throw new Error('no files');
  return { to, subject, text, files: files.map(fileFrom) };
}

function fileFrom(value: unknown): DemoFile {
  const { name, type, data } = value as Record<string, unknown>;
  if (typeof name !== 'string' || typeof type !== 'string' || typeof data !== 'string') throw new Error('no file');
  if (name.length > 255 || Buffer.byteLength(data, 'base64') > MAX_FILE) throw new Error('too large');
  return { name, type, data };
}
