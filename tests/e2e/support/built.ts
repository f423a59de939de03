// The words that tell how a message is built.

import assert from 'node:assert/strict';
import type { View } from '../../harness/index.js';
import { dearmor, packets } from './packets.js';
import { say, start } from './session.js';

/** Unfolds how a message is built, and looks for these words, in their order. Without any it is left as it is. */
export async function isBuilt(view: View, ...words: string[]): Promise<void> {
  if (words.length === 0) return;
  await view.click('.structure summary');
  const text = (await view.text('.structure')).replace(/\s+/g, ' ');
  let at = 0;
  for (const word of words) {
    const found = text.indexOf(word, at);
    assert.ok(found >= 0, `"${word}", behind what comes before it, in: ${text}`);
    at = found + word.length;
  }
}

/** Hexadecimal digits as they are drawn. */
const digits = (hex: string): string => (hex.toUpperCase().match(/.{4}/g) ?? []).join(' ');

/** The key ID of the first recipient, as it stands in the message. */
const keyId = (armored: string): string =>
  digits(packets(dearmor(armored))[0]?.body.subarray(1, 9).toString('hex') ?? '');

/** How Bob's session key is told. */
const forBob = (key: string): string[] => [
  say('packet_session_key'),
  key,
  say('packet_version', 3),
  'ECDH',
  say('opened_with', 'Bob <bob@example.test>'),
];

const ALICE = 'Alice Ålund <alice@example.test>';
/** gpg chooses SHA-512 beside an encryption, and SHA-256 without. */
const INSIDE = 'EdDSA (Ed25519), SHA-512';
const OUTSIDE = 'EdDSA (Ed25519), SHA-256';

/** How a message of reading.spec, by its name there, is built: words in their order. `size` is that of its text. */
export function words(name: string, armored: string, alice: string, size: number): string[] {
  switch (name) {
    case 'encrypted and signed by a known key':
      return [
        say('encrypted_for', say('for_keys_one', 1), say('cipher_with_mdc', 'AES-256')),
        say('signed_with', ALICE, INSIDE),
        ...forBob(keyId(armored)),
        say('packet_encrypted'),
        `SEIPD, ${say('packet_version', 1)}, AES-256, CFB + MDC`,
        `${say('packet_compressed')} ZLIB`,
        say('packet_one_pass'),
        `${say('packet_literal')} ${say('format_binary')}, ${size} bytes`,
        say('packet_signature'),
        digits(alice),
        `${say('packet_version', 4)}, ${say('signs_octets')}, ${INSIDE}`,
      ];
    case 'signed by a key that is not here':
      return [start('signature_named'), INSIDE, say('signature_state_unknown_key')];
    case 'a hidden recipient':
      return forBob(say('reader_hidden_key'));
    case 'what GnuPG 2.4 writes (OCB)':
      return [
        say('encrypted_for', say('for_keys_one', 1), say('cipher_in_mode', 'AES-256', 'OCB')),
        ...forBob(keyId(armored)),
        say('packet_encrypted'),
        `${say('packet_gnupg')}, AES-256, OCB, ${say('packet_chunks', '64 KiB')}`,
        say('packet_literal'),
      ];
    case 'cleartext signed':
      return [
        say('signed_with', ALICE, OUTSIDE),
        say('cleartext_signed'),
        say('packet_signature'),
        digits(alice),
        `${say('packet_version', 4)}, ${say('signs_lines')}, ${OUTSIDE}`,
      ];
    case 'cleartext signed, then altered':
      return [start('signature_named'), OUTSIDE, say('signature_state_bad'), say('cleartext_signed')];
    default:
      return [];
  }
}

/** The same of what Six, with a key of version 6, writes to itself. */
export const BY_SIX = [
  say('encrypted_for', say('for_keys_one', 1), say('cipher_in_mode', 'AES-256', 'OCB')),
  say('signed_with', 'Six <six@example.test>', 'Ed25519, SHA-512'),
  `${say('packet_version', 6)}, X25519`,
  say('opened_with', 'Six <six@example.test>'),
  `SEIPD, ${say('packet_version', 2)}, AES-256, OCB, ${start('packet_chunks')}`,
  say('packet_literal'),
  `${say('packet_version', 6)}, ${say('signs_octets')}, Ed25519, SHA-512`,
];
