import { html, nothing, type TemplateResult } from 'lit';
import type { Draft } from '../../desk/drafts.js';
import type { OtherForm } from '../../desk/other-forms.js';
import type { FormState } from '../../desk/write-channel.js';
import { WriteLink } from '../../desk/write-link.js';
import type { ChoiceDialog } from '../../ui/components/choice-dialog.js';
import '../../ui/components/choice-dialog.js';
import { failure, head, working } from '../../ui/components/parts.js';
import type { PassphraseField } from '../../ui/components/passphrase.js';
import type { Recipients } from '../../ui/components/recipients.js';
import { catchDrops } from '../../ui/drops.js';
import { speak, t } from '../../ui/i18n.js';
import { silent } from '../../ui/photo/photo.js';
import { standFirst } from '../../ui/standing.js';
import { toast } from '../../ui/toast.js';
import { asRefused, expect, type Refused } from '../../ui/vault.js';
import { View } from '../../ui/view.js';
import type { OpenedContent } from '../reader/opening.js';
import { Answered } from './answered.js';
import type { Composition } from './composition.js';
import { Delivery } from './delivery.js';
import type { Editor } from './editor/editor.js';
import './editor/editor.js';
import type { Attachment } from './files.js';
import { filesPart } from './files-part.js';
import { footerPart } from './footer.js';
import { headsPart } from './heads-part.js';
import { Keeper } from './keeper.js';
import { LeftDrafts } from './left-drafts.js';
import { doubtPart, originalPart, pagePart, signedPart } from './notices.js';
import { optionsPart } from './options-part.js';
import { delivered, stuck, type Ways } from './outcome.js';
import { PageText } from './page-text.js';
import { draftsPart } from './parts.js';
import { hostOf } from './people.js';
import { isTyping, type PeopleField } from './people-part.js';
import { askClose, askDelete, askPlain, askReplace } from './questions.js';
import { shortcut } from './shortcut.js';
import { FileTaker } from './taking.js';
import { Trouble } from './trouble.js';
import { Writing } from './writing.js';

/** What has the focus when a draft has gone from the list. */
const DRAFTS = '.drafts button, .delivered-drafts > summary, wx-editor';

/** The window in which a mail is written. */
class WritePage extends View {
  readonly #writing = new Writing(() => this.querySelector<Editor>('wx-editor'));
  #link: WriteLink | undefined;
  #keeper: Keeper | undefined;
  #host = '';
  #refused: Refused | undefined;
  #known = false;
  #trouble = '';
  #waited = false;
  readonly #delivery = new Delivery(() => this.requestUpdate());
  readonly #taker = new FileTaker({
    files: () => this.#writing.mail.files,
    take: (file) => this.#set({ files: [...this.#writing.mail.files, file] }),
    changed: () => this.requestUpdate(),
    troubled: (error) => this.#troubled(error),
  });
  readonly #answered = new Answered(this.#writing, {
    fill: (patch) => this.#fill(patch),
    changed: () => this.requestUpdate(),
    troubled: (error) => this.#troubled(error),
  });
  readonly #left = new LeftDrafts();
  /** The mail is in the webmail, and this moment its draft is told so. */
  #marking: Promise<unknown> | undefined;
  /** The user has just taken out of pictures what they tell. */
  #silenced = false;
  /** Folded away until they are wanted. */
  #more: ReadonlySet<PeopleField> = new Set();
  readonly #page = new PageText(
    () => this.#editor,
    this.#delivery,
    (why) => this.#troubled(new Trouble(t(why))),
  );

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('beforeunload', (event) => {
      const keeper = this.#keeper;
      if (!keeper?.touched || keeper.ended) return;
      keeper.flush();
      if (keeper.state.state !== 'kept' || !keeper.safe) event.preventDefault();
    });
    catchDrops((files) => void this.#addFiles(files));
    addEventListener('keydown', (event) => shortcut(event, this.querySelector('form'), this.#editor));
    void this.#connect();
  }

  async #connect(): Promise<void> {
    try {
      const ticket = location.hash.slice(1);
      const { target } = await expect('view', { kind: 'claim_view', ticket });
      this.#host = hostOf(target.origin);
      this.#keeper = new Keeper(
        this.#host,
        () => this.#writing.content,
        () => this.requestUpdate(),
      );
      this.#link = new WriteLink(target, ticket, {
        onForm: (form) => this.#formIs(form),
        onOriginal: (original) => void this.#answered.take(original),
        onGone: () => this.#answered.left(),
      });
      await this.#left.look();
      await this.refresh();
      this.change(() => (this.#known = true));
      await this.updateComplete;
      this.#begin();
      // Only now there is an editor to say what is in it.
      this.requestUpdate();
    } catch (error) {
      this.change(() => (this.#refused = asRefused(error)));
    }
  }

  /** The first field that is empty has the focus. */
  #begin(): void {
    const editor = this.#editor;
    if (!editor) return;
    editor.take = (files) => this.#addFiles(files);
    editor.picture = (file) => this.#taker.pictureOf(file);
    this.#takePageText();
    if (this.#writing.mail.to.length === 0) this.querySelector<Recipients>('wx-recipients')?.focus();
    else if (this.#writing.mail.subject === '') this.querySelector<HTMLInputElement>('#subject')?.focus();
    else editor.focus();
  }

  get #editor(): Editor | null {
    return this.querySelector<Editor>('wx-editor');
  }

  get #kept(): boolean {
    return this.#keeper?.state.state === 'kept';
  }

  protected override async refresh(): Promise<void> {
    await this.#writing.refresh();
    if (this.#keeper) this.#keeper.key = this.#writing.ownKey;
    this.requestUpdate();
  }

  /** What the page's form holds: it fills in what the user has not written here. */
  #formIs(form: FormState): void {
    this.#writing.form = form;
    this.requestUpdate();
    // One that comes up while a mail looks for its place may be another mail's.
    if (this.#delivery.work.at === 'writing') {
      if (form.found && this.#answered.going) this.#answered.formIs(form);
      else if (form.found && !this.#page.taken) this.#fill(this.#writing.missing(form));
    }
    if (this.#known) this.#takePageText();
  }

  #takePageText(): void {
    if (!this.#answered.going) this.#page.take(this.#writing.form);
  }

  async #opened(content: OpenedContent): Promise<void> {
    const first = !this.#answered.answer;
    await this.#attempt(() => this.#answered.opened(content));
    await this.updateComplete;
    if (!first || !this.#answered.subject || isTyping(this)) return;
    if (this.#writing.mail.to.length > 0) this.#editor?.focus();
    else this.querySelector<Recipients>('wx-recipients')?.focus();
  }

  /** The user changes something: it is kept, and the vault is asked about new addresses. */
  #set(patch: Partial<Composition>): void {
    this.#writing.chosen(patch);
    this.#fill(patch);
    this.#keeper?.changed();
  }

  /** The same for what is filled in for the user: before they write, there is nothing to be kept. */
  #fill(patch: Partial<Composition>): void {
    const writing = this.#writing;
    const people = patch.to ?? patch.cc ?? patch.bcc;
    this.change(() => (writing.mail = { ...writing.mail, ...patch }));
    if (people || patch.from || patch.signer) void this.attempt(() => this.refresh(), { quiet: true });
    this.#filled();
  }

  /** What comes in beside that which the user has written is kept with it. */
  #filled(): void {
    if (this.#keeper?.touched) this.#keeper.changed();
  }

  /** Runs a job of the user's; what goes wrong is shown beside the button. */
  #attempt(job: () => Promise<unknown>): Promise<boolean> {
    this.#trouble = '';
    return this.attempt(async () => {
      try {
        await job();
      } catch (error) {
        if (!(error instanceof Trouble)) throw error;
        this.#troubled(error);
      }
    });
  }

  #troubled(error: unknown): undefined {
    this.change(() => (this.#trouble = error instanceof Trouble ? error.message : t('err_crashed')));
  }

  /** Takes files into the mail; gives back the pictures that can stand in the text. */
  async #addFiles(files: readonly File[]): Promise<{ id: string; name: string }[]> {
    if (!this.#known || this.#delivery.work.at !== 'writing') {
      if (files.length > 0) toast(t('files_not_now'));
      return [];
    }
    this.change(() => ([this.#trouble, this.#silenced] = ['', false]));
    return this.#taker.add(files);
  }

  #removeFile({ id }: Attachment): void {
    this.#editor?.removePicture(id);
    this.#silenced = false;
    this.#set({ files: this.#writing.mail.files.filter((one) => one.id !== id) });
    this.focusOn('.attach');
  }

  /** Pictures go on as they look, without what else they tell. */
  #silence(pictures: readonly Attachment[]): void {
    const ids = new Set(pictures.map(({ id }) => id));
    const { files } = this.#writing.mail;
    this.#set({ files: files.map((one) => (ids.has(one.id) ? { ...one, data: silent(one.data) ?? one.data } : one)) });
    this.#silenced = true;
    this.focusOn(`[data-file="${pictures[0]?.id}"] .remove`);
  }

  #showField(field: PeopleField): void {
    this.change(() => (this.#more = new Set([...this.#more, field])));
    this.focusOn(`#${field}`);
  }

  #quote(): void {
    this.#answered.quote();
    this.#editor?.focus();
  }

  #settleTo(to: readonly string[]): void {
    this.#set({ to });
    this.#answered.settled();
    this.#editor?.focus();
  }

  #encryptInstead(): void {
    this.#set({ mode: 'encrypted' });
    this.focusOn('input[name=mode]:checked');
  }

  /** Text and files of an encrypted message leave a mail that everybody can read. */
  #removeSecret(): void {
    this.#set(this.#writing.withoutSecret());
    // What may be left is to be looked through.
    this.#editor?.focus();
  }

  #openQuoted(): void {
    this.#answered.takeArmor(this.#writing.form?.text ?? '');
    this.focusOn('.original > summary');
  }

  get #dialog(): ChoiceDialog | null {
    return this.querySelector<ChoiceDialog>('wx-choice');
  }

  async #plainWanted(): Promise<void> {
    if (await askPlain(this.#dialog)) this.#editor?.switchTo('plain');
  }

  async #continue({ id }: Draft): Promise<void> {
    if ((this.#keeper?.touched || this.#page.unkept) && !(await askReplace(this.#dialog))) return;
    // What is being made meanwhile needs the window's patience, and its own draft.
    if (this.busy) return;
    let goes = false;
    await this.#attempt(async () => {
      const draft = await this.#left.open(id, this.#delivery.patience());
      if (!draft) return;
      // Files that are still being read belong to what is replaced.
      await this.#taker.settled();
      // In the page the draft will take the place of what was typed there.
      if (this.#page.unkept) this.#keeper?.changed();
      await this.#keeper?.adopt(draft);
      this.#page.replaced(this.#answered.going);
      this.#answered.end();
      this.#writing.goOn(draft);
      goes = true;
      await this.refresh();
      if (draft.lost.length > 0) this.#troubled(new Trouble(t('draft_files_lost', draft.lost.join(', '))));
    });
    this.#delivery.settle();
    this.focusOn(goes ? 'wx-editor' : DRAFTS);
  }

  async #deleteDraft({ id }: Draft): Promise<void> {
    if (!(await askDelete(this.#dialog))) return;
    await this.#attempt(() => this.#left.delete(id));
    // There may be room for this one now.
    this.#keeper?.flush();
    this.focusOn(DRAFTS);
  }

  async #encrypt(event: Event): Promise<void> {
    // Other forms are in it: of a link, of the password of the message that is answered.
    if (event.target !== event.currentTarget) return;
    event.preventDefault();
    for (const field of this.querySelectorAll<Recipients>('wx-recipients')) field.commit();
    await this.updateComplete;
    const writing = this.#writing;
    // The last address may have been typed this moment.
    if (writing.checking) await this.attempt(() => this.refresh(), { quiet: true });
    if (this.busy || !(await this.#filesAreThere()) || this.busy) return;
    const { obstacle } = writing;
    if (obstacle) {
      if (obstacle.field) this.querySelector<HTMLElement>(obstacle.field)?.focus();
      return;
    }
    const field = this.querySelector<PassphraseField>('.with-password wx-passphrase');
    if (writing.password.wanted && writing.mail.mode === 'encrypted' && !field?.value) {
      this.change(() => (this.#trouble = t('why_password')));
      field?.focus();
      return;
    }
    if (!this.#page.isSeen()) return;
    await this.#attempt(() => this.#delivery.run(writing, field?.value, this.#link));
    await this.#settle();
  }

  /** Who encrypts has chosen the files that are still being read; one that cannot be read is said to be so. */
  async #filesAreThere(): Promise<boolean> {
    let there = !this.#taker.reads;
    if (there) return true;
    await this.#attempt(async () => {
      there = await this.#delivery.wait(this.#taker.settled());
    });
    return there;
  }

  /** The mail is in the page, or it is not; or it was stopped. */
  async #settle(): Promise<void> {
    this.#delivery.settle();
    const { at } = this.#delivery.work;
    this.focusOn({ delivered: '.outcome .primary', stuck: '#again' }[at as string] ?? 'button[type=submit]');
    if (at === 'delivered') {
      this.#marking = this.#keeper?.deliver();
      await this.#marking;
      this.change(() => (this.#marking = undefined));
    }
    await this.#delivery.lookAround(this.#link);
  }

  /** Once more; into the form of another tab, if one is given, or else into that which was `chosen` here. */
  async #again(chosen: boolean, other?: OtherForm): Promise<void> {
    // Pressed twice: the way to the other form is still being made.
    if (this.busy) return;
    await this.#attempt(async () => {
      if (other) await this.#link?.moveTo(other);
      await this.#delivery.again(this.#writing, this.#link, chosen);
    });
    await this.#settle();
  }

  #unlock(): void {
    const own = this.#writing.ownKey;
    this.press(() => expect('done', { kind: 'request_unlock', keys: own ? [own.fingerprint] : [] }));
  }

  async #close(): Promise<void> {
    const keeping = this.#keeper?.state.state;
    if (this.#keeper?.touched) {
      const answer = await askClose(this.#dialog, keeping === 'kept' || keeping === 'nothing');
      if (answer === 'stay') return;
      if (answer === 'delete') await this.#keeper?.end();
      else if (!(await this.#keeper?.keep())) return;
    } else await this.#keeper?.end();
    window.close();
  }

  /** The window goes, unless the text is in it and nowhere else. */
  async #done(): Promise<void> {
    await this.#link?.show().catch(() => undefined);
    // A draft that is not marked yet would be offered as one that was left behind.
    await this.#marking;
    if (!this.#kept) return;
    this.#link?.close();
    window.close();
  }

  /** The way to unlock a key has the focus as soon as it is there. */
  override updated(): void {
    const { waiting } = this.#delivery;
    if (waiting && !this.#waited) this.querySelector<HTMLElement>('#unlock')?.focus();
    this.#waited = waiting;
  }

  override render(): TemplateResult {
    return html`${head('write_title', html`<p class="dim small head-host"><bdi>${this.#host}</bdi></p>`)}
      <main>${this.#body()}</main>
      <wx-choice></wx-choice>`;
  }

  #body(): TemplateResult {
    if (this.#refused) return html`${failure(this.#refused)}`;
    if (!this.#known) return html`${working(t('write_connecting'))}`;
    const { at } = this.#delivery.work;
    const outside = at === 'delivered' || at === 'stuck';
    return html`${outside ? this.#outcome() : nothing} ${this.#form(outside)}`;
  }

  #outcome(): TemplateResult {
    const { work } = this.#delivery;
    const ways: Ways = {
      again: () => void this.#again(false),
      into: (form) => void this.#again(true, form),
      copy: () => void this.#delivery.copy(),
      save: () => void this.#delivery.save(),
      back: () => {
        this.#delivery.back();
        this.focusOn(work.at === 'delivered' ? 'wx-editor' : 'button[type=submit]');
      },
      done: () => void this.#done(),
      close: () => void this.#close(),
    };
    if (work.at === 'stuck') return stuck(work, this.#host, this.#delivery.others, ways);
    const files = work.at === 'delivered' ? work.files : [];
    const stays = this.#marking ? undefined : this.#kept;
    return delivered(this.#host, this.#writing.mail.mode === 'signed', files, stays, ways);
  }

  #form(hidden: boolean): TemplateResult {
    const writing = this.#writing;
    const { mail, plan, outgoing } = writing;
    const idle = !this.busy;
    return html`<form novalidate ?hidden=${hidden} @submit=${this.#encrypt} aria-busy=${idle ? 'false' : 'true'}>
      <div class="parts" ?inert=${!idle}>
        ${draftsPart(this.#left, {
          go: (draft) => void this.#continue(draft),
          drop: (draft) => void this.#deleteDraft(draft),
          look: () => void this.#attempt(() => this.#left.look()).then(() => this.focusOn(DRAFTS)),
        })}
        ${originalPart(this.#answered, (content) => void this.#opened(content))}
        ${headsPart(writing, this.#answered.answer, this.#more, {
          set: (patch) => this.#set(patch),
          show: (field) => this.#showField(field),
          settle: (to) => this.#settleTo(to),
        })}
        ${pagePart(writing, plan, this.#host, this.#answered.closed ? undefined : () => this.#openQuoted())}
        ${doubtPart(this.#answered.answer, () => this.#quote())}
        <wx-editor
          .label=${t('text')}
          .spelling=${writing.spelling}
          @changed=${() => this.change(() => this.#keeper?.changed())}
          @filled=${() => this.change(() => this.#filled())}
          @plain=${() => void this.#plainWanted()}
        ></wx-editor>
        ${filesPart(outgoing.files, this.#taker.arriving, {
          add: (files) => void this.#addFiles(files),
          remove: (file) => this.#removeFile(file),
          silence: (files) => this.#silence(files),
          silenced: this.#silenced,
        })}
        ${optionsPart(writing, {
          set: (patch) => this.#set(patch),
          password: (choice) => this.change(() => (writing.password = choice)),
        })}
        ${
          mail.mode === 'signed'
            ? signedPart(
                writing,
                () => this.#encryptInstead(),
                () => this.#removeSecret(),
              )
            : nothing
        }
      </div>
      ${footerPart(
        writing,
        {
          busy: this.busy,
          delivery: this.#delivery,
          keeping: this.#keeper?.state ?? { state: 'nothing' },
          failed: this.failure,
          trouble: this.#trouble,
        },
        { unlock: () => this.#unlock(), close: () => void this.#close() },
      )}
    </form>`;
  }
}

standFirst();
customElements.define('wx-write-page', WritePage);
speak('write_title');
