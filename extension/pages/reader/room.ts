// What a page can see of what is read in it: how wide it lets the frame be, and how high the frame becomes. Where each pixel of
// width had its own layout, and each line its own height, a page could try all widths and read from the heights which
// letters stand where. So there are few widths, and few heights.

/** Widths in which messages are laid out, in CSS pixels. Where there is less room than the least, one scrolls. */
const COLUMNS = [280, 320, 480, 640, 800, 960, 1200, 1600] as const;

/** Heights that a frame may have, in CSS pixels; above the last, each is a sixth higher than the one before. */
const ROOMS = [120, 180, 240, 320, 420, 560, 750, 1000] as const;

/** The widest column that a frame of this width has room for. */
export function columnFor(width: number): number {
  return COLUMNS.findLast((column) => column <= width) ?? COLUMNS[0];
}

/** The least height that a page may see of a content of this height. */
export function roomFor(height: number): number {
  const found = ROOMS.find((room) => room >= height);
  if (found !== undefined) return found;
  let room: number = ROOMS[ROOMS.length - 1] ?? 0;
  while (room < height) room = Math.ceil((room * 7) / 6);
  return room;
}
