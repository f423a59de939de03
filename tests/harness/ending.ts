import type { ChildProcess } from 'node:child_process';
import { until } from './until.js';

/** How a browser ends. */
export interface Ending {
  /** From now on it is to end. */
  wanted(): void;
  /** Waits until it has ended. */
  ended(): Promise<void>;
  /** Ends it as a crash does. */
  killed(): Promise<void>;
}

/** Tells when a browser ends by itself: whatever fails after it only says that nobody answers. */
export function ending(name: string, browser: ChildProcess | null, mayEnd: boolean): Ending {
  let wanted = mayEnd;
  let ended = !browser || browser.exitCode !== null || browser.signalCode !== null;
  browser?.once('exit', (code, signal) => {
    ended = true;
    if (!wanted) console.log(`${name} has ended by itself: ${signal ?? `exit code ${code}`}`);
  });
  const self: Ending = {
    wanted() {
      wanted = true;
    },
    async ended() {
      await until(`${name} has ended`, () => ended);
    },
    async killed() {
      wanted = true;
      browser?.kill('SIGKILL');
      await self.ended();
    },
  };
  return self;
}
