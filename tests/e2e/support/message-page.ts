// A web site with the structure of Roundcube's message view. What a real Roundcube would hardly do on demand, it does:
// serve a page for logging in in place of a mail, a mail without end, none at all.

import { type Loopback, loopback } from './loopback.js';
import type { Answer } from './responses.js';
import { escaped, page } from './site.js';

/** One message of the site. */
export interface Message {
  /** HTML below `#messagebody`. */
  body?: string;
  /** Classes of its attachments, as Roundcube derives them from media type and name: `application octet-stream asc`. */
  files?: readonly string[];
  /** Answers the request for its source; without one the site says that it has failed. */
  source?: Answer;
  /** HTML beside the message, the site's own. */
  beside?: string;
  /** The addresses that the page names as From; alice's when left out. */
  from?: readonly string[];
  /** As who wants their addresses to be shown beside the names gets them. */
  named?: boolean;
}

/** The site. */
export interface MessagePage extends Loopback {
  /** What was asked for its source, in order: path and query. */
  readonly sources: string[];
  /** Puts a message there, and returns the address of its view. */
  put(message: Message): string;
}

/** How a site of this kind is set up. */
export interface Setup {
  /** Where the webmail is. */
  path?: string;
  /** The token of the session in links; none when it is in the path. */
  token?: string | null;
}

const FROM = 'alice@example.test';

/** Starts it. */
export async function messagePage({ path = '/webmail/', token = 'a1B2c3D4e5' }: Setup = {}): Promise<MessagePage> {
  const messages: Message[] = [];
  const sources: string[] = [];
  const server = await loopback((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const message = messages[Number(url.searchParams.get('_uid')) - 1];
    const action = url.searchParams.get('_action');
    if (url.pathname !== path || !message) return void response.writeHead(404).end();
    if (action === 'viewsource') {
      sources.push(request.url ?? '');
      if (message.source) message.source(request, response);
      else response.writeHead(500).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    response.end(view(message, Number(url.searchParams.get('_uid')), token));
  });
  return {
    ...server,
    sources,
    put(message) {
      messages.push(message);
      return `${server.origin}${path}?_task=mail&_uid=${messages.length}&_mbox=INBOX&_action=show`;
    },
  };
}

function view(
  { body = '<p>Nothing</p>', files = [], beside = '', from = [FROM], named = false }: Message,
  uid: number,
  token: string | null,
): string {
  const link = `./?_task=mail&_action=get&_mbox=INBOX&_uid=${uid}${token ? `&_token=${token}` : ''}`;
  const list = files.map((classes, at) => {
    const href = escaped(`${link}&_part=${at + 2}`);
    return `<li class="${classes}" id="attach${at + 2}"><a class="filename" href="${href}">a file</a></li>`;
  });
  const senders = from.map((one) => {
    const address = escaped(one);
    if (named) return `<a class="rcmContactAddress" href="mailto:${address}">A name &lt;${address}&gt;</a>`;
    return `<span class="rcmContactAddress" title="${address}">A name</span>`;
  });
  return page(
    `<div id="message-header"><table class="header-headers"><tr><td class="header from">
      ${senders.join(', ')}</td></tr></table></div>
    ${list.length > 0 ? `<ul id="attachment-list" class="attachmentslist">${list.join('')}</ul>` : ''}
    <div id="messagebody">${body}</div>${beside}`,
    '<script src="program/js/app.min.js"></script>',
  );
}
