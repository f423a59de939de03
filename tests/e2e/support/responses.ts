// What servers answer when they are asked for a mail or a file: that, or something else.

import type http from 'node:http';

/** Answers a request. */
export type Answer = (request: http.IncomingMessage, response: http.ServerResponse) => void;

/** More octets than we take of one mail or file. */
const TOO_LARGE = 64 * 1024 * 1024 + 1;

/** A text, with its length. */
export const serve =
  (text: string, type = 'text/plain'): Answer =>
  (_, response) => {
    response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
    response.end(text);
  };

/** A page for logging in. */
export const login = serve(
  '<!doctype html><html><body><form action="/login"><input name="user"></form></body></html>',
  'text/html',
);

/** An error, whose page would be what was asked for. */
export const refuse =
  (page: () => string): Answer =>
  (_, response) =>
    void response.writeHead(403).end(page());

/** A way to another place. */
export const redirect =
  (location: string): Answer =>
  (_, response) =>
    void response.writeHead(302, { location }).end();

/** Something that says it is too large, and begins like this. */
export const tooLarge =
  (begin: string): Answer =>
  (_, response) => {
    response.writeHead(200, { 'content-length': TOO_LARGE });
    response.write(begin);
  };

/** As much as is taken. */
export const endless: Answer = (_, response) => {
  const piece = Buffer.alloc(1 << 20, 'Subject: x\r\n');
  const more = (): void => {
    while (!response.destroyed && response.write(piece));
  };
  response.writeHead(200, { 'content-type': 'text/plain' });
  response.on('drain', more);
  more();
};

/** Begins like this and does not go on. `closed` is called when nobody waits for the rest any more. */
export const stalling =
  (begin: string, closed: () => void): Answer =>
  (request, response) => {
    request.socket.on('close', closed);
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.write(begin);
  };
