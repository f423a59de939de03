// From a composition to the finished mail: what the engine is ordered to make, and what goes into the page.

import type { KeyInfo, MailAddress, MailOrder, RecipientInfo } from 'waxseal-wasm';
import { instructions, LETTER_NAME, LETTER_TYPE, type LetterLanguage, letter } from '../../desk/letter.js';
import { supplyOf, wholeOf } from '../../desk/pieces.js';
import type { FormState, Put } from '../../desk/write-channel.js';
import { written } from '../../desk/write-channel.js';
import { type NewFile, type Output, type Written, writeMail } from '../../desk/writing.js';
import { t } from '../../ui/i18n.js';
import { certificate, type Patience, signature } from '../../ui/signing.js';
import { Refused } from '../../ui/vault.js';
import { uniqueNames } from '../../ui/zip.js';
import type { Composition } from './composition.js';
import type { Attachment } from './files.js';
import { mailAddress } from './people.js';
import { OUTER_SUBJECT, type Plan } from './plan.js';

/** Everything that a mail is made from. */
export interface Order extends Patience {
  readonly composition: Composition;
  readonly plan: Plan;
  readonly text: string;
  /** Its formatting; nothing for plain text. Pictures are named by the ids of their files. */
  readonly html: string | undefined;
  /** Pictures that stand in it. */
  readonly pictures: ReadonlySet<string>;
  readonly infos: ReadonlyMap<string, RecipientInfo>;
  readonly from: MailAddress | undefined;
  /** Signs when `sign`, can read it when `toSelf`, goes along when `enclose`. */
  readonly own: KeyInfo | undefined;
  readonly sign: boolean;
  readonly toSelf: boolean;
  readonly enclose: boolean;
  /** Opens the mail as well; nothing when only keys do. */
  readonly password: string | undefined;
  /** It opens with other programs as well, too. */
  readonly compatible: boolean;
  /** The language that people without OpenPGP are told in. */
  readonly language: LetterLanguage;
  /** How far it is, from 0 to 1. */
  readonly onProgress: (share: number) => void;
}

/** What goes into the page. */
export interface Made {
  readonly text: string;
  /** What stands outside. */
  readonly subject: string;
  /** The user has given it a subject. */
  readonly titled: boolean;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly files: readonly Output[];
  /** Signed only, for everybody to read. */
  readonly open: boolean;
  /** It goes nowhere any more: throws away what was made. */
  readonly close: () => void;
}

/** Makes it; nothing when it was stopped meanwhile. Throws `Refused`. */
export async function makeMail(order: Order): Promise<Made | undefined> {
  const { composition } = order;
  const files = composition.files.map((file) => newFile(file, order.pictures));
  const sign = (request: Parameters<typeof signature>[0]) => signature(request, order);
  const progress = (done: number, of: number) => order.onProgress(of > 0 ? done / of : 0);
  const own = order.own && (order.sign || order.toSelf || order.enclose) ? await certificate(order.own) : undefined;
  const result = await writeMail(mailOrder(order, own), files, sign, progress, order.signal);
  if (result.state === 'failed' && !order.signal.aborted) throw new Refused(result.error, result.detail);
  if (result.state === 'failed') return undefined;
  const made = await madeOf(order, result, own).catch((error: unknown) => {
    result.close();
    throw error;
  });
  // To pack a letter takes a moment, too.
  if (!order.signal.aborted) return made;
  made.close();
  return undefined;
}

async function madeOf(order: Order, result: Done, own: string | undefined): Promise<Made> {
  const { composition, plan } = order;
  const people = (addresses: readonly string[]) => addresses.map((one) => written(mailAddress(one)));
  const { to, cc, bcc } = composition;
  const subject = plan.hidden ? OUTER_SUBJECT : composition.subject;
  const inside = await enclosedIn(order, result, own);
  const about = { subject, titled: composition.subject !== '', open: plan.form === 'signed', close: result.close };
  return { ...inside, ...about, to: people(to), cc: people(cc), bcc: people(bcc) };
}

/** The content of `cid:` for the picture of this id. */
export function contentId(id: string): string {
  return `${id}@waxseal.invalid`;
}

function newFile({ id, name, mediaType, data }: Attachment, pictures: ReadonlySet<string>): NewFile {
  return pictures.has(id) ? { name, mediaType, data, contentId: contentId(id) } : { name, mediaType, data };
}

function mailOrder(order: Order, own: string | undefined): MailOrder {
  const { composition, plan, infos } = order;
  const { to, cc, bcc, subject } = composition;
  const keysOf = (addresses: readonly string[]) => [
    // Two addresses may be one person's.
    ...new Set(addresses.map((one) => infos.get(one)?.certificate).filter((one) => one !== undefined)),
  ];
  const encrypted = plan.form !== 'signed';
  const recipients = encrypted ? keysOf([...to, ...cc]) : [];
  return {
    form: plan.form,
    headers: {
      from: order.from && { name: order.from.name, address: order.from.address },
      to: to.map(mailAddress),
      cc: cc.map(mailAddress),
      subject,
      outer_subject: plan.hidden ? OUTER_SUBJECT : undefined,
    },
    text: order.text,
    html: plan.form === 'entity' ? order.html : undefined,
    recipients,
    // Who is named in To already is no secret.
    hidden: encrypted ? keysOf(bcc).filter((key) => !recipients.includes(key)) : [],
    own: encrypted && order.toSelf ? own : undefined,
    signer: order.sign ? own : undefined,
    passwords: encrypted && order.password !== undefined ? [order.password] : [],
    for_waxseal: !order.compatible,
    gossip: plan.form === 'entity',
    enclosed_key: plan.form === 'entity' && order.enclose ? own : undefined,
    now: Math.floor(Date.now() / 1000),
    utc_offset: -new Date().getTimezoneOffset(),
  };
}

type Inside = Pick<Made, 'text' | 'files'>;

type Done = Extract<Written, { state: 'done' }>;

async function enclosedIn(order: Order, { outputs, aead }: Done, own: string | undefined): Promise<Inside> {
  const [message, ...signatures] = outputs;
  if (!message) throw new Refused('crashed');
  const { composition, plan, password, language } = order;
  if (plan.form === 'signed') {
    // Everybody can tell which signature is whose: pasted pictures are all called the same.
    const names = uniqueNames(
      composition.files.map(({ name }) => name),
      (name) => [signatureName(name)],
    );
    const files = composition.files.map(({ mediaType, data }, at) => ({
      name: names[at] ?? '',
      mediaType,
      ...supplyOf(data),
    }));
    const beside = signatures.map((one, at) => ({ ...one, name: signatureName(names[at] ?? '') }));
    return { text: await textOf(message), files: [...files, ...beside] };
  }
  // A key among the recipients may have asked for the form that all programs read.
  const compatible = !aead;
  const told = (attached?: string) => instructions(language, { letter: plan.way === 'letter', attached, compatible });
  switch (plan.way) {
    case 'text':
      return { text: `${password === undefined ? '' : `${await told()}\n\n`}${await textOf(message)}`, files: [] };
    case 'file':
      return {
        text: password === undefined ? t('put_note', message.name) : await told(message.name),
        files: [message],
      };
    case 'letter': {
      const data = await letter({
        armored: message,
        senderCertificate: order.enclose ? own : undefined,
        senderName: order.from?.name ?? '',
        senderAddress: order.from?.address ?? '',
        subject: plan.hidden ? undefined : composition.subject,
        compatible,
        language,
      });
      return { text: await told(), files: [{ name: LETTER_NAME, mediaType: LETTER_TYPE, ...supplyOf(data) }] };
    }
  }
}

function signatureName(name: string): string {
  return `${name}.asc`;
}

async function textOf(output: Output): Promise<string> {
  return new TextDecoder().decode(await wholeOf(output));
}

/** What is put into the page's form. All of it is wanted there: what the form has no field for is told of. */
export function putOf(made: Made, form: FormState): Omit<Put, 't' | 'files'> {
  const { text, subject, titled, to, cc, bcc } = made;
  // Neither has one.
  const none = form.subject === null && !titled;
  return { text, subject: none ? null : subject, to, cc, bcc };
}
