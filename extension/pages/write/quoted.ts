// What an answer quotes of a message: its text as it was shown, and the pictures in it that the message itself brought.

import type { Node } from 'prosemirror-model';
import type { MailBody, MailFile } from 'waxseal-wasm';
import type { Content } from '../../desk/engine.js';
import type { GetFile } from '../../ui/mail/html-body.js';
import { pictureOf } from '../../ui/mail/pictures.js';
import { cleanedIn, newRoom, type Room } from '../../ui/mail/room.js';
import { schema } from './editor/schema.js';
import type { Line } from './editor/text.js';
import { type Attachment, checkRoom, newId, pictureType } from './files.js';
import { Trouble } from './trouble.js';

/** Characters of a message that are quoted; who wants more of it forwards it. */
const MAX_QUOTED = 200_000;
/** Places of pictures in one quotation; in the rest their names stand. A long thread has its logo some dozens of times. */
const MAX_PLACES = 200;

/** A text that is quoted. */
export interface Quotation {
  readonly text: string;
  /** It is too long: only its beginning is taken over. */
  readonly cut: boolean;
  /** Pictures that stand in it. */
  readonly pictures: ReadonlyMap<MailFile['id'], Attachment>;
  /** There are more or larger pictures than a mail may have: none of them is taken over. */
  readonly left: boolean;
  /** Makes a line of it. */
  readonly line: Line;
}

/**
 * Reads what is quoted. `all`: the files of the message go along anyhow, its pictures among them. Never rejects because of
 * pictures: where there is no room for them, words stand in their place.
 */
export async function quotationOf(content: Content, getFile: GetFile, all: boolean): Promise<Quotation> {
  const places = new Map<string, MailFile>();
  const whole = await textOf(content, places);
  const text = whole.slice(0, MAX_QUOTED).replace(HALF_MARK, '');
  const shown = [...text.matchAll(MARK)].map(([, id = '']) => places.get(id));
  const files = [...new Set(shown.filter((file) => file !== undefined))];
  const known = content.kind === 'mail' ? content.mail : undefined;
  const left = !hasRoom([], all && known ? known.files : files);
  const pictures = new Map<MailFile['id'], Attachment>();
  for (const file of left ? [] : files) {
    const data = await getFile(file.id);
    const mediaType = data && pictureType(data);
    if (!mediaType) continue;
    const { name } = file;
    const secret = known?.verdict.encrypted ?? false;
    pictures.set(file.id, { id: newId(), name, mediaType, secret, quoted: !all, data });
  }
  const line: Line = (row) => lineOf(row, places, pictures);
  return { text, cut: whole.length > MAX_QUOTED, pictures, left: left && files.length > 0, line };
}

/**
 * A picture in the text is a random name between two characters that no text has a use for (Unicode keeps them for such marks).
 * Only names that were given here count: a message cannot put a picture anywhere by writing one.
 */
const MARK = /\ufdd0([\da-f-]{36})\ufdd1/g;
/** One that was cut off at the end. */
const HALF_MARK = /\ufdd0[\da-f-]{0,36}$/;

/** A mail has room for what comes, beside the files that are there. */
export function hasRoom(there: readonly Attachment[], coming: readonly { readonly size: number }[]): boolean {
  try {
    checkRoom(there, coming);
    return true;
  } catch (error) {
    if (error instanceof Trouble) return false;
    throw error;
  }
}

function lineOf(
  row: string,
  places: ReadonlyMap<string, MailFile>,
  pictures: ReadonlyMap<MailFile['id'], Attachment>,
): Node[] {
  const nodes: Node[] = [];
  let words = '';
  const flush = () => {
    if (words !== '') nodes.push(schema.text(words));
    words = '';
  };
  // What is in brackets comes between the pieces: each second one is a name.
  for (const [at, piece] of row.split(MARK).entries()) {
    const file = at % 2 === 1 ? places.get(piece) : undefined;
    const picture = file && pictures.get(file.id);
    // By the name that stands among the files: the sender's words for a picture are nowhere to be seen where it is drawn.
    if (picture) {
      flush();
      nodes.push(schema.node('image', { file: picture.id, alt: file.name }));
    } else if (file) words += `[${file.name}]`;
    else words += piece;
  }
  flush();
  return nodes;
}

/** The text as it was shown. Of HTML that is its own text: the plain one beside it was not seen. */
async function textOf(content: Content, places: Map<string, MailFile>): Promise<string> {
  if (content.kind === 'message') return content.message.text;
  const { bodies, files } = content.mail;
  const room = newRoom();
  const texts = [];
  // In their order: the first ones were drawn, and what had no room any more was shown as plain text.
  for (const [at, body] of bodies.entries()) texts.push(await bodyText(body, at, files, places, room));
  return texts.filter((text) => text.trim() !== '').join('\n\n');
}

async function bodyText(
  body: MailBody,
  at: number,
  files: readonly MailFile[],
  places: Map<string, MailFile>,
  room: Room,
): Promise<string> {
  if (body.kind === 'text') return body.text;
  const [{ clean }, { plainText }] = await Promise.all([
    import('../../ui/mail/clean.js'),
    import('../../ui/mail/plain-text.js'),
  ]);
  const cleaned = cleanedIn(room, body.html, clean);
  // What is too large to be drawn is shown as plain text.
  if (!cleaned) return body.plain ?? body.html;
  return plainText(cleaned, (image) => {
    const source = cleaned.pictures.get(image);
    // Nothing of the internet is quoted: who gets the answer would fetch it.
    if (source?.from !== 'mail') return undefined;
    const file = pictureOf(files, source.id, at);
    if (!file) return undefined;
    if (places.size >= MAX_PLACES) return `[${file.name}]`;
    const id = newId();
    places.set(id, file);
    return `\ufdd0${id}\ufdd1`;
  });
}
