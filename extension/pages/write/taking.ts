// Files on their way into the mail.

import { turn } from '../../desk/turn.js';
import { unreadable } from '../../ui/unreadable.js';
import { type Arriving, type Attachment, checkRoom, pictureType, readFile } from './files.js';
import { Trouble } from './trouble.js';

/** The window, as far as files need it. */
export interface FileHost {
  /** Files that are in the mail. */
  readonly files: () => readonly Attachment[];
  readonly take: (file: Attachment) => void;
  readonly changed: () => void;
  readonly troubled: (error: unknown) => void;
}

/** Reads files, and shows how far that is. */
export class FileTaker {
  #arriving: readonly Arriving[] = [];
  #addresses = new Map<string, string>();
  /** One for each call of `add` that has not ended; whether all of its files could be read. */
  #calls = new Set<Promise<boolean>>();

  constructor(readonly host: FileHost) {}

  /** Files that are being read. */
  get arriving(): readonly Arriving[] {
    return this.#arriving;
  }

  /** Some are. */
  get reads(): boolean {
    return this.#calls.size > 0;
  }

  /** Waits for the files that are being read; whether all of them are in the mail now. */
  async settled(): Promise<boolean> {
    let all = true;
    while (this.reads) {
      all = (await Promise.all(this.#calls)).every((read) => read) && all;
      // Whoever has added a picture puts it into the text now.
      await turn();
    }
    return all;
  }

  /** Reads files into the mail; gives back the pictures among them that can stand in the text. */
  async add(files: readonly File[]): Promise<{ id: string; name: string }[]> {
    const pictures: { id: string; name: string }[] = [];
    const call = this.#addEach(files, pictures);
    this.#calls.add(call);
    await call;
    this.#calls.delete(call);
    return pictures;
  }

  async #addEach(files: readonly File[], pictures: { id: string; name: string }[]): Promise<boolean> {
    try {
      checkRoom(this.host.files(), [...this.#arriving, ...files]);
    } catch (error) {
      this.host.troubled(error);
      return false;
    }
    const lost: string[] = [];
    for (const file of files) {
      const read = await this.#read(file).catch(() => undefined);
      if (read) {
        this.host.take(read);
        if (pictureType(read.data)) pictures.push({ id: read.id, name: read.name });
      } else lost.push(file.name);
    }
    if (lost.length > 0) this.host.troubled(new Trouble(unreadable(lost)));
    return lost.length === 0;
  }

  /** The address of a picture, for as long as the window is open; nothing when its file is not (any more) in the mail. */
  pictureOf(id: string): string | undefined {
    const file = this.host.files().find((one) => one.id === id);
    const type = file && pictureType(file.data);
    if (!file || !type) return undefined;
    const known = this.#addresses.get(id);
    if (known !== undefined) return known;
    const address = URL.createObjectURL(new Blob([file.data], { type }));
    this.#addresses.set(id, address);
    return address;
  }

  async #read(file: File): Promise<Attachment> {
    let entry: Arriving = { name: file.name, size: file.size, done: 0 };
    const show = (arriving: readonly Arriving[]) => {
      this.#arriving = arriving;
      this.host.changed();
    };
    show([...this.#arriving, entry]);
    try {
      return await readFile(file, (done) => {
        const next = { ...entry, done };
        show(this.#arriving.map((one) => (one === entry ? next : one)));
        entry = next;
      });
    } finally {
      show(this.#arriving.filter((one) => one !== entry));
    }
  }
}
