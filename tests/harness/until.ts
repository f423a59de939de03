/** How long is waited for what must come, in milliseconds. It says nothing about how soon that is: a machine may be busy. */
export const PATIENCE = 60_000;

/** How long a browser may take to start, in milliseconds; besides what comes first, this process may be busy. */
export const STARTING = 2 * PATIENCE;

/**
 * After how many milliseconds a condition is looked at again, at first and at last: each look takes from the browser what it needs
 * to get there, and what has taken a second may be seen a tenth of one late.
 */
const FIRST = 40;
const LAST = 120;
/** By how much the one becomes the other. */
const SLOWER = 1.2;

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
  for (let interval = FIRST; ; interval = Math.min(LAST, interval * SLOWER)) {
    try {
      const value = await condition();
      if (value) return value as Exclude<T, null | undefined | false | 0 | ''>;
      last = value;
    } catch (error) {
      last = error instanceof Error ? error.message : error;
    }
    if (Date.now() > end) throw new Error(`waited ${ms} ms in vain until ${what}; last: ${String(last)}`);
    await new Promise((wake) => setTimeout(wake, interval));
  }
}

/** How long one answer may take before the question is asked anew, in milliseconds. */
const ANSWER = 5_000;

/** An answer that may never come, of a frame that goes away while it is asked: an error then. */
export async function patiently<T>(otherwise: string, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(otherwise)), ANSWER);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
