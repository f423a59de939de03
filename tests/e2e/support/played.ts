// Hosts of the internet that a test plays, by HTTPS, with a certificate made anew.

import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import type http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { Hosts } from '../../harness/index.js';

/** The hosts. */
export interface Played {
  /** For `browser({ hosts })`. */
  readonly hosts: Hosts;
  /** Ends them, and whatever is still under way. */
  close(): void;
}

/** Starts one server for all of them. Names that are not among `names` do not exist. */
export async function played(names: readonly string[], listener: http.RequestListener): Promise<Played> {
  const { key, certificate } = selfSigned(names);
  const server = https.createServer({ key, cert: certificate }, (request, response) => {
    // Where a connection that was kept is closed just as the next request comes, a browser asks again.
    response.setHeader('connection', 'close');
    listener(request, response);
  });
  // A connection that a browser has opened in advance is not answered with an error when nothing comes for a minute.
  server.headersTimeout = 0;
  server.requestTimeout = 0;
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
