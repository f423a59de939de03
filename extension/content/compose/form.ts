// The page's compose form: its state for the window, and filling it in. What was written is read again before anybody is
// told that it is there.

import { MAX_RECIPIENTS } from '../../desk/channel.js';
import type { FormState, Put, PutProblem } from '../../desk/write-channel.js';
import { isConnected } from '../dom.js';
import { contentOf, holdsAll, picturesIn, replaceAll } from '../insert/replace.js';
import { MAX_TEXT } from '../limits.js';
import type { ComposeForm, FileField, RecipientField } from '../sites/index.js';
import { once, sameAddresses, textIn, typeInto } from './fields.js';
import { attach, besides, holdsFiles, isSameName } from './files.js';
import { holdsPeople, KnownPeople, type People, RECIPIENTS } from './people.js';
import { bare, Known } from './typed.js';
import { until } from './wait.js';

/** UTF-16 units of a subject that are told. A longer one is cut, and the user sees it. */
const MAX_SUBJECT = 1_000;
const MAX_ENTRY = 1_000;
/** Addresses of a field that are told: of a longer list, one more than a mail may have, so that nobody takes it for a whole one. */
const MAX_ENTRIES = MAX_RECIPIENTS + 1;

/**
 * What the window is told; without a form that there is none. `own`: it is for this mail; `ours`: names of files that Waxseal
 * has put there.
 */
export function stateOf(
  form: ComposeForm | null,
  site: string,
  self: string | null,
  own: boolean,
  ours: ReadonlySet<string>,
): FormState {
  const read = (field: RecipientField | null | undefined) =>
    once((field?.read() ?? []).filter((entry) => entry.length <= MAX_ENTRY)).slice(0, MAX_ENTRIES);
  return {
    t: 'form',
    found: form !== null,
    own,
    to: read(form?.to),
    cc: read(form?.cc),
    bcc: read(form?.bcc),
    subject: form?.subject ? textIn(form.subject).slice(0, MAX_SUBJECT) : null,
    text: form ? contentOf(form.body).slice(0, MAX_TEXT) : '',
    pictures: form ? picturesIn(form.body) : 0,
    self,
    attach: form?.files != null,
    max_file: form?.files?.max ?? null,
    site,
    files: besides(form?.files ?? null, ours),
  };
}

/** What Waxseal has put into a form. */
export interface Ours {
  /** Names of files that were attached for it already: an older version must not stay beside the new one. */
  readonly files: Set<string>;
  /** What stood in its editor when a mail had been put there. */
  text: Known | undefined;
  /** The text of that mail. */
  put: string;
  /** What stood in the form before that, as the user or the site had left it. */
  before: Before;
  /** Who was to be in its fields, and who stood there then. */
  wanted: People | undefined;
  people: KnownPeople | undefined;
  /** A mail that is being put there: two at a time would write into each other. */
  filling: Promise<unknown> | undefined;
}

/** Subject and recipients; `null` is left as it is. */
type Fields = Omit<Before, 'text'>;

/** Text, subject and recipients of a form; `null` where it has no such field. */
export type Before = Pick<Put, 'text' | 'subject' | (typeof RECIPIENTS)[number]>;

/** Who has a form filled in. */
export interface Client {
  /** Somebody waits for it still: the window is there, and has sent no other mail meanwhile. */
  readonly waits: () => boolean;
  /** Called with the octets of each file that is there. */
  readonly attached: (octets: number) => void;
}

/** What became of a `put`. */
export interface Filled {
  readonly reason: PutProblem | undefined;
  readonly there: { readonly text: boolean; readonly fields: boolean; readonly files: boolean };
  /** Names of files that are there and that Waxseal has not put there. */
  readonly besides: readonly string[];
}

/** How long a site may take until a field shows what was written into it, in ms. */
const FIELD = 10_000;

/**
 * Fills in the form, and remembers what of it is `ours`. Nothing when nobody waits any more: then it has stopped before all was
 * given to the site.
 */
export async function fill(
  form: ComposeForm,
  put: Put,
  files: readonly File[],
  ours: Ours,
  { waits, attached }: Client,
): Promise<Filled | undefined> {
  const { files: earlier } = ours;
  const alive = () => isConnected(form.body);
  const end = (reason?: PutProblem): Filled => ({
    ...ended(reason, form, put, files),
    besides: alive() ? besides(form.files, earlier) : [],
  });
  if (!ours.text?.isLike(form.body) || !stillHolds(form, ours)) ours.before = heldBy(form);
  ours.put = put.text;
  const text = await replaceAll(form.body, put.text);
  // Now, and not when all files are there: the user may write into the form meanwhile.
  ours.text = alive() ? new Known(form.body) : undefined;
  if (text) return end(text === 'gone' ? 'no_form' : 'mangled');
  const left = [...files];
  ours.wanted = put;
  const written = await writeFields(form, put, waits);
  ours.people = alive() ? new KnownPeople(form) : undefined;
  const goesOn = () => alive() && waits();
  const problem = written ? await attachAll(form.files, left, earlier, goesOn, attached) : undefined;
  if (!waits() && (!written || left.length > 0)) return undefined;
  if (!alive()) return end('no_form');
  // A field that was late may be right by now.
  return end(problem);
}

function heldBy({ body, subject, to, cc, bcc }: ComposeForm): Before {
  const read = (field: RecipientField | null) => field?.read() ?? null;
  const title = subject && textIn(subject);
  return { text: contentOf(body), subject: title, to: read(to), cc: read(cc), bcc: read(bcc) };
}

/**
 * The mail that Waxseal has put into the editor stands there still, whatever the site has added. Sites write the next mail in the
 * same editor: what was remembered of one is nothing of the next one's.
 */
export function stillHolds({ body }: ComposeForm, { put }: Ours): boolean {
  return put !== '' && bare(contentOf(body)).includes(bare(put));
}

/** What stands in the form in the end: a site may have redrawn it meanwhile. */
function ended(
  reason: PutProblem | undefined,
  form: ComposeForm,
  put: Put,
  files: readonly File[],
): Omit<Filled, 'besides'> {
  const text = holdsAll(form.body, put.text);
  const fields = isConnected(form.body) && holdsFields(form, put);
  const has = files.length === 0 || (form.files !== null && holdsFiles(form.files, files));
  const there = { text, fields, files: has && isConnected(form.body) };
  if (reason) return { reason, there };
  if (!text) return { reason: 'mangled', there };
  if (!fields) return { reason: 'fields', there };
  return { reason: has ? undefined : 'attach', there };
}

/** False when nobody waited any more before all of them were written. */
async function writeFields(form: ComposeForm, put: Fields, waits: () => boolean): Promise<boolean> {
  // When one field has not come right, the others are no longer waited for.
  let patience = FIELD;
  for (const name of RECIPIENTS) {
    const wanted = put[name];
    const field = form[name];
    if (!waits()) return false;
    if (!wanted || sameAddresses(field?.read() ?? [], wanted)) continue;
    await field?.write(wanted);
    if (!field || !(await until(() => sameAddresses(field.read(), wanted), patience))) patience = 0;
  }
  if (!waits()) return false;
  if (put.subject !== null && form.subject && textIn(form.subject) !== put.subject) {
    typeInto(form.subject, put.subject);
  }
  await until(() => holdsFields(form, put) || !waits(), patience);
  return true;
}

function holdsFields(form: ComposeForm, put: Fields): boolean {
  // Without a field for those that it goes to, nobody knows who stands in the form.
  const known = form.to !== null || RECIPIENTS.every((name) => !put[name]?.length);
  const subject = put.subject === null || (form.subject !== null && textIn(form.subject) === put.subject);
  return holdsPeople(form, put) && known && subject;
}

/** How long a site may take to let go of a file, in ms. */
const REMOVE = 10_000;

/** Attaches those that are `left`, one after the other. */
async function attachAll(
  field: FileField | null,
  left: File[],
  earlier: Set<string>,
  goesOn: () => boolean,
  attached: (octets: number) => void,
): Promise<PutProblem | undefined> {
  if (!field) return left.length > 0 || earlier.size > 0 ? 'attach' : undefined;
  if (!(await removeAll(field, earlier, goesOn))) return 'attach';
  while (goesOn()) {
    const file = left.shift();
    if (!file) return undefined;
    earlier.add(file.name);
    const problem = await attach(field, file, goesOn);
    if (problem) return problem;
    attached(file.size);
  }
  return undefined;
}

/** Takes out what was attached `earlier`; false when the site keeps something of it. */
async function removeAll(field: FileField, earlier: Set<string>, goesOn: () => boolean): Promise<boolean> {
  for (const name of earlier) {
    for (const old of field.list([name]).filter((one) => isSameName(one.name, name))) {
      if (!goesOn() || !field.remove(old)) return false;
      await until(() => !isConnected(old.element) || !goesOn(), REMOVE);
      if (isConnected(old.element)) return false;
    }
    earlier.delete(name);
  }
  return true;
}

/**
 * Takes back what nobody waited for until all of it was there: half a mail must not look like a whole one. Text, recipients and
 * subject are again what they were, unless the user has written there since; what the site does not let go of stays, and shows.
 */
export async function takeBack(form: ComposeForm, put: Put, ours: Ours): Promise<void> {
  // Remembered all the same: a site may show one only later.
  if (form.files) await removeAll(form.files, new Set(ours.files), () => isConnected(form.body));
  if (!holdsAll(form.body, put.text)) return;
  const { before } = ours;
  if (before.text.trim() !== '') await replaceAll(form.body, before.text);
  else typeInto(form.body, '');
  const back = (name: (typeof RECIPIENTS)[number]) => {
    const [there, wanted] = [form[name]?.read(), put[name]];
    return there && wanted && sameAddresses(there, wanted) ? before[name] : null;
  };
  const title = form.subject && put.subject !== null && textIn(form.subject) === put.subject ? before.subject : null;
  const fields = { to: back('to'), cc: back('cc'), bcc: back('bcc'), subject: title };
  await writeFields(form, fields, () => isConnected(form.body));
  if (isConnected(form.body)) ours.text = new Known(form.body);
}
