// Messages to the vault.

import type { ErrorCode, PageCall, PageReply, UiCall, UiReply } from 'waxseal-wasm';
import { record } from '../ui/record.js';
import type { Host } from './host.js';
import { type Caller, identify } from './sender.js';

/**
 * Characters of a content script's call as JSON. The longest that there is has under a hundred; a page that took its
 * content script over must not fill the vault's memory.
 */
const MAX_PAGE_CALL = 1_000;

type Reply = PageReply | UiReply;
type Message = { readonly to: 'vault'; readonly page?: unknown; readonly ui?: unknown };

/** Answers every message that is for the vault; others are for somebody else. */
export function listenForCalls(host: Host): void {
  chrome.runtime.onMessage.addListener((message: unknown, from, sendResponse) => {
    if (!isForVault(message)) return false;
    const answered = respond(host, message, identify(from)).then(sendResponse);
    // The caller may be gone by then.
    answered.catch(() => undefined);
    // Keeps the channel (and the background) open until the answer.
    return true;
  });
}

async function respond(host: Host, message: Message, caller: Caller | undefined): Promise<Reply> {
  if (!caller) return refusal('not_allowed');
  const wall = caller.room === 'desk' ? 'ui-vault' : 'page-vault';
  record(wall, caller.sender.url, 'vault', message.ui ?? message.page);
  const reply = await dispatch(host, message, caller);
  record(wall, 'vault', caller.sender.url, reply);
  return reply;
}

/**
 * Which calls a caller may make is the vault's decision. Only this is certain before: a script in a web page never
 * gets a `UiReply`, whatever it sends.
 */
async function dispatch(host: Host, message: Message, { room, sender }: Caller): Promise<Reply> {
  const { page, ui } = message;
  if ((page === undefined) === (ui === undefined)) return refusal('bad_call');
  // The shape of a call is checked in Rust, unknown fields refused.
  if (page !== undefined) return isSmall(page) ? host.page(sender, page as PageCall) : refusal('bad_call');
  return room === 'desk' ? host.ui(sender, ui as UiCall) : refusal('not_allowed');
}

function isForVault(message: unknown): message is Message {
  return typeof message === 'object' && message !== null && 'to' in message && message.to === 'vault';
}

function isSmall(call: unknown): boolean {
  try {
    return JSON.stringify(call).length <= MAX_PAGE_CALL;
  } catch {
    return false;
  }
}

/** Fits both kinds of reply. */
function refusal(error: ErrorCode): PageReply {
  return { kind: 'refused', error };
}
