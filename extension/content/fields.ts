/** The fields of a message from another context, whatever it is. */
export function fields(message: unknown): Record<string, unknown> {
  return typeof message === 'object' && message !== null ? (message as Record<string, unknown>) : {};
}
