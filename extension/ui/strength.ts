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

/** Words of a suggested password: 77 bits out of the list of the EFF, and few enough to be said on the phone. */
const WORDS = 6;

/** Words at random, each out of so many. They are English, and none is the beginning of another. */
export async function suggestWords(): Promise<{ words: string[]; of: number }> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  const list = dictionary['diceware-common'];
  const words = Array.from({ length: WORDS }, () => list[below(list.length)] ?? '');
  return { words, of: list.length };
}

/** A random number from 0 on, each as likely as the others. */
function below(limit: number): number {
  const whole = 0x1_0000_0000;
  for (;;) {
    const [random = whole] = crypto.getRandomValues(new Uint32Array(1));
    if (random < whole - (whole % limit)) return random % limit;
  }
}

// Estimation takes quadratic time; what comes after this many characters can only help.
const MAX_ESTIMATED = 100;

/** Estimates `passphrase`; words in `about` (name, address) count as easily guessed. */
export async function strength(passphrase: string, about: string[]): Promise<Strength> {
  loading ??= load();
  const estimate = await loading;
  return estimate(passphrase.slice(0, MAX_ESTIMATED), about.filter(Boolean));
}
