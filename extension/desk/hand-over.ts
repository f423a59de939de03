// Octets on their way into a Worker, in memory that goes to and fro: what is large is never copied as a whole.

import type { EngineWorker } from './engine-client.js';
import { MAX_PIECE, type Supply } from './pieces.js';

/** Gives all of a supply to the Worker, piece by piece; `onProgress` hears how many octets it has. Throws what the supply throws. */
export async function handOver(
  worker: EngineWorker,
  operation: 'file_piece' | 'source_piece',
  { each }: Supply,
  onProgress?: (size: number) => void,
): Promise<void> {
  let buffer = new Uint8Array(MAX_PIECE);
  let all = 0;
  await each(async (next) => {
    buffer.set(next);
    const piece = buffer.subarray(0, next.length);
    const { data } = await worker.request(operation, { piece }, [buffer.buffer]);
    buffer = new Uint8Array(data.buffer);
    all += next.length;
    onProgress?.(all);
  });
}
