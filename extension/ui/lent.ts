// Permissions for hosts that the browser gave for one search (pages/lookup). They are noted before it is asked: a window that dies
// at once cannot give them back, and the background does it when the browser starts. Each search has a note of its own, so
// that none takes what another one has still to use, or writes over what it noted.

const NOTE = 'host:lent';

const nameOf = (search: string): string => `${NOTE}/${search}`;

/** The notes by name. */
async function noted(): Promise<[string, string[]][]> {
  const all = await chrome.storage.local.get<Record<string, string[]>>(null);
  return Object.entries(all).filter(([name]) => name.startsWith(NOTE));
}

async function takeBack(origins: string[]): Promise<void> {
  if (origins.length > 0) await chrome.permissions.remove({ origins }).catch(() => false);
}

/** Notes what the browser is being asked for. A lock of the same name tells, until it is `over`, that its window is still there. */
export async function borrow(search: string, patterns: readonly string[], over: Promise<void>): Promise<void> {
  void navigator.locks.request(nameOf(search), () => over);
  await chrome.storage.local.set({ [nameOf(search)]: patterns });
}

/** Gives it back, if it was given, but for what other searches have borrowed as well, and for what is `needed`. */
export async function giveBack(search: string, patterns: readonly string[], needed: readonly string[]): Promise<void> {
  const free = async () => {
    const { held = [] } = await navigator.locks.query();
    const there = new Set(held.map(({ name }) => name));
    const others = (await noted()).filter(([name]) => name !== nameOf(search) && there.has(name));
    const kept = new Set([...needed, ...others.flatMap(([, theirs]) => theirs)]);
    return patterns.filter((one) => !kept.has(one));
  };
  await takeBack(await free());
  await chrome.storage.local.remove(nameOf(search));
  // One that ended at the same time has left it to this one.
  await takeBack(await free());
}

/** Gives it all back at once, for a window that is going and hears no answer: other searches do without, then. */
export function giveBackNow(search: string, patterns: readonly string[]): void {
  void takeBack([...patterns]).then(() => chrome.storage.local.remove(nameOf(search)));
}

/** Gives back what nobody else can any more, but for what is `needed`; for the background, when no search can be under way. */
export async function giveBackLeft(needed: readonly string[]): Promise<void> {
  const left = await noted();
  await takeBack(left.flatMap(([, patterns]) => patterns).filter((one) => !needed.includes(one)));
  if (left.length > 0) await chrome.storage.local.remove(left.map(([name]) => name));
}
