export const PASSPHRASE = 'correct horse battery staple';

/** Text that looks like mail (also to a compressor), of so many characters; the same each time. */
export function sample(length: number): string {
  const words = 'the quick brown fox jumps over a lazy dog and nobody but us two will ever know why\n'.split(' ');
  const text: string[] = [];
  let [size, state] = [0, 1];
  while (size <= length) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    const word = words[(state >>> 16) % words.length] ?? '';
    text.push(word);
    size += word.length + 1;
  }
  return text.join(' ').slice(0, length);
}
