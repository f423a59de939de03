// What is made of a mail, and how it travels: chosen by what is in it, unless the user chose.

import type { MailForm } from 'waxseal-wasm';
import type { TextKey } from '../../ui/i18n.js';
import type { Composition } from './composition.js';
import { sizeOf } from './files.js';

/** Octets of armor that stand in the text of a mail. Of more, rich editors of webmails take seconds, and their servers cut some. */
const MAX_IN_TEXT = 64 * 1024;
/** What base64 makes of three octets is four characters, and a line end after each line. */
const BASE64 = 1.37;
/** Octets of headers, packets and signatures around it all. */
const AROUND = 6_000;

/** Octets of files whose armored message has so many characters. */
export function filesIn(armored: number): number {
  return Math.floor((armored - AROUND) / BASE64 ** 2);
}

/** What stands outside in the place of a subject that is hidden (RFC 9788, 3.2.1). */
export const OUTER_SUBJECT = '[...]';

/** What will be made. */
export interface Plan {
  readonly form: MailForm;
  /** Others cannot read the subject. */
  readonly hidden: boolean;
  /** Where it stands in the webmail's own mail. */
  readonly way: 'text' | 'file' | 'letter';
  /** Why there. */
  readonly why: TextKey;
}

/** What a plan is made from besides the composition. */
export interface Facts {
  /** Plain text says all of it. */
  readonly plain: boolean;
  /** Characters of the text. */
  readonly length: number;
  /** The own key goes along as a file. */
  readonly enclosed: boolean;
  /** It goes as a page that opens with the password. */
  readonly letter: boolean;
  /** The site takes files from Waxseal. */
  readonly attach: boolean;
}

/** Octets of the armored message, about. */
export function armoredSize({ files }: Pick<Composition, 'files'>, length: number): number {
  return (length * 3 + sizeOf(files) * BASE64) * BASE64 + AROUND;
}

/** Decides. */
export function planOf(composition: Composition, facts: Facts): Plan {
  const { mode, travel, files } = composition;
  if (mode === 'signed') return { form: 'signed', hidden: false, way: 'text', why: 'travel_why_signed' };
  const whole = files.length > 0 || !facts.plain || facts.enclosed || travel === 'file' || facts.letter;
  const hidden = composition.hidden ?? whole;
  const form = whole || hidden ? 'entity' : 'text';
  return { form, hidden, ...wayOf(composition, facts, form) };
}

function wayOf(composition: Composition, facts: Facts, form: MailForm): Pick<Plan, 'way' | 'why'> {
  if (facts.letter) return { way: 'letter', why: 'travel_why_letter' };
  if (composition.travel === 'text') return { way: 'text', why: 'travel_why_chosen_text' };
  if (composition.travel === 'file') return { way: 'file', why: 'travel_why_chosen_file' };
  if (armoredSize(composition, facts.length) > MAX_IN_TEXT) {
    return facts.attach ? { way: 'file', why: 'travel_why_large' } : { way: 'text', why: 'travel_why_no_attach' };
  }
  return { way: 'text', why: form === 'text' ? 'travel_why_plain' : 'travel_why_entity' };
}
