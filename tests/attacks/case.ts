import type { World } from './world.js';

/** Plays a case; gives what came of it, in the words of the manifest, and throws when an oracle is broken. */
export type Case = (world: World) => Promise<string>;

/** Cases by their id. */
export type Cases = Readonly<Record<string, Case>>;
