// A web site with the structure of Zimbra's classic client, and of Carbonio, and the server that both have: it gives a mail
// as it is stored to who knows its number. Drawn from their sources: `mail/Message.template`, `ZmMailMsgView.js` and
// `ZmConvView2.js` of zm-web-client (what its scripts do is in `tests/pages/sites/zimbra.html`), `NativeFormatter.java` of zm-mailbox; `mail-preview.tsx`, `mail-preview-content.tsx`,
// `preview-header.tsx` and `attachments-block.tsx` of carbonio-mails-ui. Only what the profiles ask for, in words of our own.

import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { escaped, page } from './site.js';

/** Which of the two, and how Zimbra shows mails: one by itself, or a conversation. */
export type View = 'zimbra' | 'zimbra-alone' | 'carbonio';

/** A file in the list of a mail. */
export interface ShownFile {
  readonly name: string;
  /** Its number in the mail; counted from 1 when left out. */
  readonly part?: string;
  /** Where its name leads, with no link to download it: what Zimbra makes of a `Content-Location`. */
  readonly location?: string;
  /** The mail that its links are of. */
  readonly of?: string;
}

/** A mail that is shown. */
export interface ShownMail {
  /** Its number; 257 and on when left out. */
  readonly id?: string;
  readonly from?: string;
  /** HTML of its text; none for a mail that is encrypted as a whole. */
  readonly body?: string;
  readonly files?: readonly (string | ShownFile)[];
  /** Its source, which may come late or never, or what the site answers in place of it. */
  readonly source?:
    | string
    | { readonly later: Promise<string> }
    | { readonly html: string }
    | { readonly redirect: string }
    | { readonly status: number };
  /** Names and addresses of those who got it besides the reader. */
  readonly others?: readonly (readonly [name: string, address: string])[];
  /** Carbonio's list of recipients is unfolded: the sender's address is a chip then. */
  readonly unfolded?: boolean;
}

/** A file that was uploaded. */
export interface Uploaded {
  readonly part: string;
  readonly name: string;
  readonly data: Buffer;
}

/** The site. */
export interface ZimbraSite {
  readonly origin: string;
  /** What was asked for of the address of mails and their parts, in order. */
  readonly asked: string[];
  /** The files of each draft, by the id of its form. */
  readonly drafts: ReadonlyMap<string, readonly Uploaded[]>;
  /** What becomes of uploads: answered with this status, when that is known. */
  uploads: Promise<number>;
  /** Shows these mails. Returns the page's address. */
  show(view: View, mails: readonly ShownMail[]): string;
  /** Puts a page of somebody else there. Returns its address. */
  put(path: string, html: string): string;
  close(): void;
}

/** The number of the mail that is shown at a place, unless it has another. */
export const numberAt = (at: number): string => String(257 + at);

const ADDRESSES: Readonly<Record<View, string>> = {
  zimbra: '/',
  'zimbra-alone': '/zimbra/mail',
  carbonio: '/carbonio/mails/folder/2/conversation/-258',
};

/** Starts it on a free port of loopback. */
export async function zimbraSite(): Promise<ZimbraSite> {
  let view: View = 'zimbra';
  let mails: readonly ShownMail[] = [];
  const asked: string[] = [];
  const others = new Map<string, string>();
  const drafts = new Map<string, readonly Uploaded[]>();
  const uploaded = new Map<string, Uploaded>();
  /** Takes a file, which is in no draft yet. */
  async function upload(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const data = await bodyOf(request);
    const status = await it.uploads;
    if (status !== 200) return void response.writeHead(status).end('<html>no</html>');
    const [, name = ''] = /filename="([^"]*)"/.exec(request.headers['content-disposition'] ?? '') ?? [];
    const aid = `aid-${uploaded.size + 1}`;
    uploaded.set(aid, { part: '', name: decodeURIComponent(name), data });
    response.end(JSON.stringify({ aid }));
  }
  /** Keeps of a draft what the form still shows, and adds what was uploaded. Its parts are counted anew. */
  async function saveDraft(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { draft, kept, aids } = JSON.parse((await bodyOf(request)).toString());
    const old = (drafts.get(draft) ?? []).filter(({ part }) => kept.includes(part));
    const fresh = (aids as string[]).flatMap((aid) => uploaded.get(aid) ?? []);
    const files = [...old, ...fresh].map((file, at) => ({ ...file, part: String(at + 2) }));
    drafts.set(draft, files);
    response.end(JSON.stringify(files.map(({ part, name, data }) => ({ part, name, size: data.length }))));
  }
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (url.pathname === '/service/upload') return void upload(request, response);
    if (url.pathname === '/service/soap/SaveDraftRequest') return void saveDraft(request, response);
    if (url.pathname.startsWith('/service/')) {
      asked.push(request.url ?? '');
      const id = url.searchParams.get('id');
      const source = mails.find((mail, at) => (mail.id ?? numberAt(at)) === id)?.source;
      if (source === undefined) return void response.writeHead(404).end();
      const give = (text: string) => {
        response.writeHead(200, { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(text) });
        response.end(text);
      };
      if (typeof source === 'string') return give(source);
      if ('later' in source) return void source.later.then(give);
      if ('redirect' in source) return void response.writeHead(302, { location: source.redirect }).end();
      if ('status' in source) return void response.writeHead(source.status).end('must authenticate');
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      return void response.end(source.html);
    }
    if (url.pathname.startsWith('/js/')) {
      return void response.writeHead(200, { 'content-type': 'text/javascript' }).end();
    }
    const shown = url.pathname === ADDRESSES[view] ? draw(view, mails) : others.get(url.pathname);
    if (shown === undefined) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    response.end(shown);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const it: ZimbraSite = {
    origin,
    asked,
    drafts,
    uploads: Promise.resolve(200),
    show(next, all) {
      view = next;
      mails = all;
      drafts.clear();
      return origin + ADDRESSES[next];
    },
    put(path, html) {
      others.set(path, html);
      return origin + path;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return it;
}

async function bodyOf(request: http.IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

function draw(view: View, mails: readonly ShownMail[]): string {
  if (view === 'carbonio') return page(`<div id="app">${mails.map(carbonioMail).join('\n')}</div>`);
  const shown = mails.map((mail, at) => zimbraMail(mail, at, view === 'zimbra-alone'));
  const around = view === 'zimbra' ? 'ZmConvView2 ZmConvView2FullWidth' : 'ZmDoublePaneView';
  const client = fs.readFileSync(path.resolve('tests/pages/sites/zimbra.html'), 'utf8');
  const shell = '<div id="z_shell" class="DwtShell">';
  return client.replace(shell, () => `${shell}<div id="mails"><div class="${around}">${shown.join('\n')}</div></div>`);
}

/** What the site's own scripts know of a mail. */
function known(mail: ShownMail, id: string): string {
  const from = addressed(mail.from);
  return escaped(JSON.stringify({ id, from: [from.name, from.address], others: mail.others ?? [] }));
}

/** Name and address of a sender. */
function addressed(from = ''): { name: string; address: string } {
  const [, name = 'Somebody', address = ''] = /^(?:(.*) )?<?([^<>\s]+@[^<>\s]+)>?$/.exec(from) ?? [];
  return { name, address };
}

/** The list with the mail chosen in it, and the buttons above. */
function zimbraList(mail: ShownMail, id: string, place: string): string {
  const button = (operation: string) =>
    `<div id="zb__${place}__${operation}" class="ZToolbarButton" role="button" style="display: inline-block">${operation}</div>`;
  return `<div id="ztb__${place}" class="ZToolbar">${['REPLY', 'REPLY_ALL', 'FORWARD'].map(button).join(' ')}</div>
<ul id="zl__${place}"><li id="zli__${place}__${escaped(id)}" class="RowEven Row-selected" data-mail="${known(mail, id)}">x</li></ul>`;
}

/** Where a file is, as the site's links say; `id` as it is, which is never encoded there. */
const fileAt = (id: string, part: string, rest = ''): string =>
  escaped(`/service/home/~/?auth=co${rest}&id=${id}&part=${part}`);

const filesOf = (mail: ShownMail): ShownFile[] =>
  (mail.files ?? []).map((file) => (typeof file === 'string' ? { name: file } : file));

function zimbraMail(mail: ShownMail, at: number, alone: boolean): string {
  const id = mail.id ?? numberAt(at);
  const view = alone ? `TV-${at}_MSG` : `main_MSGC${id}`;
  const list = `zv__${alone ? 'TV' : 'CLV'}__${view}_attLinks`;
  const rows = filesOf(mail).map((file, nth) => {
    const part = file.part ?? String(nth + 1);
    const href = file.location ? escaped(file.location) : fileAt(file.of ?? id, part, '&loc=en_US');
    const name = escaped(file.name);
    const main = `<a class="AttLink" id="${list}_${part}_main" target="_blank" href="${href}" title="${name}">${name}</a>`;
    const save = `<a class="AttLink" id="${list}_${part}_download" style="text-decoration:underline" href="${href}&amp;disp=a" title="Download">Download</a>`;
    return `<tr><td><table><tr><td>${main}</td><td>(1 KB${file.location ? '' : ` | ${save}`})</td></tr></table></td></tr>`;
  });
  const table = `<table id="${list}_table">${rows.join('')}</table>`;
  const from = `<span class="addrBubble"><span>${escaped(mail.from ?? 'Somebody')} </span></span>`;
  if (alone) {
    const frame = `<iframe frameborder="0" width="100%" srcdoc="${escaped(`<div>${mail.body}</div>`)}"></iframe>`;
    const place = `TV-${at}`;
    return `${zimbraList(mail, id, place)}<div id="zv__${place}__MSG" class="ZmMailMsgView" style="overflow: auto">
<div><table class="MsgHeaderTable" width="100%"><tr><td>${from}
${rows.length > 0 ? `<div class="MessageHeaderAttachments" id="${list}_container"><div id="${list}" style="overflow: auto">${table}</div></div>` : ''}
</td></tr></table></div>
${mail.body === undefined ? '' : `<div class="MsgBody" id="zv__${view}__body">${frame}</div>`}</div>`;
  }
  return `<div id="${escaped(view)}" class="ZmMailMsgCapsuleView Expanded" data-mail="${known(mail, id)}">
<div class="Conv2MsgHeader"><div class="info">${from}</div></div><div class="separator"></div>
${rows.length > 0 ? `<div id="${escaped(list)}" class="attachments">${table}</div>` : ''}
${mail.body === undefined ? '' : `<div id="${escaped(view)}__body" class="MsgBody MsgBody-html">${mail.body}</div>`}
<div id="${escaped(view)}__footer" class="footer"></div></div>`;
}

function carbonioMail(mail: ShownMail, at: number): string {
  const id = mail.id ?? numberAt(at);
  const { name, address } = addressed(mail.from);
  const cards = filesOf(mail).map((file, nth) => {
    const link = fileAt(file.of ?? id, file.part ?? String(nth + 1));
    return `<div><div data-testid="attachment-container-${escaped(file.name)}"><div><div>${escaped(file.name)}</div></div>
<a rel="noopener" target="_blank" href="${link}"></a><a rel="noopener" target="_blank" href="${link}&amp;disp=a"></a></div></div>`;
  });
  const chip = `<div><div class="chip"><span>${escaped(address.slice(0, 1))}</span><span>${escaped(address)}</span></div></div>`;
  const text =
    mail.body === undefined
      ? '<div><div>(This message has no text content.)</div></div>'
      : `<div data-testid="shadow-dom-wrapper"><template shadowrootmode="open"><div>${mail.body}</div></template></div>`;
  return `<div data-testid="MailPreview-${escaped(id)}"><div data-testid="open-message-${escaped(id)}">
<div><div data-testid="SenderText">${escaped(name)}</div>${mail.unfolded ? chip : `<div><div>${escaped(address)}</div></div>`}</div></div>
<div style="overflow: auto"><div data-testid="MailMessageRendererCollapse"><div data-testid="MessageBody" style="display: flex; flex-direction: column">
<div><div>${cards.join('')}</div></div><div style="overflow: auto">${text}</div></div></div></div></div>`;
}
