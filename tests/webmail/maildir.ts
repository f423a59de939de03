import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** One account's mail on disk, as the mail server keeps it. */
export class Maildir {
  static #put = 0;

  /**
   * @param folder the `Maildir` itself
   * @param owner user and group of new files, when the server runs as somebody else
   */
  constructor(
    readonly folder: string,
    readonly owner?: { uid: number; gid: number },
  ) {}

  /**
   * The raw messages of a mailbox (`''` is the inbox, `Sent`, `Drafts`), oldest first, CRLF as LF; without those that
   * {@link names} named.
   */
  messages(mailbox = '', without: ReadonlySet<string> = new Set()): string[] {
    const wanted = this.#files(mailbox).filter((file) => !without.has(nameOf(file)));
    const files = wanted.map((file) => ({ file, time: fs.statSync(file).mtimeMs }));
    files.sort((a, b) => a.time - b.time || a.file.localeCompare(b.file));
    return files.map(({ file }) => fs.readFileSync(file, 'utf8').replaceAll('\r\n', '\n'));
  }

  /** What the messages of a mailbox are called, now. */
  names(mailbox = ''): ReadonlySet<string> {
    return new Set(this.#files(mailbox).map(nameOf));
  }

  /** Puts a raw message into the inbox, unread, past SMTP. */
  put(message: string): void {
    this.#ensure();
    // Dovecot sorts those of one second by the number behind the M.
    const name = `${Math.floor(Date.now() / 1000)}.M${++Maildir.#put}P${crypto.randomUUID()}.test`;
    const fresh = path.join(this.folder, 'tmp', name);
    fs.writeFileSync(fresh, message.replace(/\r?\n/g, '\r\n'));
    this.#give(fresh);
    fs.renameSync(fresh, path.join(this.folder, 'new', name));
  }

  /** Removes all messages from all mailboxes; the server notices at its next look. */
  empty(): void {
    const boxes = fs.existsSync(this.folder) ? fs.readdirSync(this.folder).filter((name) => /^\.\w/.test(name)) : [];
    for (const box of ['', ...boxes.map((name) => name.slice(1))]) {
      for (const file of this.#files(box)) fs.rmSync(file);
    }
  }

  #files(mailbox: string): string[] {
    const base = mailbox ? path.join(this.folder, `.${mailbox}`) : this.folder;
    return ['new', 'cur'].flatMap((part) => {
      const folder = path.join(base, part);
      return fs.existsSync(folder) ? fs.readdirSync(folder).map((name) => path.join(folder, name)) : [];
    });
  }

  #ensure(): void {
    for (const part of ['', 'tmp', 'new', 'cur']) {
      const folder = path.join(this.folder, part);
      if (fs.existsSync(folder)) continue;
      fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
      this.#give(folder);
      if (!part) this.#give(path.dirname(folder));
    }
  }

  #give(file: string): void {
    if (this.owner) fs.chownSync(file, this.owner.uid, this.owner.gid);
  }
}

/** The part of a file's name that stays when the message is read or moved from `new` to `cur`. */
const nameOf = (file: string): string => path.basename(file).split(':')[0] ?? '';
