import http from 'node:http';
import net, { type AddressInfo } from 'node:net';

/** One request that the browser made. */
export interface Seen {
  /** `GET`, `POST`, ... or `CONNECT` for what would have been TLS. */
  method: string;
  /** The full URL; host and port only for `CONNECT`. */
  url: string;
}

/**
 * A proxy that writes down all requests, lets those for loopback and for hosts that a test plays through, and refuses the
 * rest of the world.
 */
export interface Proxy {
  port: number;
  seen: Seen[];
  close(): void;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Starts the proxy that each driven browser is made to use for everything, loopback included. It is how a test can
 * say "no request was made" for all contexts of the browser at once, and it keeps a test run off the network. `ports` are
 * those on loopback that answer HTTPS for a host name.
 */
export async function startProxy(ports: Readonly<Record<string, number>> = {}): Promise<Proxy> {
  const seen: Seen[] = [];
  // A connection for each request. A server closes one that it kept after some seconds, and where it does so just as the next
  // request comes, that is lost: a script is missing, a page stays empty.
  const agent = new http.Agent({ keepAlive: false });
  const tunnels = new Set<net.Socket>();
  const server = http.createServer((request, response) => {
    const target = request.url ?? '';
    seen.push({ method: request.method ?? '', url: target });
    let url: URL;
    try {
      url = new URL(target);
    } catch {
      response.writeHead(400).end();
      return;
    }
    if (url.protocol !== 'http:' || !LOOPBACK.has(url.hostname)) {
      response.writeHead(502).end();
      return;
    }
    const headers: http.OutgoingHttpHeaders = { ...request.headers, connection: 'close' };
    delete headers['proxy-connection'];
    // Servers of the tests listen on 127.0.0.1 only; "localhost" might be ::1 first.
    const onward = http.request(
      {
        host: '127.0.0.1',
        port: url.port || 80,
        method: request.method,
        path: url.pathname + url.search,
        headers,
        agent,
      },
      (answer) => {
        // The connection with the browser is another one.
        const { connection: _, 'keep-alive': __, ...fields } = answer.headers;
        response.writeHead(answer.statusCode ?? 502, fields);
        answer.pipe(response);
        // What breaks off there breaks off here.
        answer.on('close', () => answer.complete || response.destroy());
      },
    );
    onward.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()));
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  // As long as the browser wants to: what is said of servers above holds for this one, too.
  server.keepAliveTimeout = 0;
  // Nor is one that it has opened in advance answered with an error when nothing comes for a minute.
  server.headersTimeout = 0;
  server.requestTimeout = 0;
  server.on('connect', (request, socket) => {
    seen.push({ method: 'CONNECT', url: request.url ?? '' });
    socket.on('error', () => undefined);
    const [host = '', asked] = (request.url ?? '').split(':');
    const port = asked === '443' ? ports[host] : undefined;
    if (port === undefined) return void socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    const onward = net.connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    tunnels.add(onward);
    onward.on('error', () => socket.destroy());
    onward.on('close', () => tunnels.delete(onward));
    socket.on('close', () => onward.destroy());
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    close() {
      agent.destroy();
      for (const tunnel of tunnels) tunnel.destroy();
      server.closeAllConnections();
      server.close();
    },
  };
}
