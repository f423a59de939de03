// The server of Zimbra, which Carbonio has too: where it serves mails and their parts.

const PATH = '/service/home/~/';

/** A number in the user's own mailbox; in a folder that somebody shares, with the id of that account. */
const ID = /^(?:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}:)?[1-9]\d{0,9}$/i;

/** The mail as it is stored; nothing when that is no number of a mail. */
export function mailUrl(id: string, here: URL): string | undefined {
  return ID.test(id) ? `${here.origin}${PATH}?${new URLSearchParams({ auth: 'co', id })}` : undefined;
}

/** A part of a mail. */
export interface Part {
  /** The mail's number. */
  readonly id: string;
  /** Its own number in the mail: `2`, and `2.1` for the first part of it. */
  readonly part: string;
}

/** What a link to a file leads to, if it is one of this server's. */
export function partAt(link: string | null, here: URL): Part | undefined {
  const url = link !== null && URL.canParse(link, here.href) ? new URL(link, here) : undefined;
  if (url?.origin !== here.origin || url.pathname !== PATH) return undefined;
  return { id: url.searchParams.get('id') ?? '', part: url.searchParams.get('part') ?? '' };
}

/**
 * Whether it is a part of the mail itself. Of a mail that is a file of another the site knows only the number of that
 * other, and its parts are parts of a part there.
 */
export function isOwn({ part }: Part): boolean {
  return /^\d+$/.test(part);
}
