import { type KeyInfo, type UiCall, type UiReply, Vault } from 'waxseal-wasm';

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
    const step = this.#vault.ui(this.#sender, call, now());
    if (step.kind !== 'reply' || step.reply.kind !== kind)
      throw new Error(`${call.kind}: ${JSON.stringify(step).slice(0, 300)}`);
    return step.reply as Extract<UiReply, { kind: K }>;
  }

  /** A new version 4 Curve25519 key, unlocked. */
  generate(email: string, passphrase: string): KeyInfo {
    return this.call(
      { kind: 'generate', name: 'Bench', email, passphrase, key_kind: 'curve25519_v4', expires_days: undefined },
      'generated',
    ).key;
  }
}

/** Seconds since 1970. */
export const now = (): number => Math.floor(Date.now() / 1000);
