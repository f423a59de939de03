// The message that is answered: opened in this window, and what it leaves in the mail that is written.

import type { AnswerMode, FormState, OriginalComes, OriginalLost } from '../../desk/write-channel.js';
import type { Original } from '../../desk/write-link.js';
import { t } from '../../ui/i18n.js';
import type { OpenedContent, Subject } from '../reader/opening.js';
import { type Answer, answerTo, forwardedFiles } from './answering.js';
import { split } from './armored.js';
import type { Composition } from './composition.js';
import { withPictures } from './editor/pictures.js';
import { type Attachment, checkRoom } from './files.js';
import { once, sameAddress } from './people.js';
import { hasRoom } from './quoted.js';
import { Trouble } from './trouble.js';
import type { Writing } from './writing.js';

/** The window, as far as answers need it. */
export interface AnswerHost {
  /** Fills something in for the user. */
  readonly fill: (patch: Partial<Composition>) => void;
  readonly changed: () => void;
  readonly troubled: (error: unknown) => void;
}

/** One message that is answered, or none. */
export class Answered {
  #subject: Subject | undefined;
  /** The page is asking the site for it. */
  #coming = false;
  #mode: AnswerMode = 'reply';
  #sender: string | null = null;
  #answer: Answer | undefined;
  /** The page's own answer form has said whom it would go to. */
  #heard = false;
  /** It has had the user in Bcc. */
  #copied = false;
  #ended = false;

  constructor(
    readonly writing: Writing,
    readonly host: AnswerHost,
  ) {}

  /** What is opened; nothing when this is no answer. */
  get subject(): Subject | undefined {
    return this.#subject;
  }

  get mode(): AnswerMode {
    return this.#mode;
  }

  /** What came of it, once it could be read. */
  get answer(): Answer | undefined {
    return this.#answer;
  }

  /** This is an answer, whether its message is there or still on its way. */
  get going(): boolean {
    return this.#coming || this.#subject !== undefined;
  }

  /** No message can be opened (any more). */
  get closed(): boolean {
    return this.#ended || this.going;
  }

  /** Another mail has taken the place of the answer: nothing of the message comes into that one, and it goes to nobody for it. */
  end(): void {
    this.#ended = true;
    this.#coming = false;
    this.#subject = undefined;
    this.#answer = undefined;
    this.host.changed();
  }

  /** The page has given the message, is asking the site for it, or cannot give it any more. */
  async take(original: Original | OriginalComes | OriginalLost): Promise<void> {
    this.#coming = false;
    if ('t' in original) {
      if (original.t === 'original_lost') this.#open({ kind: 'lost', error: original.error }, original.mode);
      else if (!this.closed) this.#expect(original.mode);
      return;
    }
    const { mode, form, sender, source } = original;
    if (form === 'mail') this.#open({ kind: 'mail', source, sender }, mode);
    else this.#open({ kind: 'block', armored: await source.text(), form, sender }, mode);
  }

  #expect(mode: AnswerMode): void {
    this.#coming = true;
    this.#draw(mode);
  }

  /** The page has gone, and the message with it if it was still to come. */
  left(): void {
    this.#coming = false;
    this.host.changed();
  }

  /** The page's own form quotes it in armor. */
  takeArmor(text: string): void {
    const { armored } = split(text);
    if (armored !== undefined) this.#open({ kind: 'block', armored, form: 'message', sender: null }, 'reply');
  }

  #open(subject: Exclude<Subject, { kind: 'keys' }>, mode: AnswerMode): void {
    if (this.closed) return;
    this.#subject = subject;
    this.#sender = 'sender' in subject ? subject.sender : null;
    this.#draw(mode);
  }

  #draw(mode: AnswerMode): void {
    this.#mode = mode;
    // What draws and opens messages is needed for answers only.
    void import('../reader/opening.js').then(() => this.host.changed());
    this.host.changed();
  }

  /** It could be read. */
  async opened({ content, getFile }: OpenedContent): Promise<void> {
    const { writing, host } = this;
    const subject = this.#subject;
    if (!subject || this.#answer) return;
    const own = writing.senders.map(({ address }) => address);
    const answer = await answerTo(content, getFile, this.#mode, this.#sender, own);
    if (this.#answer || this.#subject !== subject) return;
    this.#answer = answer;
    if (answer.secret) writing.editor()?.hold();
    // Beside whom the user has added meanwhile, and not for a subject of theirs.
    const and = (field: 'to' | 'cc') => once([...(answer[field] ?? []), ...writing.added(field)]);
    const { titled } = writing;
    host.fill({
      answer: { mode: this.#mode, secret: answer.secret },
      ...(answer.to && { to: and('to'), cc: and('cc') }),
      ...(answer.subject !== undefined && !titled && { subject: answer.subject, secretSubject: answer.hidden }),
      ...(answer.hidden && { hidden: true }),
    });
    if (writing.form) this.formIs(writing.form);
    if (this.#mode === 'forward') {
      try {
        const files = await forwardedFiles(content, getFile, answer.pictures, writing.mail.files);
        if (this.#subject !== subject) return;
        // More may have been chosen meanwhile.
        checkRoom(writing.mail.files, files.map(sized));
        host.fill({ files: [...writing.mail.files, ...files] });
      } catch (error) {
        if (this.#subject !== subject) return;
        host.troubled(error);
      }
    }
    if (!answer.doubtful) this.quote();
  }

  /** An answer to a message without headers of its own goes where the page's own answer would go: to its sender, if one is known. */
  formIs(form: FormState): void {
    const { mail } = this.writing;
    const none = mail.to.length + mail.cc.length === 0;
    if (this.#mode !== 'forward' && none && this.#answer?.to === undefined) {
      this.host.fill({ to: once(form.to), cc: once(form.cc) });
    }
    this.#copyIn(form);
    this.#othersIn(form);
    if (mail.subject === '' && this.#answer?.subject === undefined) this.host.fill({ subject: form.subject ?? '' });
  }

  /** Sites put the user into Bcc, to have a copy: that is taken over, once. Of nobody else is the page's word taken. */
  #copyIn(form: FormState): void {
    const { senders, mail, addresses } = this.writing;
    const own = senders.filter(({ key }) => key);
    const copies = form.bcc.filter((one) => own.some(({ address }) => sameAddress(address, one)));
    if (this.#copied || copies.length === 0) return;
    this.#copied = true;
    this.host.fill({ bcc: [...mail.bcc, ...once(copies, addresses)] });
  }

  /**
   * Of whom the page's form names beside the sender, those that an answer to all goes to. Without the sender among them, and in
   * an answer to the sender, they are where a `Reply-To` leads: it is asked about, as one in a whole mail is.
   */
  #othersIn(form: FormState): void {
    const answer = this.#answer;
    const [sender] = answer?.bySite ? (answer.to ?? []) : [];
    if (!answer || sender === undefined || this.#heard || form.to.length + form.cc.length === 0) return;
    this.#heard = true;
    const other = (list: readonly string[]) => once(list).filter((one) => !sameAddress(one, sender));
    const elsewhere = other(form.to);
    const all = this.#mode === 'reply_all';
    const named = elsewhere.length < once(form.to).length;
    const cc = all ? other([...(named ? form.to : []), ...form.cc]) : [];
    if (cc.length > 0 && this.writing.mail.cc.length === 0) this.host.fill({ cc });
    if (!all || !named) this.#answer = { ...answer, otherwise: elsewhere };
  }

  /** Puts its text into the mail. */
  quote(): void {
    const answer = this.#answer;
    if (!answer) return;
    // Before their text: it is drawn with them.
    const pictures = this.#mode === 'forward' ? [] : [...answer.pictures.values()];
    const room = hasRoom(this.writing.mail.files, pictures.map(sized));
    if (room && pictures.length > 0) this.host.fill({ files: [...this.writing.mail.files, ...pictures] });
    const files = new Set(this.writing.mail.files.map(({ id }) => id));
    this.writing.editor()?.add(answer.blocks.map((block) => withPictures(block, files)));
    const left = !room || (answer.picturesLeft && this.#mode !== 'forward');
    if (answer.cut) this.host.troubled(new Trouble(t('quote_cut')));
    else if (left) this.host.troubled(new Trouble(t('quote_pictures_left')));
    this.#answer = { ...answer, doubtful: false, blocks: [], pictures: new Map() };
    this.host.changed();
  }

  /** The user has said where the answer goes. */
  settled(): void {
    if (this.#answer) this.#answer = { ...this.#answer, otherwise: [] };
    this.host.changed();
  }
}

function sized({ data }: Attachment): { size: number } {
  return { size: data.length };
}
