import { html, nothing, type TemplateResult } from 'lit';
import type { MailBody, MailFile, MailView } from 'waxseal-wasm';
import { t } from '../i18n.js';
import { View } from '../view.js';
import './files.js';
import { mailHead } from './headers.js';
import './html-body.js';
import type { GetFile, MailHtml } from './html-body.js';
import { newRoom } from './room.js';
import type { GetSource } from './source.js';
import './source.js';
import { structure } from './structure.js';
import './text-body.js';

/**
 * A whole mail: headers, what a person reads, files, and how it is built. What is said of it is not here: that is
 * drawn outside of this element's rectangle. Fires `part` when a part of it is to be read by itself.
 */
export class WholeMail extends View {
  static override properties = { mail: { attribute: false } };
  declare mail: MailView | undefined;
  getFile: GetFile = async () => undefined;
  getSource: GetSource = async () => undefined;

  /** Files that a body shows, by the body's place: they are no attachments to be listed. */
  #inline = new Map<number, readonly number[]>();

  #room = newRoom();

  constructor() {
    super();
    this.mail = undefined;
  }

  /** All that a person reads in it, as text. */
  get text(): string {
    const bodies = this.querySelectorAll<MailHtml>('wx-mail-html');
    let next = 0;
    return (this.mail?.bodies ?? [])
      .map((body) => (body.kind === 'text' ? body.text : (bodies[next++]?.text ?? body.plain ?? '')))
      .filter((text) => text.trim() !== '')
      .join('\n\n');
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has('mail')) this.#room = newRoom();
  }

  override render(): TemplateResult {
    const { mail } = this;
    if (!mail) return html``;
    const inline = new Set([...this.#inline.values()].flat());
    const files = mail.files.filter((file) => !(file.inline && inline.has(file.id)));
    const archive = archiveName(mail);
    return html`${mailHead(mail.headers)}
      ${mail.bodies.map((body, at) =>
        isBlank(body) ? nothing : html`<div class="mail-part">${this.#body(body, at, mail.files)}</div>`,
      )}
      ${mail.bodies.every(isBlank) ? html`<p class="dim mail-part">${t(files.length > 0 ? 'only_files' : 'empty_message')}</p>` : ''}
      <wx-mail-files .files=${files} .archive=${archive} .getFile=${this.getFile}></wx-mail-files>
      ${structure(
        mail,
        html`<wx-mail-source .mail=${mail} .archive=${archive} .getSource=${this.getSource}></wx-mail-source>`,
      )}`;
  }

  #body(body: MailBody, at: number, files: readonly MailFile[]): TemplateResult {
    if (body.kind === 'text') return html`<wx-mail-text .text=${body.text}></wx-mail-text>`;
    const inline = ({ detail }: CustomEvent<number[]>) => this.change(() => this.#inline.set(at, detail));
    return html`<wx-mail-html
      .markup=${body.html}
      .plain=${body.plain}
      .files=${files}
      .place=${at}
      .getFile=${this.getFile}
      .room=${this.#room}
      @inline=${inline}
    ></wx-mail-html>`;
  }
}

/** Nothing to read: programs and lists put empty texts around files and other texts. */
function isBlank(body: MailBody): boolean {
  return body.kind === 'text' && body.text.trim() === '';
}

/** The subject, as the name of a file: nothing that any system reads as a folder or as a command. */
function archiveName({ headers }: MailView): string {
  const words = (headers.subject ?? '').match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return words.join(' ').slice(0, 60).trim();
}

customElements.define('wx-mail', WholeMail);
