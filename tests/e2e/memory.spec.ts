// What is left in the memory of the vault's module after the keys are locked: nothing of the passphrase, nothing of the
// secret keys. The module is the one that is shipped; it runs here without a browser, because its memory can be read here.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { initSync, type UiCall, type UiReply, Vault } from 'waxseal-wasm';
import { Gpg } from './support/gpg.js';
import { dearmor, secretScalars } from './support/packets.js';
import { extension } from './support/session.js';

const PASSPHRASE = 'ochre-lantern 53 Tramline';
const sender = {
  url: 'chrome-extension://memory/keys.html',
  origin: 'chrome-extension://memory',
  tab: 1,
  frame: 0,
  document: 'd',
};
const now = () => Math.floor(Date.now() / 1000);

const { memory } = initSync({ module: fs.readFileSync(`${extension}/waxseal_bg.wasm`) });
const holds = (bytes: Buffer): boolean => Buffer.from(memory.buffer).includes(bytes);

function call<K extends UiReply['kind']>(vault: Vault, asked: UiCall, kind: K): Extract<UiReply, { kind: K }> {
  const step = vault.ui(sender, asked, now());
  if (step.kind !== 'reply' || step.reply.kind !== kind)
    throw new Error(`${asked.kind}: ${JSON.stringify(step).slice(0, 200)}`);
  return step.reply as Extract<UiReply, { kind: K }>;
}

/** A vault that holds nothing. */
const empty = (): Vault =>
  Vault.boot({ extension_origin: sender.origin, local: [], session: [], remembered: undefined }, now());

test('after locking, neither passphrase nor secret keys are in the memory', () => {
  const gpg = new Gpg();
  const made = gpg.key('Mem <mem@example.test>');
  const secrets = secretScalars(made.secret);
  assert.ok(secrets.length >= 2);
  const data = dearmor(made.secret).toString('base64');
  const vault = empty();
  const accept = [made.fingerprint];
  call(vault, { kind: 'import', data, accept, new_passphrase: PASSPHRASE }, 'imported');
  call(vault, { kind: 'lock' }, 'done');
  call(vault, { kind: 'unlock', key: made.fingerprint, passphrase: PASSPHRASE }, 'done');
  // It would be found if it were there.
  assert.ok(secrets.some(holds), 'an open key is in the memory');
  const change = { kind: 'expiry', component: undefined, days: 300 } as const;
  call(vault, { kind: 'edit', key: made.fingerprint, passphrase: PASSPHRASE, change }, 'edited');
  call(vault, { kind: 'export_secret', key: made.fingerprint, passphrase: PASSPHRASE, form: 'compatible' }, 'armored');
  call(vault, { kind: 'lock' }, 'done');
  for (const secret of secrets) {
    assert.ok(!holds(secret), 'a secret number');
    assert.ok(!holds(Buffer.from(secret).reverse()), 'a secret number, its bytes in the order of the machine');
  }
  assert.ok(!holds(Buffer.from(PASSPHRASE)), 'the passphrase');
  assert.ok(!holds(Buffer.from(PASSPHRASE.slice(0, 12))), 'half of the passphrase');
  vault.free();
  gpg.close();
});
