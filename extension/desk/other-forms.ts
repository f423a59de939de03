// Other tabs and windows of a site in which a mail is being written: webmails that open their answer form in a window of its own.

import { record } from '../ui/record.js';
import { siteOf } from '../ui/sites.js';
import { PageWait } from './page-wait.js';
import { type FormState, fromPage } from './write-channel.js';

/** Tabs of one site that are asked; who has more open finds the form faster by closing some. */
const MAX_TABS = 30;
/**
 * Milliseconds that a page has to say whether it has a form. One that sleeps is not waited for; one that is awake may have to wait
 * itself, for the background to start and for its part for writing. All pages are asked at once.
 */
const ASK_LIMIT = 15_000;
/** Characters of a title that are shown. */
export const MAX_TITLE = 100;

/** A form that a mail can go into. */
export interface OtherForm {
  readonly tab: number;
  /** What the browser shows for the tab. */
  readonly title: string;
  /** What stands in the form as its subject. */
  readonly subject: string;
}

/** Forms in tabs that show this origin, but for the tab `own`. `name` is that of the port that content scripts hear. */
export async function otherForms(origin: string, own: number, name: string): Promise<OtherForm[]> {
  const site = siteOf(origin);
  if (typeof site !== 'object') return [];
  // Match patterns know no ports: other ports of the host are other origins.
  const tabs = (await chrome.tabs.query({ url: site.pattern })).filter(
    ({ id, url }) => id !== own && isOf(url, origin),
  );
  const found = await Promise.all(
    tabs.slice(0, MAX_TABS).map(async ({ id = -1, title = '' }): Promise<OtherForm[]> => {
      const form = await formIn(id, name);
      return form
        ? [{ tab: id, title: title.slice(0, MAX_TITLE), subject: (form.subject ?? '').slice(0, MAX_TITLE) }]
        : [];
    }),
  );
  return found.flat();
}

/** Whether an address is of this origin. */
export function isOf(url: string | undefined, origin: string): boolean {
  return url !== undefined && URL.canParse(url) && new URL(url).origin === origin;
}

/** What the tab's page says of its form; nothing when it has none, or nobody answers. */
function formIn(tab: number, name: string): Promise<FormState | undefined> {
  return new Promise((resolve) => {
    const port = chrome.tabs.connect(tab, { frameId: 0, name });
    const end = (form?: FormState) => {
      wait.end();
      port.disconnect();
      resolve(form);
    };
    // There is nobody yet who could make use of beats.
    const wait = new PageWait(ASK_LIMIT, () => undefined, end);
    port.onMessage.addListener((message: unknown) => {
      record('content-desk', 'content', 'composer', message);
      const heard = fromPage(message);
      if (heard?.t === 'form') end(heard.found ? heard : undefined);
    });
    port.onDisconnect.addListener(() => {
      // Reading the error tells the browser that it was seen.
      void chrome.runtime.lastError;
      end();
    });
  });
}
