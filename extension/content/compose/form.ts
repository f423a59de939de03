// The page's compose form: its state for the window, and filling it in. What was written is read again before anybody is
// told that it is there.

import type { FormState, Put, PutProblem } from '../../desk/write-channel.js';
import { isConnected } from '../dom.js';
import { contentOf, holdsAll, replaceAll } from '../insert/replace.js';
import { MAX_TEXT } from '../limits.js';
import type { ComposeForm, FileField, RecipientField } from '../sites/index.js';
import { sameAddresses, textIn, typeInto } from './fields.js';
import { attach, holdsFiles, isSameName } from './files.js';
import { until } from './wait.js';

/** Names of files that are told: the user is warned of them, and that needs no endless list. */
const MAX_NAMES = 100;
const MAX_NAME = 255;
/** UTF-16 units of a subject that are told. A longer one is cut, and the user sees it. */
const MAX_SUBJECT = 1_000;
const MAX_ENTRY = 1_000;
const MAX_ENTRIES = 100;

/** What the window is told; without a form that there is none. */
export function stateOf(form: ComposeForm | null, site: string, self: string | null): FormState & { files: string[] } {
  const read = (field: RecipientField | null | undefined) =>
    (field?.read() ?? []).filter((entry) => entry.length <= MAX_ENTRY).slice(0, MAX_ENTRIES);
  return {
    t: 'form',
    found: form !== null,
    to: read(form?.to),
    cc: read(form?.cc),
    bcc: read(form?.bcc),
    subject: form?.subject ? textIn(form.subject).slice(0, MAX_SUBJECT) : '',
    text: form ? contentOf(form.body).slice(0, MAX_TEXT) : '',
    self,
    fields: form?.subject != null && form.to !== null,
    attach: form?.files != null,
    max_file: form?.files?.max ?? null,
    site,
    files: (form?.files?.list([]) ?? []).slice(0, MAX_NAMES).map(({ name }) => name.slice(0, MAX_NAME)),
  };
}

/** What became of a `put`. */
export interface Filled {
  readonly reason: PutProblem | undefined;
  readonly there: { readonly text: boolean; readonly fields: boolean; readonly files: boolean };
}

/** How long a site may take until a field shows what was written into it, in ms. */
const FIELD = 3_000;

/**
 * Fills in the form. `earlier` are names of files that were put there before for the same mail: an older version must
 * not stay beside the new one. `attached` is called with the octets of each file that is there.
 */
export async function fill(
  form: ComposeForm,
  put: Put,
  files: readonly File[],
  earlier: Set<string>,
  attached: (octets: number) => void,
): Promise<Filled> {
  const alive = () => isConnected(form.body);
  const text = await replaceAll(form.body, put.text);
  if (text) return ended(text === 'gone' ? 'no_form' : 'mangled', form, put, files);
  const written = await writeFields(form, put);
  const problem = await attachAll(form.files, files, earlier, alive, attached);
  if (!alive()) return ended('no_form', form, put, files);
  return ended(problem ?? (written ? undefined : 'fields'), form, put, files);
}

/** What stands in the form in the end: a site may have redrawn it meanwhile. */
function ended(reason: PutProblem | undefined, form: ComposeForm, put: Put, files: readonly File[]): Filled {
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

async function writeFields(form: ComposeForm, put: Put): Promise<boolean> {
  for (const name of RECIPIENTS) {
    const wanted = put[name];
    const field = form[name];
    if (!wanted || !field || sameAddresses(field.read(), wanted)) continue;
    await field.write(wanted);
    await until(() => sameAddresses(field.read(), wanted), FIELD);
  }
  if (put.subject !== null && form.subject && textIn(form.subject) !== put.subject) {
    typeInto(form.subject, put.subject);
  }
  return until(() => holdsFields(form, put), FIELD);
}

function holdsFields(form: ComposeForm, put: Put): boolean {
  const recipients = RECIPIENTS.every((name) => {
    const wanted = put[name];
    return !wanted || sameAddresses(form[name]?.read() ?? [], wanted);
  });
  const subject = put.subject === null || (form.subject !== null && textIn(form.subject) === put.subject);
  return recipients && subject;
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
