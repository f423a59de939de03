// Every cap of the content script. The page is hostile: each of these is met before its data costs memory or time.

/** UTF-16 units of one armored block; the vault's engine has its own, lower or equal. About 3 MB of binary data. */
export const MAX_BLOCK = 4_000_000;

/** UTF-16 units of visible text that one look at a part of the page may read. */
export const MAX_TEXT = 4_000_000;

/** DOM nodes that one look at a part of the page may visit while it reads text. */
export const MAX_NODES = 400_000;

/** Nodes of a part that is read anew whenever the page may have begun to draw markers in it: some ten milliseconds each time. */
export const MAX_AGAIN = 10_000;

/** Blocks of one document that are looked after, mounted or not. A long thread of mails has fewer. */
export const MAX_BLOCKS = 100;

/** Elements that are covered for one block: 1.3 MB of armor with an element for each line. */
export const MAX_PARTS = 20_000;

/**
 * Reader frames of one document at once: all of a thread with ten open messages, and not much more, for each holds 16 MB
 * (`cargo xtask bench` tells). Those that are far from what the user sees make room for others.
 */
export const MAX_FRAMES = 12;

/** Frames begun in {@link MOUNT_WINDOW} ms: a page that adds and removes blocks in a circle gets no more. */
export const MAX_MOUNTS = 40;
export const MOUNT_WINDOW = 10_000;

/** How often the reader of the same element may be thrown out, or not come to life, before we leave that element alone. */
export const MAX_EVICTIONS = 3;

/** How far outside of the visible part a reader is prepared already, in CSS pixels. */
export const NEAR = 400;

/** Milliseconds after a scroll until messages that found no room before are tried again. */
export const SCROLLED = 250;

/** Height of a reader frame, in CSS pixels. */
export const MIN_HEIGHT = 40;
export const MAX_HEIGHT = 30_000;
export const FIRST_HEIGHT = 72;

/** How long a frame may take until it says `ready`, in ms; after that it counts as thrown out ({@link MAX_EVICTIONS}). */
export const READY_TIME = 20_000;

/** Octets of a mail that the browser keeps until it is read again; a larger one is fetched again. */
export const MAX_KEPT = 16 * 1024 * 1024;

/** How long a site may be silent while its mail is fetched, in ms. */
export const SOURCE_SILENCE = 30_000;

/** Octets of a mail's head that are read to see what kind of mail it is, and whose. Postfix takes heads of 100 KB. */
export const MAX_HEAD = 128 * 1024;

/** How long a block in a text waits for the head of its mail, in ms: without it, it is read all the same, and no sender is named. */
export const HEAD_TIME = 10_000;

/** Mails whose sender, as their heads name it, is remembered while the page stays. */
export const MAX_HEADS = 50;

/**
 * Octets of a page that holds a mail's source as text: it is parsed in one go, while the site waits. Mails of 25 MB, the
 * largest that Gmail takes, have 35 MB in it.
 */
export const MAX_SOURCE_PAGE = 40 * 1024 * 1024;

/** Parts of the page waiting to be looked at; more become one: the whole document. */
export const MAX_DIRTY = 64;

/** Time after which a slice of scanning takes no further step on the main thread, in ms; a step is about half of it. */
export const SLICE = 1;

/** A page that makes scanning expensive waits this many times as long as the last look took. */
export const REST = 8;

/** Longest wait before a change is looked at, in ms (the browser may never be idle). */
export const PATIENCE = 500;

/**
 * The same after {@link CALM} ms without work: somebody may have opened a mail, and waits for it. One slice then delays what
 * the page draws by a millisecond or two; a page that changes all the time pays that four times in a second at most.
 */
export const PROMPT = 5;
export const CALM = 250;

/** Documents in frames of the page that this script looks after. */
export const MAX_DOCUMENTS = 64;

/** UTF-16 units of a selection. What a person selects in a mail is less; a page may select anything. */
export const MAX_SELECTION = 1_000_000;

/** UTF-16 units of the armored text that is written into the page. */
export const MAX_INSERT = 8_000_000;

/** Addresses guessed from a page, and the length of one (RFC 5321, 4.5.3.1). */
export const MAX_ADDRESSES = 100;
export const MAX_ADDRESS = 254;

/** Composer windows that wait for their port. */
export const MAX_COMPOSERS = 8;

/** Links of a page that are looked at for the name of an OpenPGP file; a list of a thousand mails has fewer. */
export const MAX_LINKS = 5_000;

/** Links to such files that are watched for coming into view. */
export const MAX_FILE_LINKS = 200;

/** Buttons at such links in one document: a mail with more files is saved and opened as a whole. */
export const MAX_LINK_BUTTONS = 20;

/**
 * Characters of the address that such a link leads to. All of it stands on the button: what is cut out of an address may be
 * what matters of it. There is room for a session's key and the path of a folder.
 */
export const MAX_LINK_ADDRESS = 600;

/** UTF-16 units of a link's text: what is longer is no name of a file, with its size. */
export const MAX_LINK_TEXT = 300;

/** How often a page may move a link, or throw out what we put beside it, before we leave it alone. */
export const MAX_LINK_MOVES = 20;
