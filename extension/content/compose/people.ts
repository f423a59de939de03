// Whether the user changes the recipients in the page's own form while a window is open: who was taken out there must not come
// back without their word, and who was added must not go.
//
// A site changes them by itself as well (it makes a chip of an address, it fills in an answer), and nobody is asked for that. So
// both must be, as with the text (`typed.ts`): others stand there, and there was a sign of the user in the page. Where their
// fields and the buttons beside them are is not known; so any place of it counts.

import type { Put } from '../../desk/write-channel.js';
import type { ComposeForm } from '../sites/index.js';
import { sameAddresses } from './fields.js';
import { documentsOf } from './spot.js';

export const RECIPIENTS = ['to', 'cc', 'bcc'] as const;

/** How users change a list: they type, or press what takes somebody out. */
const SIGNS = ['keydown', 'beforeinput', 'paste', 'drop', 'pointerdown'] as const;

const COUNTS = new WeakMap<Document, number>();

/** Lists of addresses; `null` where none is meant. */
export type People = Pick<Put, (typeof RECIPIENTS)[number]>;

/** Who stands in a form at this moment; nobody minds if they are replaced. */
export class KnownPeople {
  readonly #people: People;
  readonly #count: number;

  constructor(form: ComposeForm) {
    for (const doc of documentsOf(form.body)) watch(doc);
    const read = (name: keyof People) => form[name]?.read() ?? [];
    this.#people = { to: read('to'), cc: read('cc'), bcc: read('bcc') };
    this.#count = countOf(form);
  }

  /** The same stand there, or whom the site alone has put there. */
  isLike(form: ComposeForm): boolean {
    return this.#count === countOf(form) || holdsPeople(form, this.#people);
  }
}

/** Whether these stand in the form, and nobody else. */
export function holdsPeople(form: ComposeForm, people: People): boolean {
  return RECIPIENTS.every((name) => {
    const wanted = people[name];
    return !wanted || sameAddresses(form[name]?.read() ?? [], wanted);
  });
}

function countOf({ body }: ComposeForm): number {
  return documentsOf(body).reduce((sum, doc) => sum + (COUNTS.get(doc) ?? 0), 0);
}

function watch(doc: Document): void {
  if (COUNTS.has(doc)) return;
  COUNTS.set(doc, 0);
  const heard = ({ isTrusted }: Event) => {
    if (isTrusted) COUNTS.set(doc, (COUNTS.get(doc) ?? 0) + 1);
  };
  // Before the site does, which may take the event for itself.
  for (const sign of SIGNS) doc.addEventListener(sign, heard, true);
}
