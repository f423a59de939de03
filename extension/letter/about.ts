// The blocks of data in a letter, beside its script: who fills them in (desk/letter.ts) and who reads them (blocks.ts) agree here.

/** The languages that a letter speaks. */
export const LANGUAGES = ['en', 'de', 'fr'] as const;
/** One of them. */
export type LetterLanguage = (typeof LANGUAGES)[number];

/** Who the letter says it is from. Nothing in it is protected: whoever has the file can change it. */
export interface About {
  /** May be empty. */
  readonly name: string;
  readonly address: string;
  /** The subject that stands outside of the encryption; empty when it is hidden. */
  readonly subject: string;
  /** The binary certificate that replies are encrypted to, in base64; empty when there is none. */
  readonly certificate: string;
  /** GnuPG opens the message with the password as well. */
  readonly compatible: boolean;
  /** When the browser prefers none of ours. */
  readonly language: LetterLanguage;
}

/** The elements that hold the blocks. */
export const BLOCKS = {
  /** {@link About} as JSON. */
  about: 'about',
  /** The armored message. */
  message: 'message',
  /** The wasm of the engine: gzip in base64. */
  engine: 'engine',
  /** The licences of what the letter contains: gzip in base64. */
  licences: 'licences',
} as const;
