// An answer of the engine or the vault in a few words: those of tests/hostile/src/outcome.rs, for the same answers.

/** An answer as JSON; which one it is shows in its `kind`. */
export type Answer = Record<string, unknown>;

const list = (value: unknown, key: string): Answer[] => {
  const found = (value as Answer | null | undefined)?.[key];
  return Array.isArray(found) ? found : [];
};
const word = (value: unknown): string => (typeof value === 'string' ? value : '');

/** `text` is what may be shown. */
export function outcome(answer: Answer, text: string | null): string {
  switch (answer.kind) {
    case 'failed':
    case 'refused':
      return `${word(answer.error)}${bracket(list(answer.detail, 'reasons'))}`;
    case 'read':
      return shown(answer.message as Answer, text);
    case 'mail':
      return `mail, ${judged(answer.mail as Answer)}`;
    case 'preview':
      return keys(answer);
    case undefined:
      return answer.skipped === undefined ? '' : keys(answer);
    default:
      return word(answer.kind);
  }
}

function bracket(words: unknown[]): string {
  const sorted = [...new Set(words.map(word))].sort();
  return sorted.length > 0 ? ` (${sorted.join(', ')})` : '';
}

function shown(message: Answer, text: string | null): string {
  return `shown, ${judged(message)}${message.text === text ? '' : ' OTHER TEXT'}`;
}

/** What the verdict on a message or a mail says. */
function judged(what: Answer): string {
  const verdict = what.verdict as Answer;
  const reasons = list(verdict, 'signatures').flatMap((signature) => list(signature, 'reasons'));
  const notes = list(verdict, 'notes').map(word);
  return `${word(verdict.summary)}${bracket(reasons)}${notes.length > 0 ? ` [${notes.join(', ')}]` : ''}`;
}

function keys(answer: Answer): string {
  const entries = [
    ...list(answer, 'keys').map((entry) => key((entry.key as Answer | undefined) ?? entry)),
    ...list(answer, 'skipped').map((one) => `skipped ${word(one.error)}`),
  ];
  const counted: { count: number; entry: string }[] = [];
  for (const entry of entries) {
    const last = counted.at(-1);
    if (last?.entry === entry) last.count++;
    else counted.push({ count: 1, entry });
  }
  return counted.map(({ count, entry }) => (count === 1 ? entry : `${count} x ${entry}`)).join(' + ');
}

// Control, bidirectional and invisible characters, selectors and joiners behind Latin letters, piles of marks.
const UNSAFE = new RegExp(
  [
    '[\\p{Cc}\\u00ad\\u034f\\u115f\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2060-\\u2069\\u2800\\u3164\\ufeff\\uffa0\\u{e0000}-\\u{e00ff}]',
    '[\\0-\\x7f][\\u200c\\u200d\\ufe00-\\ufe0f\\u{e0100}-\\u{e01ef}]',
    '[\\u0300-\\u036f\\u0483-\\u0489]{5}',
  ].join('|'),
  'u',
);

function key(info: Answer): string {
  const users = list(info, 'user_ids');
  const encrypts = info.can_encrypt === true ? ' encrypts' : '';
  const signs = info.can_sign === true ? ' signs' : '';
  const names = users.filter(({ valid }) => valid === true).length;
  const unsafe = users.some(({ text }) => UNSAFE.test(word(text))) ? ' UNSAFE TEXT' : '';
  return `${word(info.state)}${encrypts}${signs}, names ${names}${bracket(list(info, 'reasons'))}${unsafe}`;
}
