// A webmail that nobody knows: a page with links, and files behind them. It writes down what is asked for, and how.

import type http from 'node:http';
import { type Driver, middle, type Rect, until, type View } from '../../harness/index.js';
import { type Loopback, loopback } from './loopback.js';
import type { Answer } from './responses.js';
import { page } from './site.js';

/** A request for anything but the page itself. */
export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
}

/** The site. */
export interface FileSite extends Loopback {
  readonly asked: Asked[];
  /** What the page shows from now on; its address. */
  show(body: string): string;
  /** What is behind a path, whatever its query. */
  put(path: string, answer: Answer | string | Buffer): void;
}

/** Serves these octets for saving. */
const served =
  (data: string | Buffer): Answer =>
  (_, response) => {
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-disposition': 'attachment' });
    response.end(data);
  };

/** Starts it. */
export async function fileSite(): Promise<FileSite> {
  const files = new Map<string, Answer>();
  const pages: string[] = [];
  const asked: Asked[] = [];
  const server = await loopback((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const shown = /^\/mail\/(\d+)$/.exec(url.pathname)?.[1];
    if (shown !== undefined) {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'set-cookie': 'session=open; Path=/' });
      response.end(pages[Number(shown)]);
      return;
    }
    asked.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers });
    const answer = files.get(url.pathname);
    if (answer) answer(request, response);
    else response.writeHead(404).end();
  });
  return {
    ...server,
    asked,
    show(body) {
      pages.push(page(`<header><h1>Mail</h1></header><main>${body}</main>`));
      return `${server.origin}/mail/${pages.length - 1}`;
    },
    put(path, answer) {
      files.set(path, typeof answer === 'function' ? answer : served(answer));
    },
  };
}

/** A button at a link, as the content script drew it: its inside is closed to the page, but not to the extension. */
export interface LinkButton {
  /** The text of the link before it. */
  readonly link: string;
  /** What a program that reads aloud says: its name, and what describes it. */
  readonly name: string;
  readonly described: string;
  readonly expanded: string;
  /** All that is drawn on it, line by line. */
  readonly drawn: readonly string[];
  /** Why it could not be opened. */
  readonly hint: string;
  readonly rect: Rect;
}

/** The buttons in a page, in document order. */
export async function linkButtons(driver: Driver, tab: View): Promise<LinkButton[]> {
  const address = await tab.url();
  return driver.background(async (url) => {
    const tabs = await chrome.tabs.query({});
    const id = tabs.find((one) => one.url === url)?.id;
    if (id === undefined) throw new Error(`no tab shows ${url}`);
    const [found] = await chrome.scripting.executeScript({
      target: { tabId: id },
      func: () => {
        type Opened = { readonly openOrClosedShadowRoot?: ShadowRoot | null };
        const rootOf = (el: HTMLElement): ShadowRoot | null =>
          chrome.dom?.openOrClosedShadowRoot?.(el) ?? (el as Opened).openOrClosedShadowRoot ?? null;
        return [...document.querySelectorAll<HTMLElement>('body span')].flatMap((host) => {
          const root = rootOf(host);
          const button = root?.querySelector('button');
          if (!root || !button) return [];
          const { x, y, width, height } = button.getBoundingClientRect();
          const described = root.getElementById(button.getAttribute('aria-describedby') ?? '');
          return [
            {
              link: host.previousElementSibling?.textContent?.trim() ?? '',
              name: button.getAttribute('aria-label') ?? '',
              described: described?.textContent ?? '',
              expanded: button.getAttribute('aria-expanded') ?? '',
              drawn: button.innerText.split('\n').filter((line) => line !== ''),
              hint: root.querySelector('[role="alert"]')?.textContent ?? '',
              rect: { x, y, width, height },
            },
          ];
        });
      },
    });
    return (found?.result ?? []) as LinkButton[];
  }, address);
}

/** The buttons, once there are that many. */
export async function buttonsAtLinks(driver: Driver, tab: View, count: number): Promise<LinkButton[]> {
  await tab.front();
  return until(`${count} buttons at links`, async () => {
    const found = await linkButtons(driver, tab);
    return found.length === count ? found : null;
  });
}

/** Clicks the button at the link with this text, once it stands still. */
export async function pressAtLink(driver: Driver, tab: View, link: string): Promise<void> {
  await tab.front();
  const place = async () => (await linkButtons(driver, tab)).find((one) => one.link === link)?.rect;
  let before = '';
  const rect = await until(`the button at "${link}" can be clicked`, async () => {
    const rect = await place();
    const still = rect !== undefined && JSON.stringify(rect) === before;
    before = JSON.stringify(rect);
    return still && rect.width > 0 ? rect : null;
  });
  const aim = async () => {
    const now = await place();
    return now ? middle(now) : null;
  };
  const isAtLink = `one.previousElementSibling?.textContent?.trim() === ${JSON.stringify(link)}`;
  await tab.clickAt(middle(rect), {
    aim,
    target: `[...document.querySelectorAll('body span')].find((one) => ${isAtLink}) ?? null`,
  });
}
