// How much HTML of one mail is drawn: the same wherever it is shown or quoted.

import type { Cleaned } from './clean.js';

/** Elements that all documents of a mail may have together; each for itself has a limit of its own. */
const MAX_ALL_ELEMENTS = 60_000;

/** What is left for further documents of a mail. */
export interface Room {
  elements: number;
}

/** All of it. */
export const newRoom = (): Room => ({ elements: MAX_ALL_ELEMENTS });

/** The next document, cleaned; nothing where it is shown as text. What has no room left is not even looked at. */
export function cleanedIn(
  room: Room,
  markup: string,
  clean: (markup: string) => Cleaned | undefined,
): Cleaned | undefined {
  const cleaned = room.elements > 0 ? clean(markup) : undefined;
  room.elements -= cleaned?.content.querySelectorAll('*').length ?? 0;
  return room.elements >= 0 ? cleaned : undefined;
}
