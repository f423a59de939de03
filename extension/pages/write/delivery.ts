// The way of a mail into the page: made here, put there, and read back there.

import type { OtherForm } from '../../desk/other-forms.js';
import { wholeOf } from '../../desk/pieces.js';
import type { FormState } from '../../desk/write-channel.js';
import type { PutResult, WriteLink } from '../../desk/write-link.js';
import { copyText } from '../../ui/clipboard.js';
import { saveBytes } from '../../ui/files.js';
import { t } from '../../ui/i18n.js';
import type { Patience } from '../../ui/signing.js';
import { toast } from '../../ui/toast.js';
import { zip } from '../../ui/zip.js';
import { toHtml } from './editor/html.js';
import { contentId, type Made, makeMail, putOf } from './making.js';
import { isCompatible, type Writing } from './writing.js';

/** What the window does at the moment. */
export type Work =
  | { readonly at: 'writing' }
  | { readonly at: 'making' | 'putting'; readonly share: number }
  | {
      readonly at: 'stuck';
      readonly made: Made;
      readonly result: NotPut;
      /** The page shows another form than the window knew, with something in it: the user says whether that may go. */
      readonly taken?: FormState;
    }
  /** With the names of files that go along and were attached in the page. */
  | { readonly at: 'delivered'; readonly files: readonly string[] };

type NotPut = Extract<PutResult, { ok: false }>;

const NO_FORM: NotPut = {
  t: 'put_done',
  ok: false,
  reason: 'no_form',
  there: { text: false, fields: false, files: false },
};

/** One mail on its way. */
export class Delivery {
  #work: Work = { at: 'writing' };
  #waiting = false;
  /** A form that is there now may be another mail's: what stands in it does not go without the user's word. */
  #foreign = false;
  /** The form of this mail holds words that are not in it. */
  #spared = false;
  /** The form that the user has stopped a mail in: what it held then stands there again. */
  #stopped: FormState | undefined;
  #others: readonly OtherForm[] = [];
  #job = new AbortController();
  /** What was made last, until it is there, or not wanted any more. */
  #made: Made | undefined;

  /** `changed` hears whenever what the window shows has changed. */
  constructor(readonly changed: () => void) {}

  get work(): Work {
    return this.#work;
  }

  /** The user has to unlock a key. */
  get waiting(): boolean {
    return this.#waiting;
  }

  /** Forms in other tabs of the site, when there is none where the window was opened from. */
  get others(): readonly OtherForm[] {
    return this.#others;
  }

  /** Waits for files that go along; false when one of them cannot be read, or when it was stopped. */
  async wait(files: Promise<boolean>): Promise<boolean> {
    const { signal } = this.patience();
    this.#show({ at: 'making', share: 0 });
    const stopped = new Promise<false>((resolve) => {
      signal.addEventListener('abort', () => resolve(false), { once: true });
    });
    const there = await Promise.race([files, stopped]);
    this.settle();
    return there;
  }

  /** Makes the mail and puts it into the page; nothing when it was stopped. Throws `Refused`. */
  async run(writing: Writing, password: string | undefined, link: WriteLink | undefined): Promise<void> {
    const editor = writing.editor();
    if (!editor) return;
    const { plan, outgoing: mail, sender, ownKey } = writing;
    const ids = new Set(mail.files.map(({ id }) => id));
    // A step back may have drawn one again whose file was removed.
    const known = (id: string) => (ids.has(id) ? contentId(id) : undefined);
    const { written } = editor;
    const wanted = writing.password.wanted && mail.mode === 'encrypted';
    this.#show({ at: 'making', share: 0 });
    this.#hold(undefined);
    const made = await makeMail({
      composition: mail,
      plan,
      text: editor.text,
      html: written.kind === 'rich' && !editor.isPlain ? toHtml(written.doc, known) : undefined,
      pictures: editor.pictures,
      infos: writing.infos,
      from: sender,
      own: ownKey,
      sign: writing.signs,
      toSelf: writing.toSelf,
      enclose: wanted && writing.password.enclose,
      password: wanted ? password : undefined,
      compatible: isCompatible(writing.password),
      language: writing.password.language,
      onProgress: (share) => this.#show({ at: 'making', share }),
      ...this.patience(),
    });
    this.#hold(made);
    if (made) await this.#put(made, writing, link);
  }

  #hold(made: Made | undefined): void {
    this.#made?.close();
    this.#made = made;
  }

  /** What stands in the page's form is not in this mail: it does not go without the user's word. */
  spare(): void {
    this.#foreign = this.#spared = true;
  }

  /** Puts it there once more, as it was made; `chosen`: the user has chosen the form that the window knows. */
  async again(writing: Writing, link: WriteLink | undefined, chosen: boolean): Promise<void> {
    if (chosen) this.#foreign = this.#spared = false;
    this.#job = new AbortController();
    if (this.#work.at === 'stuck') await this.#put(this.#work.made, writing, link);
  }

  /** The site may have opened its form in another tab or window. */
  async lookAround(link: WriteLink | undefined): Promise<void> {
    const work = this.#work;
    const missing = work.at === 'stuck' && ['no_form', 'page_gone'].includes(work.result.reason);
    const found = missing ? await link?.others().catch(() => []) : [];
    this.#others = found ?? [];
    this.changed();
  }

  /** How jobs of this window wait for a key to be unlocked. */
  patience(): Patience {
    this.#job = new AbortController();
    const onWaiting = (waiting: boolean) => {
      this.#waiting = waiting;
      this.changed();
    };
    return { onWaiting, signal: this.#job.signal };
  }

  /** Ends waiting, making and putting. */
  stop(): void {
    this.#job.abort();
  }

  /** A job has ended in one way or another. */
  settle(): void {
    this.#waiting = false;
    if (this.#work.at === 'making' || this.#work.at === 'putting') this.#work = { at: 'writing' };
    if (this.#work.at !== 'stuck') this.#hold(undefined);
    this.changed();
  }

  /** Back to the text. */
  back(): void {
    this.#hold(undefined);
    this.#show({ at: 'writing' });
  }

  /** What was made, for the user to paste. */
  async copy(): Promise<void> {
    if (this.#work.at === 'stuck') toast(t((await copyText(this.#work.made.text)) ? 'copied' : 'copy_failed'));
  }

  /** The same as a file: a message alone as it is, with files in an archive. */
  async save(): Promise<void> {
    if (this.#work.at === 'stuck') await saved(this.#work.made).catch(() => toast(t('err_crashed')));
  }

  async #put(made: Made, writing: Writing, link: WriteLink | undefined): Promise<void> {
    const { signal } = this.#job;
    this.#waiting = false;
    this.#show({ at: 'putting', share: 0 });
    const stop = () => {
      this.#stopped = writing.form;
      link?.stop();
    };
    signal.addEventListener('abort', stop, { once: true });
    const progress = (share: number) => this.#show({ at: 'putting', share });
    const into = (link: WriteLink, form: FormState) => link.put(putOf(made, form), made.files, progress);
    const { form: known, mail } = writing;
    let result: PutResult = NO_FORM;
    if (link?.connected && known?.found && !this.#foreign) result = await into(link, known);
    if (link && !result.ok && result.reason === 'no_form' && !signal.aborted) {
      const { opens } = link;
      const form = await link.look();
      if (signal.aborted) return;
      // The page that the site has gone to for this answer brings the form with it, and what the site quotes. One that comes
      // later is any mail's.
      const expected = opens && mail.answer !== undefined && !known?.found && !this.#foreign && !link.isFirst;
      const own = form?.own === true && !this.#spared;
      const taken = form?.found && !expected && !own && isTaken(form, this.#stopped) ? form : undefined;
      this.#foreign = !form?.found || taken !== undefined;
      this.#spared &&= this.#foreign;
      if (taken) return this.#show({ at: 'stuck', made, result: NO_FORM, taken });
      result = form?.found ? await into(link, form) : NO_FORM;
    }
    // What was in the page by then is taken back there.
    if (signal.aborted) return;
    this.#show(result.ok ? { at: 'delivered', files: result.files ?? [] } : { at: 'stuck', made, result });
  }

  #show(work: Work): void {
    this.#work = work;
    this.changed();
  }
}

async function saved({ text, files, open }: Made): Promise<void> {
  const octets = new TextEncoder().encode(text);
  if (files.length === 0) return saveBytes(open ? 'signed.asc' : 'encrypted.asc', [octets]);
  const entries = [];
  for (const file of files) entries.push({ name: file.name, octets: await wholeOf(file) });
  saveBytes('mail.zip', await zip([{ name: 'mail.txt', octets }, ...entries]));
}

/** Something would be lost, or go along with a mail that it was not meant for. */
function isTaken({ text, pictures, files, readdressed }: FormState, stopped?: FormState): boolean {
  const same = stopped && bare(text) === bare(stopped.text) && pictures <= stopped.pictures;
  const known = same && files.every((name) => stopped.files.includes(name));
  return readdressed === true || (!known && (text.trim() !== '' || pictures + files.length > 0));
}

/** An editor may have given a text back with other spaces. */
function bare(text: string): string {
  return text.replace(/\s+/g, '');
}
