// A web site with the structure of Gmail's threads, and its "Show original": the source of a mail as text in a page. It is
// where Gmail is; and a webmail of somebody else's has a mail that brings all of it along.

import { GMAIL } from './gmail-page.js';
import { type Played, played } from './played.js';
import { escaped, page } from './site.js';

/** One mail of the thread. */
export interface ThreadMail {
  from: string;
  /** HTML of its text. */
  body?: string;
  /** Names of its files. */
  files?: readonly string[];
  /** Its source, or what the site answers in place of the page that holds it. */
  source?: string | { readonly html: string } | { readonly redirect: string };
  /** The mail that the links of its files are of; its own when left out. */
  linksOf?: string;
}

/** The site. */
export interface ThreadSite extends Played {
  /** Where the thread is. */
  readonly url: string;
  /** The other webmail, with the thread in a mail. */
  readonly elsewhere: string;
  /** Addresses that were asked for, in order, of both. */
  readonly asked: URL[];
  /** Shows these mails; the first is `msg-f:1001`. */
  show(mails: readonly ThreadMail[]): void;
}

/** Whether an address is that of a mail's source. */
export const isSource = ({ searchParams }: URL): boolean => searchParams.get('view') === 'om';

const ELSEWHERE = 'webmail.example';
const PATH = '/mail/u/0/';
const KEY = 'a1b2c3d4e5';
const FIRST = 1001;

/** Starts it. */
export async function threadSite(): Promise<ThreadSite> {
  let mails: readonly ThreadMail[] = [];
  const asked: URL[] = [];
  const hosts = await played([GMAIL, ELSEWHERE], (request, response) => {
    const url = new URL(request.url ?? '/', `https://${request.headers.host}`);
    asked.push(url);
    const at = Number(/^msg-f:(\d+)$/.exec(url.searchParams.get('permmsgid') ?? '')?.[1]) - FIRST;
    const source = mails[at]?.source;
    const original = isSource(url);
    if (url.pathname !== PATH) return void response.writeHead(404).end();
    if (typeof source === 'object' && 'redirect' in source && original) {
      return void response.writeHead(302, { location: source.redirect }).end();
    }
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
    if (!original) response.end(url.host === GMAIL ? page(thread(mails)) : page(`<article>${thread(mails)}</article>`));
    else if (url.searchParams.get('ik') !== KEY) response.end(page('The key of the session is missing.'));
    else if (typeof source === 'object' && 'html' in source) response.end(source.html);
    else response.end(showOriginal(String(source ?? '')));
  });
  return {
    ...hosts,
    url: `https://${GMAIL}${PATH}#inbox/FMfcgzQ`,
    elsewhere: `https://${ELSEWHERE}${PATH}`,
    asked,
    show(all) {
      mails = all;
    },
  };
}

/** The page around the source; it draws a summary of the headers first, which holds what the sender wrote. */
export function showOriginal(source: string): string {
  const lines = escaped(source.replaceAll('\r\n', '\n'));
  return page(
    `<div class="top-area"><table><tr><th>Subject:</th><td>&lt;pre id="raw_message_text"&gt;</td></tr></table></div>
<div class="raw_message"><pre class="raw_message_text" id="raw_message_text">${lines}</pre></div>`,
    '<script>document.documentElement.dataset.ran = "";</script><img src="/never" alt="">',
  );
}

function thread(mails: readonly ThreadMail[]): string {
  const shown = mails.map(({ from, body = '', files = [], linksOf }, at) => {
    const id = `msg-f:${FIRST + at}`;
    const cards = files.map((name, part) => {
      const query = new URLSearchParams({ ui: '2', ik: KEY, attid: `0.${part + 1}`, permmsgid: linksOf ?? id });
      const href = escaped(`/mail/u/0?${query}&view=att&disp=safe`);
      return `<span class="aZo"><a class="aQy e" href="${href}"><span class="aQA"><span class="aV3">${escaped(name)}</span></span></a></span>`;
    });
    return `<div class="adn ads" data-message-id="#${id}" data-legacy-message-id="18d${at}">
<div class="gE"><span class="gD" email="${from}" name="Somebody">Somebody</span></div>
<div class="a3s aiL">${body}</div>
${files.length > 0 ? `<div class="aQH">${cards.join('')}</div>` : ''}</div>`;
  });
  return `<div role="button" gh="cm" class="T-I">Compose</div><div role="main">${shown.join('\n')}</div>`;
}
