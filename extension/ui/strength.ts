// How hard a passphrase is to guess: a hint, never a gate. The estimator is large and loaded when first needed.

/** 0 (guessed at once) to 4 (out of reach). */
export type Strength = 0 | 1 | 2 | 3 | 4;

type Estimate = (passphrase: string, about: string[]) => Strength;

let loading: Promise<Estimate> | undefined;

async function load(): Promise<Estimate> {
  const [{ ZxcvbnFactory }, common] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  const estimator = new ZxcvbnFactory({ dictionary: common.dictionary, graphs: common.adjacencyGraphs });
  return (passphrase, about) => estimator.check(passphrase, about).score as Strength;
}

// Estimation takes quadratic time; what comes after this many characters can only help.
const MAX_ESTIMATED = 100;

/** Estimates `passphrase`; words in `about` (name, address) count as easily guessed. */
export async function strength(passphrase: string, about: string[]): Promise<Strength> {
  loading ??= load();
  const estimate = await loading;
  return estimate(passphrase.slice(0, MAX_ESTIMATED), about.filter(Boolean));
}
