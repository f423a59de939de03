// Servers of the tests' own.

import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on loopback. */
export interface Loopback {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  /** The same server under the other name of this machine: another origin. */
  readonly other: string;
  /** Ends it, and whatever is still under way. */
  close(): void;
}

/** Starts it on a free port. */
export async function loopback(listener: http.RequestListener): Promise<Loopback> {
  const server = http.createServer(listener);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    other: `http://localhost:${port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
