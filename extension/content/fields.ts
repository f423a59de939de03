import type { AnswerMode } from '../desk/write-channel.js';

/** The fields of a message from another context, whatever it is. */
export function fields(message: unknown): Record<string, unknown> {
  return typeof message === 'object' && message !== null ? (message as Record<string, unknown>) : {};
}

/** What kind of answer is wanted, as a reader frame says it. */
export function isAnswerMode(value: unknown): value is AnswerMode {
  return value === 'reply' || value === 'reply_all' || value === 'forward';
}
