import { type KeyInfo, type KeyKind, type Step, type UiCall, type UiReply, Vault } from 'waxseal-wasm';
import { answer } from '../../../extension/background/ask.js';

/** A vault without a browser around it: storage is forgotten, because the vault remembers by itself while it runs. */
export class Agent {
  readonly #vault: Vault;
  readonly #sender = {
    url: 'chrome-extension://bench/compose.html',
    origin: 'chrome-extension://bench',
    tab: 1,
    frame: 0,
    document: 'd',
  };

  constructor() {
    const snapshot = { extension_origin: 'chrome-extension://bench', local: [], session: [], remembered: undefined };
    this.#vault = Vault.boot(snapshot, now());
  }

  /** One call from a window; throws on a refusal, because a bench measures what works. */
  call<K extends UiReply['kind']>(call: UiCall, kind: K): Extract<UiReply, { kind: K }> {
    return expect(this.#vault.ui(this.#sender, call, now()), call, kind);
  }

  /** A new key, unlocked. */
  generate(email: string, passphrase: string, kind: KeyKind = 'curve25519_v4'): KeyInfo {
    return this.call(generate(kind, email, passphrase), 'generated').key;
  }

  /** A new RSA key of 3072 bits, unlocked; its numbers come from the browser, as in the extension. */
  async generateRsa(email: string, passphrase: string): Promise<KeyInfo> {
    const call = generate('rsa3072', email, passphrase);
    const step = this.#vault.ui(this.#sender, call, now());
    if (step.kind !== 'ask') throw new Error(JSON.stringify(step));
    const next = this.#vault.resume(step.token, await answer(step.ask), now());
    return expect(next, call, 'generated').key;
  }

  /** What an import of a block of certificates would bring. */
  preview(armored: string): void {
    const { skipped } = this.call({ kind: 'preview_import', data: btoa(armored) }, 'preview');
    if (skipped.length > 0) throw new Error(JSON.stringify(skipped));
  }

  import(armored: string, fingerprint: string, passphrase?: string): void {
    const data = btoa(armored);
    const given = { passphrase, replace: false, stored: undefined, apart: false, added: undefined };
    this.call({ kind: 'import', data, accept: [fingerprint], ...given }, 'imported');
  }

  unlock(key: string, passphrase: string): void {
    this.call({ kind: 'unlock', key, passphrase }, 'done');
  }
}

function generate(key_kind: KeyKind, email: string, passphrase: string): UiCall {
  return { kind: 'generate', name: 'Bench', email, passphrase, key_kind, expires_days: undefined };
}

function expect<K extends UiReply['kind']>(step: Step<UiReply>, call: UiCall, kind: K): Extract<UiReply, { kind: K }> {
  if (step.kind !== 'reply' || step.reply.kind !== kind)
    throw new Error(`${call.kind}: ${JSON.stringify(step).slice(0, 300)}`);
  return step.reply as Extract<UiReply, { kind: K }>;
}

/** Seconds since 1970. */
export const now = (): number => Math.floor(Date.now() / 1000);
