// The call of an extension page or frame to the vault.

import type { UiCall, UiReply } from 'waxseal-wasm';

/** What travels to the background; content scripts send `page` instead of `ui`. */
export interface UiMessage {
  readonly to: 'vault';
  readonly ui: UiCall;
}

/**
 * Asks the vault. Never rejects: when the background is gone or gives no answer, the reply is a refusal (`crashed`).
 * It is not asked a second time, for the first call may have had its effect.
 */
export async function ask(call: UiCall): Promise<UiReply> {
  const message: UiMessage = { to: 'vault', ui: call };
  try {
    const reply: UiReply | undefined = await chrome.runtime.sendMessage(message);
    return reply ?? gone();
  } catch {
    return gone();
  }
}

/** The type of the function that desk modules take as their way to the vault. */
export type AskVault = typeof ask;

function gone(): UiReply {
  return { kind: 'refused', error: 'crashed', detail: undefined };
}
