// Key directories and the key server, played by a test.

import type http from 'node:http';
import { type Played, played } from './played.js';

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
export interface KeyPlaces extends Played {
  /** In order. */
  readonly asked: Asked[];
  /** What is said to a path (without its query) from now on; everything else is not found. */
  put(host: string, path: string, says: Says): void;
  /** Forgets what was asked and what is said. */
  clear(): void;
}

/** Starts them. Names that are not among `names` do not exist. */
export async function keyPlaces(names: readonly string[]): Promise<KeyPlaces> {
  const said = new Map<string, Says>();
  const asked: Asked[] = [];
  const { hosts, close } = await played(names, (request, response) => {
    const host = request.headers.host ?? '';
    const where = request.url ?? '';
    asked.push({ host, path: where, headers: request.headers });
    const {
      status = 200,
      body = '',
      headers = {},
      shy,
    } = said.get(host + where.replace(/\?.*/, '')) ?? { status: 404 };
    response.writeHead(status, { ...(shy ? {} : { 'access-control-allow-origin': '*' }), ...headers });
    response.end(body);
  });
  return {
    hosts,
    asked,
    put: (host, where, says) => void said.set(host + where, says),
    clear() {
      said.clear();
      asked.length = 0;
    },
    close,
  };
}
