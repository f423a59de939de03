// The call of an extension page or frame to the vault.

import type { UiCall, UiReply } from 'waxseal-wasm';

/** What travels to the background; content scripts send `page` instead of `ui`. */
export interface UiMessage {
  readonly to: 'vault';
  readonly ui: UiCall;
}

/**
 * Fired at the window when the vault refuses what this page may ask: a frame in a page whose view is over. There are so many
 * views at most, and each ends some time.
 */
export const VIEW_OVER = 'viewover';

/**
 * Asks the vault. Never rejects: when the background is gone or gives no answer, the reply is a refusal (`crashed`).
 * It is not asked a second time, for the first call may have had its effect.
 */
export async function ask(call: UiCall): Promise<UiReply> {
  const message: UiMessage = { to: 'vault', ui: call };
  try {
    const reply: UiReply | undefined = await chrome.runtime.sendMessage(message);
    if (reply?.kind === 'refused' && reply.error === 'not_allowed') dispatchEvent(new Event(VIEW_OVER));
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
