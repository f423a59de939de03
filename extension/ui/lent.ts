// Permissions for hosts that the browser gave for one search (pages/lookup). They are noted before it is asked: a window that dies
// at once cannot give them back, and the background does it when the browser starts.

const NOTE = 'host:lent';

async function noted(): Promise<readonly string[]> {
  const { [NOTE]: patterns } = await chrome.storage.local.get<{ [NOTE]?: string[] }>(NOTE);
  return patterns ?? [];
}

async function note(patterns: readonly string[]): Promise<void> {
  if (patterns.length > 0) await chrome.storage.local.set({ [NOTE]: patterns });
  else await chrome.storage.local.remove(NOTE);
}

/** Notes what the browser is being asked for. */
export async function borrow(patterns: readonly string[]): Promise<void> {
  await note([...new Set([...(await noted()), ...patterns])]);
}

/** Gives it back, if it was given. */
export async function giveBack(patterns: readonly string[]): Promise<void> {
  await chrome.permissions.remove({ origins: [...patterns] }).catch(() => false);
  await note((await noted()).filter((one) => !patterns.includes(one)));
}

/** Gives back what nobody else can any more, but for what the sites that are on need; for the background, when no search can be under way. */
export async function giveBackLeft(needed: readonly string[]): Promise<void> {
  const left = await noted();
  const unneeded = left.filter((one) => !needed.includes(one));
  if (unneeded.length > 0) await chrome.permissions.remove({ origins: unneeded }).catch(() => false);
  if (left.length > 0) await note([]);
}
