// The content script's calls to the vault.

import type { PageCall, PageReply } from 'waxseal-wasm';

/** Whether this copy of the script still belongs to a running extension: not so after an update or a reload. */
export function isAlive(): boolean {
  try {
    return chrome.runtime?.id !== undefined;
  } catch {
    return false;
  }
}

/** Neither what was asked for nor a clear no: the answer was lost, or the browser had too much to do. */
export function isLost(reply: PageReply): boolean {
  return reply.kind === 'refused' && reply.error !== 'not_allowed' && reply.error !== 'site_off';
}

/** Asks the vault; never rejects. What comes back is safe to publish in all its variants. */
export async function askVault(call: PageCall): Promise<PageReply> {
  try {
    const reply: PageReply | undefined = await chrome.runtime.sendMessage({ to: 'vault', page: call });
    return reply ?? { kind: 'refused', error: 'crashed' };
  } catch {
    return { kind: 'refused', error: 'crashed' };
  }
}
