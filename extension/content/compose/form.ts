// The page's compose form: its state for the window, and filling it in. What was written is read again before anybody is
// told that it is there.

import type { FormState, Put, PutProblem } from '../../desk/write-channel.js';
import { isConnected } from '../dom.js';
import { contentOf, holdsAll, replaceAll } from '../insert/replace.js';
import { MAX_TEXT } from '../limits.js';
import type { ComposeForm, FileField, RecipientField } from '../sites/index.js';
import { sameAddresses, textIn, typeInto } from './fields.js';
import { attach, besides, holdsFiles, isSameName } from './files.js';
import { Known } from './typed.js';
import { until } from './wait.js';

/** UTF-16 units of a subject that are told. A longer one is cut, and the user sees it. */
const MAX_SUBJECT = 1_000;
const MAX_ENTRY = 1_000;
const MAX_ENTRIES = 100;

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
    (field?.read() ?? []).filter((entry) => entry.length <= MAX_ENTRY).slice(0, MAX_ENTRIES);
  return {
    t: 'form',
    found: form !== null,
    own,
    to: read(form?.to),
    cc: read(form?.cc),
    bcc: read(form?.bcc),
    subject: form?.subject ? textIn(form.subject).slice(0, MAX_SUBJECT) : null,
    text: form ? contentOf(form.body).slice(0, MAX_TEXT) : '',
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

/** Fills in the form, and remembers what of it is `ours`. `attached` is called with the octets of each file that is there. */
export async function fill(
  form: ComposeForm,
  put: Put,
  files: readonly File[],
  ours: Ours,
  attached: (octets: number) => void,
): Promise<Filled> {
  const { files: earlier } = ours;
  const alive = () => isConnected(form.body);
  const end = (reason?: PutProblem): Filled => ({
    ...ended(reason, form, put, files),
    besides: alive() ? besides(form.files, earlier) : [],
  });
  const text = await replaceAll(form.body, put.text);
  // Now, and not when all files are there: the user may write into the form meanwhile.
  ours.text = alive() ? new Known(form.body) : undefined;
  if (text) return end(text === 'gone' ? 'no_form' : 'mangled');
  await writeFields(form, put);
  const problem = await attachAll(form.files, files, earlier, alive, attached);
  if (!alive()) return end('no_form');
  // A field that was late may be right by now.
  return end(problem);
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

const RECIPIENTS = ['to', 'cc', 'bcc'] as const;

async function writeFields(form: ComposeForm, put: Put): Promise<void> {
  // When one field has not come right, the others are no longer waited for.
  let patience = FIELD;
  for (const name of RECIPIENTS) {
    const wanted = put[name];
    const field = form[name];
    if (!wanted || sameAddresses(field?.read() ?? [], wanted)) continue;
    await field?.write(wanted);
    if (!field || !(await until(() => sameAddresses(field.read(), wanted), patience))) patience = 0;
  }
  if (put.subject !== null && form.subject && textIn(form.subject) !== put.subject) {
    typeInto(form.subject, put.subject);
  }
  await until(() => holdsFields(form, put), patience);
}

function holdsFields(form: ComposeForm, put: Put): boolean {
  const recipients = RECIPIENTS.every((name) => {
    const wanted = put[name];
    return !wanted || sameAddresses(form[name]?.read() ?? [], wanted);
  });
  // Without a field for those that it goes to, nobody knows who stands in the form.
  const known = form.to !== null || RECIPIENTS.every((name) => !put[name]?.length);
  const subject = put.subject === null || (form.subject !== null && textIn(form.subject) === put.subject);
  return recipients && known && subject;
}

/** How long a site may take to let go of a file, in ms. */
const REMOVE = 10_000;

async function attachAll(
  field: FileField | null,
  files: readonly File[],
  earlier: Set<string>,
  alive: () => boolean,
  attached: (octets: number) => void,
): Promise<PutProblem | undefined> {
  if (!field) return files.length > 0 || earlier.size > 0 ? 'attach' : undefined;
  for (const name of earlier) {
    for (const old of field.list([name]).filter((one) => isSameName(one.name, name))) {
      if (!field.remove(old)) return 'attach';
      const gone = await until(() => !isConnected(old.element) || !alive(), REMOVE);
      if (!gone) return 'attach';
    }
    earlier.delete(name);
  }
  for (const file of files) {
    earlier.add(file.name);
    const problem = await attach(field, file, alive);
    if (problem) return problem;
    attached(file.size);
  }
  return undefined;
}
