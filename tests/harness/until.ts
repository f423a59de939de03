/** How long is waited for what must come, in milliseconds. It says nothing about how soon that is: a machine may be busy. */
export const PATIENCE = 60_000;

/** How often a condition is looked at again, in milliseconds. */
const INTERVAL = 40;

/**
 * Waits until `condition` yields something truthy, and returns that. An exception counts as "not yet"
 * (frames vanish and documents change while one looks at them); the last one is shown if time runs out.
 *
 * @param what said in the error, in words
 * @param ms patience in milliseconds, where it must not be the usual one
 */
export async function until<T>(
  what: string,
  condition: () => T | Promise<T>,
  ms = PATIENCE,
): Promise<Exclude<T, null | undefined | false | 0 | ''>> {
  const end = Date.now() + ms;
  let last: unknown = 'nothing';
  for (;;) {
    try {
      const value = await condition();
      if (value) return value as Exclude<T, null | undefined | false | 0 | ''>;
      last = value;
    } catch (error) {
      last = error instanceof Error ? error.message : error;
    }
    if (Date.now() > end) throw new Error(`waited ${ms} ms in vain until ${what}; last: ${String(last)}`);
    await new Promise((wake) => setTimeout(wake, INTERVAL));
  }
}
