// Long work on a main thread is done piece by piece, with a turn for the page in between.

/** Lets everything that waits run first. Not a timer: browsers let those of pages in the background wait for a second. */
export function turn(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((done) => {
    port1.onmessage = () => {
      port1.close();
      done();
    };
    port2.postMessage(undefined);
  });
}
