/** Gives up waiting for `job` after `ms` milliseconds with the error that `late` makes. The job itself goes on. */
export async function withLimit<T>(job: Promise<T>, ms: number, late: () => Error): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), ms);
  });
  try {
    return await Promise.race([job, limit]);
  } finally {
    clearTimeout(timer);
  }
}
