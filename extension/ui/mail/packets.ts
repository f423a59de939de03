// What a message is made of, in words. The core tells numbers (RFC 9580, 9); names of algorithms are the same in all languages.

import { html, nothing, type TemplateResult } from 'lit';
import type { PacketInfo, PacketLevel, PasswordHashing, SignatureState, SignatureVerdict } from 'waxseal-wasm';
import { grouped, moment } from '../format.js';
import { language, type TextKey, t, tn } from '../i18n.js';
import { type IconName, icon } from '../icons.js';
import { fileSize } from './file-type.js';

type Named = Readonly<Record<number, string>>;
type Packet<Kind> = Extract<PacketInfo, { kind: Kind }>;

const CIPHERS: Named = {
  1: 'IDEA',
  2: '3DES',
  3: 'CAST5',
  4: 'Blowfish',
  7: 'AES-128',
  8: 'AES-192',
  9: 'AES-256',
  10: 'Twofish',
  11: 'Camellia-128',
  12: 'Camellia-192',
  13: 'Camellia-256',
};

const MODES: Named = { 1: 'EAX', 2: 'OCB', 3: 'GCM' };

const HASHES: Named = {
  1: 'MD5',
  2: 'SHA-1',
  3: 'RIPEMD-160',
  8: 'SHA-256',
  9: 'SHA-384',
  10: 'SHA-512',
  11: 'SHA-224',
  12: 'SHA3-256',
  14: 'SHA3-512',
};

const KEYS: Named = {
  1: 'RSA',
  2: 'RSA',
  3: 'RSA',
  16: 'Elgamal',
  17: 'DSA',
  18: 'ECDH',
  19: 'ECDSA',
  20: 'Elgamal',
  22: 'EdDSA (Ed25519)',
  25: 'X25519',
  26: 'X448',
  27: 'Ed25519',
  28: 'Ed448',
  30: 'ML-DSA-65 + Ed25519',
  31: 'ML-DSA-87 + Ed448',
  32: 'SLH-DSA-SHAKE-128s',
  33: 'SLH-DSA-SHAKE-128f',
  34: 'SLH-DSA-SHAKE-256s',
  35: 'ML-KEM-768 + X25519',
  36: 'ML-KEM-1024 + X448',
};

const COMPRESSION: Named = { 1: 'ZIP', 2: 'ZLIB', 3: 'BZip2' };

/** Types of packets of which there is nothing to tell. */
const OTHERS: Readonly<Record<number, TextKey>> = { 4: 'packet_one_pass', 10: 'packet_marker', 21: 'packet_padding' };

const FORMATS: Readonly<Record<string, TextKey>> = { b: 'format_binary', t: 'format_text', u: 'format_utf8' };

const ON: Readonly<Record<number, TextKey>> = { 0: 'signs_octets', 1: 'signs_lines' };

const STATES = {
  good: 'signature_state_good',
  bad: 'signature_state_bad',
  unknown_key: 'signature_state_unknown_key',
  unusable: 'signature_state_unusable',
} as const satisfies Record<SignatureState, TextKey>;

/** What stands in for a name until it is drawn. */
const PLACE = '\ue000';

const named = (names: Named, number: number): string => names[number] ?? t('algorithm_number', number);

/** What there is of these, one after the other. */
const list = (...facts: (string | false | undefined)[]): string => facts.filter((fact) => fact).join(', ');

/** The packets of these levels hold the content, and do not only stand beside it. */
export function holdContent(levels: readonly PacketLevel[]): boolean {
  return levels.at(-1)?.packets.some(({ kind }) => kind === 'literal') ?? false;
}

/** A sentence for each thing that protects what is in it, from the outside to the inside. */
export function inWords(
  levels: readonly PacketLevel[],
  signatures: readonly SignatureVerdict[],
): readonly TemplateResult[] {
  return levels.flatMap(({ packets }) =>
    packets.flatMap((packet) => {
      if (packet.kind === 'encrypted') return html`<p>${icon('lock')}<span>${encryption(packet)}</span></p>`;
      if (packet.kind !== 'signature') return [];
      return html`<p>${icon('pen')}<span>${signed(packet, signatures)}</span></p>`;
    }),
  );
}

function encryption({ keys, passwords, cipher, mode }: Packet<'encrypted'>): string {
  const whom = [
    keys > 0 && tn(keys, 'for_keys_one', 'for_keys_other'),
    passwords > 0 && tn(passwords, 'for_passwords_one', 'for_passwords_other'),
  ].filter((one) => one !== false);
  const with_ = named(CIPHERS, cipher ?? 0);
  const how = mode === undefined ? t('cipher_with_mdc', with_) : t('cipher_in_mode', with_, named(MODES, mode));
  return t('encrypted_for', new Intl.ListFormat(language()).format(whom), how);
}

/** Who signed is what the verdict says; a signature that is not good is in somebody's name, and no more. */
function signed(packet: Packet<'signature'>, signatures: readonly SignatureVerdict[]): TemplateResult {
  const { judged, hash, algorithm, issuer } = packet;
  const verdict = judged === undefined ? undefined : signatures[judged];
  const who = verdict?.signer?.text ?? (issuer ? grouped(issuer) : t('someone'));
  const how = hash === 0 ? t('packet_unread') : list(named(KEYS, algorithm), named(HASHES, hash));
  const text =
    verdict?.state === 'good'
      ? t('signed_with', PLACE, how)
      : t('signature_named', PLACE, how, t(verdict ? STATES[verdict.state] : 'signature_around'));
  const [before, after] = text.split(PLACE);
  return html`${before}<bdi class="named">${who}</bdi>${after}`;
}

/**
 * The packets of a level, one below the other. `inside` is drawn within the content. Where the packets hold none, what they are
 * on is drawn before them.
 */
export function packetTree(levels: readonly PacketLevel[], inside: TemplateResult | typeof nothing): TemplateResult {
  const [level, ...deeper] = levels;
  if (!level) return html``;
  return html`<ul>
    ${holdContent(levels) ? nothing : inside}
    ${level.packets.map((packet) => {
      const holds = packet.kind === 'encrypted' || packet.kind === 'compressed';
      return html`<li>
        ${entry(packet)}
        ${holds ? packetTree(deeper, inside) : nothing}
        ${packet.kind === 'literal' && inside !== nothing ? html`<ul>${inside}</ul>` : nothing}
      </li>`;
    })}
    ${level.more > 0 ? html`<li class="dim">${tn(level.more, 'more_packets_one', 'more_packets_other')}</li>` : nothing}
  </ul>`;
}

function entry(packet: PacketInfo): TemplateResult {
  switch (packet.kind) {
    case 'session_key': {
      const { version, algorithm, key, opened } = packet;
      const whose = key ? html`<code>${grouped(key)}</code>` : algorithm > 0 ? t('reader_hidden_key') : nothing;
      const mine = opened !== undefined && html`<span class="layer">${icon('key')}${yours(opened)}</span>`;
      return line('key', t('packet_session_key'), whose, list(versionOf(version), keyOf(algorithm)), mine || nothing);
    }
    case 'password': {
      const { version, cipher, mode, s2k } = packet;
      const facts = s2k && list(named(CIPHERS, cipher), mode !== undefined && named(MODES, mode), hashing(s2k));
      return line('key', t('packet_password'), nothing, list(versionOf(version), facts ?? t('packet_unread')));
    }
    case 'encrypted': {
      const { version, gnupg, cipher, mode, chunk } = packet;
      const form = gnupg ? t('packet_gnupg') : `SEIPD, ${versionOf(version)}`;
      const how = mode === undefined ? 'CFB + MDC' : named(MODES, mode);
      const chunks = chunk !== undefined && t('packet_chunks', binarySize(chunk));
      return line('lock', t('packet_encrypted'), nothing, list(form, named(CIPHERS, cipher ?? 0), how, chunks));
    }
    case 'compressed': {
      const { algorithm } = packet;
      return line('file', t('packet_compressed'), nothing, algorithm === 0 ? '' : named(COMPRESSION, algorithm));
    }
    case 'signature': {
      const { version, typ, hash, algorithm, issuer, made } = packet;
      const on = ON[typ];
      const facts =
        hash > 0 &&
        list(
          on ? t(on) : t('signature_type', typ),
          named(KEYS, algorithm),
          named(HASHES, hash),
          made !== undefined && moment(made),
        );
      const by = issuer ? html`<code>${grouped(issuer)}</code>` : nothing;
      return line('pen', t('packet_signature'), by, list(versionOf(version), facts || t('packet_unread')));
    }
    case 'literal': {
      const format = FORMATS[String.fromCharCode(packet.format)];
      return line('mail', t('packet_literal'), nothing, list(format && t(format), fileSize(packet.size)));
    }
    case 'other': {
      const name = OTHERS[packet.tag];
      return line('info', name ? t(name) : t('packet_of_type', packet.tag), nothing, fileSize(packet.size));
    }
  }
}

function line(
  name: IconName,
  title: string,
  whose: TemplateResult | typeof nothing | string,
  facts: string,
  more: TemplateResult | typeof nothing = nothing,
): TemplateResult {
  return html`<span class="part">${icon(name)}<span>${title}</span> ${whose} <span class="dim">${facts}</span> ${more}</span>`;
}

/** What the own key is called is the user's own doing, or that of who made it: it stands in a frame of its own. */
function yours(name: string): TemplateResult {
  const [before, after] = t('opened_with', PLACE).split(PLACE);
  return html`<span>${before}<bdi class="named">${name || t('someone')}</bdi>${after}</span>`;
}

const versionOf = (version: number): string => t('packet_version', version);

const keyOf = (algorithm: number): string => (algorithm > 0 ? named(KEYS, algorithm) : t('packet_unread'));

function hashing(s2k: PasswordHashing): string {
  switch (s2k.kind) {
    case 'argon2':
      return t('s2k_argon2', s2k.passes, s2k.lanes, binarySize(1024 * 2 ** s2k.memory));
    case 'iterated':
      return t('s2k_iterated', named(HASHES, s2k.hash), fileSize(s2k.octets));
    case 'once':
      return t('s2k_once', named(HASHES, s2k.hash));
  }
}

/** Sizes that are powers of two, as the standard has them. */
function binarySize(octets: number): string {
  const power = Math.min(Math.floor(Math.log2(octets) / 10), 4);
  const number = new Intl.NumberFormat(language()).format(octets / 1024 ** power);
  return power === 0 ? fileSize(octets) : `${number} ${' KMGT'[power]}iB`;
}
