// What goes wrong in this window alone, in words that say what to do about it.

/** Something that the user should know; its message is a text for them. */
export class Trouble extends Error {
  constructor(text: string) {
    super(text);
    this.name = 'Trouble';
  }
}
