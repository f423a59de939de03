// What an answer takes over from the message that it answers: no more than the user saw, and to nobody but who wrote it.

import type { Node } from 'prosemirror-model';
import type { MailAddress, MailFile, MailHeaders } from 'waxseal-wasm';
import type { Content } from '../../desk/engine.js';
import { type AnswerMode, written } from '../../desk/write-channel.js';
import { t } from '../../ui/i18n.js';
import { dateOf } from '../../ui/mail/headers.js';
import type { GetFile } from '../../ui/mail/html-body.js';
import { schema } from './editor/schema.js';
import { blocksOf } from './editor/text.js';
import { type Attachment, checkRoom, newId } from './files.js';
import { mailAddress, once, sameAddress } from './people.js';
import { type Quotation, quotationOf } from './quoted.js';

/** What an answer begins with. */
export interface Answer {
  /** It came encrypted: what is taken over must not go out in clear unnoticed. */
  readonly secret: boolean;
  /** Nothing: the page's own recipients stay. */
  readonly to: readonly string[] | undefined;
  /** The message itself says nothing of who wrote it: it goes to whom the site names as its sender. */
  readonly bySite: boolean;
  readonly cc: readonly string[];
  /** Where the message asks for the answer, when that is not who wrote it. */
  readonly otherwise: readonly string[];
  /** Nothing: the page's own subject stays. */
  readonly subject: string | undefined;
  /** Nothing outside of the message is known to show its subject, so the answer must not either. */
  readonly hidden: boolean;
  /** What stands below the answer. */
  readonly blocks: readonly Node[];
  /** It is too long: only its beginning is taken over. */
  readonly cut: boolean;
  /** Pictures of the message that stand in these blocks, by their place among its files. */
  readonly pictures: ReadonlyMap<MailFile['id'], Attachment>;
  /** They are too many or too large: none is taken over. */
  readonly picturesLeft: boolean;
  /** Nothing says who wrote it: a stranger may have passed on what was stolen, to get its text with the answer. */
  readonly doubtful: boolean;
}

/** Begins an answer. `sender` is who the site says wrote it, `own` are the user's own addresses. */
export async function answerTo(
  content: Content,
  getFile: GetFile,
  mode: AnswerMode,
  sender: string | null,
  own: readonly string[],
): Promise<Answer> {
  const verdict = content.kind === 'mail' ? content.mail.verdict : content.message.verdict;
  const headers = content.kind === 'mail' ? content.mail.headers : undefined;
  const what = await quotationOf(content, getFile, mode === 'forward');
  const secret = verdict.encrypted;
  const blocks = mode === 'forward' ? forwarded(what, headers, secret) : quoted(what, headers, sender, secret);
  const known = headers?.protection === 'encrypted' || verdict.summary === 'signed_by_sender';
  const bySite = mode !== 'forward' && !headers?.from.length && sender !== null;
  const nobody = { to: bySite ? [sender] : [], cc: [], otherwise: [] };
  const people = mode === 'forward' || bySite ? nobody : headers && recipients(headers, mode, own);
  return {
    secret,
    to: people?.to,
    bySite,
    cc: people?.cc ?? [],
    otherwise: people?.otherwise ?? [],
    subject: headers?.subject == null ? undefined : answerSubject(headers.subject, mode),
    hidden: headers?.secret_subject ?? false,
    blocks,
    cut: what.cut,
    pictures: what.pictures,
    picturesLeft: what.left,
    doubtful: mode !== 'forward' && secret && !known,
  };
}

/**
 * The files of a message that is passed on; those that stand in its text as they are there. Throws `Trouble` when they are too
 * many or too large beside those that are there already.
 */
export async function forwardedFiles(
  content: Content,
  getFile: GetFile,
  pictures: Answer['pictures'],
  there: readonly Attachment[],
): Promise<Attachment[]> {
  if (content.kind !== 'mail') return [];
  const { files, verdict } = content.mail;
  checkRoom(there, files);
  const found: Attachment[] = [];
  for (const { id, name, media_type: mediaType } of files) {
    const picture = pictures.get(id);
    const data = picture?.data ?? (await getFile(id));
    if (picture) found.push(picture);
    else if (data) found.push({ id: newId(), name, mediaType, secret: verdict.encrypted, quoted: false, data });
  }
  return found;
}

function recipients({ from, reply_to, to, cc }: MailHeaders, mode: AnswerMode, own: readonly string[]) {
  const mine = (one: MailAddress) => own.some((address) => sameAddress(address, one.address));
  const named = (list: readonly MailAddress[]) => list.filter(({ address }) => address !== '');
  // Who answers their own mail writes to those that they wrote to.
  const first = from.some(mine) ? named(to) : named(from);
  const others = mode === 'reply_all' ? [...named(to), ...named(cc)].filter((one) => !mine(one)) : [];
  const answered = once(first.map(written));
  return {
    to: answered,
    cc: once(others.map(written), answered),
    otherwise: once(named(reply_to).map(written), named(from).map(written)),
  };
}

/** What programs of several languages put before the subject of an answer, and of what is passed on. */
const REPLIED = /^(?:re|aw|antw|sv|vs|réf|rép)\s*(?:\[\d+\])?\s*:\s*/iu;
const FORWARDED = /^(?:fwd?|wg|tr|i)\s*(?:\[\d+\])?\s*:\s*/iu;

/** Characters of a subject, as many as its field takes: others may have written a longer one. */
const MAX_SUBJECT = 998;

/** `Re:` or `Fwd:` once. */
export function answerSubject(subject: string, mode: AnswerMode): string {
  const [mark, before] = mode === 'forward' ? (['Fwd', FORWARDED] as const) : (['Re', REPLIED] as const);
  let bare = subject.trim();
  while (before.test(bare)) bare = bare.replace(before, '');
  // Half a character is none.
  return `${mark}: ${bare}`.slice(0, MAX_SUBJECT).replace(/[\ud800-\udbff]$/, '');
}

function quoted(what: Quotation, headers: MailHeaders | undefined, sender: string | null, secret: boolean): Node[] {
  const [from] = headers?.from ?? [];
  const who = from ? from.name || from.address : sender === null ? '' : mailAddress(sender).address;
  const { sent } = headers ? dateOf(headers) : { sent: '' };
  const line = !who ? t('quote_earlier') : sent === '' ? t('quote_wrote', who) : t('quote_wrote_on', sent, who);
  return [paragraph(''), paragraph(line), schema.node('quote', { secret }, blocksOf(what.text.trimEnd(), what.line))];
}

function forwarded(what: Quotation, headers: MailHeaders | undefined, secret: boolean): Node[] {
  const names = (list: readonly MailAddress[]) => list.map(written).join(', ');
  const { sent, undated } = headers ? dateOf(headers) : { sent: '', undated: false };
  const rows: (readonly [string, string])[] = headers
    ? [
        [t('header_from'), names(headers.from)],
        [t('header_to'), names(headers.to)],
        [t('header_cc'), names(headers.cc)],
        [t('header_date'), undated ? `${sent} ${t('from_outside')}` : sent],
        [t('header_subject'), headers.subject ?? ''],
      ]
    : [];
  const head = rows.filter(([, value]) => value !== '').map(([title, value]) => t('pair', title, value));
  const lines = [`---------- ${t('forwarded_message')} ----------`, ...head, ''].map(paragraph);
  const text = blocksOf(what.text.trimEnd(), what.line);
  return [paragraph(''), schema.node('forwarded', { secret }, [...lines, ...text])];
}

function paragraph(text: string): Node {
  return schema.node('paragraph', null, text === '' ? [] : [schema.text(text)]);
}
