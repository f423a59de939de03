// What a reader is shown for: an armored block in the page, or the whole mail that the page shows.

import type { Form } from 'waxseal-wasm';
import type { ViewMessage } from '../../desk/channel.js';
import { isConnected, parentElement } from '../dom.js';
import type { Found } from '../scan/look.js';
import type { MailSource } from '../sites/index.js';
import { senderOf } from '../sites/reading.js';
import { Cover } from './cover.js';
import { fetchMail, isSigned } from './source.js';

export interface Subject {
  readonly form: Form;
  /** Watched for coming near the visible part. */
  readonly anchor: Element;
  /** The nodes of the page that it begins and ends in. */
  readonly nodes: readonly Node[];
  /** Where in the first of them, or which one of several that the page shows there in turn. */
  readonly mark: number | string;
  /** When the user looks at the page's own text, what is in it is read as if there were no reader. */
  readonly opens: boolean;
  /** Whether it is to be read at all, where the page leaves that open. Never rejects. */
  readonly sure?: (gone: AbortSignal) => Promise<boolean>;
  /** Covers it at once; `undefined` when it is no longer there. */
  cover(): Cover | undefined;
  /** What the reader is told. Called once it is covered; `gone` is when nobody waits for it any more. Never rejects. */
  message(gone: AbortSignal): Promise<ViewMessage>;
}

/** A block; nothing when it has gone meanwhile. */
export function blockSubject(found: Found): Subject | undefined {
  const { form, armored, start, end } = found;
  const anchor = parentElement(start.node);
  if (!anchor || !isConnected(start.node)) return undefined;
  return {
    form,
    anchor,
    nodes: [start.node, end.node],
    mark: start.offset,
    opens: false,
    cover: () => Cover.over(found),
    message: async () => ({ t: 'block', armored, form, ...senderOf(anchor) }),
  };
}

/** A whole mail. */
export function mailSubject({ url, within, cover, key, unsure }: MailSource): Subject {
  return {
    form: 'mail',
    anchor: cover,
    nodes: [cover],
    mark: key,
    opens: true,
    ...(unsure && { sure: (gone: AbortSignal) => isSigned(url, gone) }),
    cover: () => (isConnected(cover) ? Cover.whole(cover) : undefined),
    async message(gone) {
      // What the page says of the mail is taken before the wait: afterwards it may show another one.
      const shown = senderOf(cover);
      const source = await fetchMail(url, gone, { within });
      return typeof source === 'string' ? { t: 'lost', error: source } : { t: 'mail', source, ...shown };
    },
  };
}
