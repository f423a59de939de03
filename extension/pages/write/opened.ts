// Reading in this window what was encrypted to the user: their own drafts.

import type { ErrorCode } from 'waxseal-wasm';
import { type Draft, draftFile } from '../../desk/drafts.js';
import { readMessage } from '../../desk/engine.js';
import { t } from '../../ui/i18n.js';
import { nextPulse, type Patience } from '../../ui/signing.js';
import { expect, Refused } from '../../ui/vault.js';
import { ask } from '../../ui/vault-client.js';
import { type Composition, type Kept, readDraft } from './composition.js';
import { withPictures } from './editor/pictures.js';
import type { Attachment } from './files.js';
import { Trouble } from './trouble.js';

/** A draft as it was. */
export interface Restored {
  readonly composition: Omit<Composition, 'files'>;
  readonly written: Kept['written'];
  readonly secret: Kept['secret'];
  readonly files: readonly Attachment[];
  /** Names of files that are damaged or gone. */
  readonly lost: readonly string[];
}

/** Why a stored file cannot be opened, now or later. Anything else may go well the next time. */
const DAMAGED: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'no_key',
  'broken_armor',
  'malformed',
  'truncated',
  'tampered',
  'unprotected',
  'limit',
  'unsupported',
  'weak_algorithm',
  'not_a_mail',
  'empty',
]);

/**
 * Opens a draft with its files; nothing when the user thought better of it. A file that is damaged takes nothing else with it.
 * Throws `Refused` when the key does not open it, `Trouble` when the text is not what was kept.
 */
export async function restored({ id, armored }: Draft, patience: Patience): Promise<Restored | undefined> {
  const octets = await openedFile(armored, patience);
  if (!octets) return undefined;
  const kept = readKept(octets);
  const files: Attachment[] = [];
  const lost: string[] = [];
  for (const { size, ...file } of kept.files) {
    const stored = await draftFile(id, file.id);
    const data = stored && (await undamaged(stored, patience));
    if (patience.signal.aborted) return undefined;
    if (data?.length === size) files.push({ ...file, data });
    else lost.push(file.name);
  }
  const { composition, written, secret } = kept;
  return { composition, written: lost.length > 0 ? standing(written, files) : written, secret, files, lost };
}

/** A text without the pictures whose files are lost. */
function standing(written: Kept['written'], files: readonly Attachment[]): Kept['written'] {
  if (written.kind === 'plain') return written;
  return { kind: 'rich', doc: withPictures(written.doc, new Set(files.map(({ id }) => id))) };
}

async function undamaged(armored: Uint8Array, patience: Patience): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await openedFile(armored, patience);
  } catch (error) {
    if (error instanceof Refused && DAMAGED.has(error.code)) return undefined;
    throw error;
  }
}

function readKept(octets: Uint8Array): Kept {
  try {
    return readDraft(octets);
  } catch {
    throw new Trouble(t('draft_unreadable'));
  }
}

/**
 * The first file of an encrypted mail that was made here: what holds a draft or a file of one. While the key is locked, opens
 * the unlock window and waits. Nothing when it was stopped meanwhile. Throws `Refused`.
 */
async function openedFile(
  armored: Uint8Array,
  { onWaiting, signal }: Patience,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const reading = readMessage({ kind: 'mail', source: asMail(armored), sender: null }, ask);
  try {
    for (let asked = false; ; asked = true) {
      // Listens before it asks: an unlock between the two must not be missed.
      const changed = nextPulse(signal);
      if (signal.aborted) return undefined;
      const state = await reading.read();
      if (signal.aborted) return undefined;
      if (state.state === 'failed') throw new Refused(state.error, state.detail);
      if (state.state === 'readable') {
        if (asked) onWaiting(false);
        const file = state.content.kind === 'mail' ? state.content.mail.files[0] : undefined;
        if (!file) throw new Refused('malformed');
        const octets = await reading.file(file.id);
        if (!octets) throw new Refused('crashed');
        return octets;
      }
      if (!asked) {
        onWaiting(true);
        await expect('done', { kind: 'request_unlock', keys: state.keys.map((key) => key.fingerprint) });
      }
      await changed;
    }
  } finally {
    reading.close();
  }
}

/** Armor as the mail around it (RFC 3156, 4). */
function asMail(armored: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = `MIME-Version: 1.0\r
Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary="kept"\r
\r
--kept\r
Content-Type: application/pgp-encrypted\r
\r
Version: 1\r
\r
--kept\r
Content-Type: application/octet-stream\r
\r
`;
  const parts = [new TextEncoder().encode(head), armored, new TextEncoder().encode('\r\n--kept--\r\n')];
  const mail = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    mail.set(part, at);
    at += part.length;
  }
  return mail;
}
