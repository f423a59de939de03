/** Does what it is told by name, and tells the milliseconds. Says that it is ready. */
export function serve(steps: Record<string, () => Promise<void>>): void {
  addEventListener('message', async ({ data }: MessageEvent<string>) => {
    const start = performance.now();
    await steps[data]?.();
    postMessage(performance.now() - start);
  });
  postMessage('ready');
}
