// A browser with much to do can lose the start of the background, and an answer with it. A page on which nothing changes any
// more would stay as it is until it is loaded again; so what was lost is asked for once more, a few times, and then no more.

/** Milliseconds before each further question. */
const PAUSES = [1_000, 4_000, 15_000];

/** Asks until something is answered or nobody waits any more; gives the last answer. */
export async function askAgain<T>(
  ask: () => Promise<T>,
  isLost: (answer: T) => boolean,
  isWanted: () => boolean,
): Promise<T> {
  let answer = await ask();
  for (const pause of PAUSES) {
    if (!isLost(answer) || !isWanted()) break;
    await new Promise((done) => setTimeout(done, pause));
    if (!isWanted()) break;
    answer = await ask();
  }
  return answer;
}
