// What is there before a test begins, where it is not what the test is about: keys, and sites that are switched on. The vault
// is asked for it from a page of the extension, with the calls of the extension's own pages. That people can do it with their
// hands is shown where it is the matter (`keys`, `care`, `sites`, `tour`, `roundcube`); in the other specs it would take
// three times as long, in each of them.

import assert from 'node:assert/strict';
import { encryptKey, enums, readPrivateKey } from 'openpgp';
import type { ImportPreview, UiCall, UiReply } from 'waxseal-wasm';
import type { Driver, View } from '../../harness/index.js';
import type { GpgKey } from './gpg.js';
import { PASSPHRASE } from './steps.js';

/** A page of the extension that does nothing by itself. */
const SILENT = 'mail-body.html';

/** What is there. */
export interface Given {
  /** Keys of one's own, as gpg makes them without a passphrase: they get the usual one. */
  readonly own?: readonly GpgKey[];
  /** Keys of others. */
  readonly contacts?: readonly GpgKey[];
  /** Whether the own keys are unlocked. */
  readonly unlocked?: boolean;
  /** Tabs with sites that Waxseal is switched on for. They keep what they show; the last one is in front then. */
  readonly sites?: readonly View[];
}

/** Makes it so. */
export async function given(
  driver: Driver,
  { own = [], contacts = [], unlocked = false, sites = [] }: Given,
): Promise<void> {
  const origins = await Promise.all(sites.map(async (tab) => new URL(await tab.url())));
  const hosts = [...new Set(origins.map(({ protocol, hostname }) => `${protocol}//${hostname}/*`))];
  if (hosts.length > 0) await driver.grant(hosts);
  const page = await driver.page(SILENT);
  const take = async (armored: string): Promise<void> => {
    const data = Buffer.from(armored).toString('base64');
    const { keys } = await asked(page, 'preview', { kind: 'preview_import', data });
    const accept = keys.map((one: ImportPreview) => one.key.fingerprint);
    await asked(page, 'imported', {
      kind: 'import',
      data,
      accept,
      passphrase: undefined,
      replace: false,
      stored: undefined,
      apart: false,
      added: undefined,
    });
  };
  for (const { secret } of own) await take(await cheap(secret));
  if (contacts.length > 0) await take(contacts.map((key) => key.public).join('\n'));
  for (const { fingerprint } of unlocked ? own : []) {
    await asked(page, 'done', { kind: 'unlock', key: fingerprint, passphrase: PASSPHRASE });
  }
  if (hosts.length > 0) {
    // What has been granted is there when it has been asked for (Chromium), or at once.
    const there = await page.evaluate(
      async (asked) =>
        (await chrome.permissions.contains({ origins: asked })) || chrome.permissions.request({ origins: asked }),
      hosts,
    );
    assert.equal(there, true, 'there is the permission');
  }
  for (const { origin } of origins) await asked(page, 'done', { kind: 'set_site', origin, enabled: true });
  await page.close();
  await sites.at(-1)?.front();
}

/**
 * A secret key under the usual passphrase, by Argon2 as the vault has it, and with a thousandth of the memory: the vault's own
 * takes it a second for each part, once to store it and once to open it, in nearly every spec.
 */
async function cheap(secret: string): Promise<string> {
  const config = {
    aeadProtect: true,
    s2kType: enums.s2k.argon2 as const,
    s2kArgon2Params: { passes: 1, parallelism: 1, memoryExponent: 6 },
  };
  const privateKey = await readPrivateKey({ armoredKey: secret });
  return (await encryptKey({ privateKey, passphrase: PASSPHRASE, config })).armor();
}

/** The answer of the vault, which must be of this kind. */
async function asked<K extends UiReply['kind']>(
  page: View,
  kind: K,
  call: UiCall,
): Promise<Extract<UiReply, { kind: K }>> {
  const reply = await page.evaluate((ui) => chrome.runtime.sendMessage({ to: 'vault', ui }) as Promise<UiReply>, call);
  assert.equal(reply.kind, kind, `${call.kind}: ${JSON.stringify(reply)}`);
  return reply as Extract<UiReply, { kind: K }>;
}
