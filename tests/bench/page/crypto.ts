// The Worker that measures: each round runs ours and theirs one after the other, in turn first.
import init from 'waxseal-wasm';
import { cases } from './cases.js';

async function time(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function main(): Promise<void> {
  await init({ module_or_path: new URL('waxseal_bg.wasm', location.href) });
  for (const { name, goal, rounds, prepare, ours, theirs } of await cases()) {
    // Once for the compilers' sake.
    prepare?.();
    try {
      await ours();
      await theirs?.();
    } catch (error) {
      throw new Error(`${name}: ${error}`);
    }
    const times = { ours: [] as number[], theirs: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      prepare?.();
      if (round % 2 === 0) times.ours.push(await time(ours));
      if (theirs) times.theirs.push(await time(theirs));
      if (round % 2 === 1) times.ours.push(await time(ours));
    }
    postMessage({ name, goal, ...times });
  }
  postMessage('done');
}

main().catch((error: unknown) => postMessage({ error: String(error) }));
