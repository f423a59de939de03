// Hosts of the internet that a test plays: key directories and the key server, by HTTPS, with a certificate made anew.

import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import type http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { Hosts } from '../../harness/index.js';

/** One request as it came. */
export interface Asked {
  readonly host: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
}

/** What a host says to a path. */
export interface Says {
  readonly status?: number;
  readonly body?: string | Buffer;
  readonly headers?: Record<string, string>;
  /** It does not speak with other origins (CORS). */
  readonly shy?: boolean;
}

/** All hosts. */
export interface KeyPlaces {
  /** For `browser({ hosts })`. */
  readonly hosts: Hosts;
  /** In order. */
  readonly asked: Asked[];
  /** What is said to a path (without its query) from now on; everything else is not found. */
  put(host: string, path: string, says: Says): void;
  /** Forgets what was asked and what is said. */
  clear(): void;
  close(): void;
}

/** Starts them. Names that are not among `names` do not exist. */
export async function keyPlaces(names: readonly string[]): Promise<KeyPlaces> {
  const { key, certificate } = selfSigned(names);
  const said = new Map<string, Says>();
  const asked: Asked[] = [];
  const server = https.createServer({ key, cert: certificate }, (request, response) => {
    const host = request.headers.host ?? '';
    const where = request.url ?? '';
    asked.push({ host, path: where, headers: request.headers });
    // Where a connection that was kept is closed just as the next request comes, a browser asks again.
    response.setHeader('connection', 'close');
    const {
      status = 200,
      body = '',
      headers = {},
      shy,
    } = said.get(host + where.replace(/\?.*/, '')) ?? { status: 404 };
    response.writeHead(status, { ...(shy ? {} : { 'access-control-allow-origin': '*' }), ...headers });
    response.end(body);
  });
  // A browser that does not trust the certificate ends the handshake.
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const spki = crypto.createPublicKey(certificate).export({ type: 'spki', format: 'der' });
  return {
    hosts: {
      ports: Object.fromEntries(names.map((name) => [name, port])),
      certificate: crypto.createHash('sha256').update(spki).digest('base64'),
    },
    asked,
    put: (host, where, says) => void said.set(host + where, says),
    clear() {
      said.clear();
      asked.length = 0;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function selfSigned(names: readonly string[]): { key: string; certificate: string } {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'waxseal-tls-'));
  try {
    const [key, certificate] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name)) as [string, string];
    const alternatives = `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`;
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    const what = ['-subj', '/CN=Test', '-addext', alternatives, '-keyout', key, '-out', certificate];
    execFileSync('openssl', ['req', '-x509', ...curve, ...what], { stdio: 'pipe' });
    return { key: fs.readFileSync(key, 'utf8'), certificate: fs.readFileSync(certificate, 'utf8') };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
