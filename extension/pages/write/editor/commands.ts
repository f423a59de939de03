// What the toolbar and the keys do.

import { baseKeymap, chainCommands, exitCode, setBlockType, toggleMark, wrapIn } from 'prosemirror-commands';
import { redo, undo } from 'prosemirror-history';
import { inputRules, undoInputRule, wrappingInputRule } from 'prosemirror-inputrules';
import type { MarkType, Node, NodeType } from 'prosemirror-model';
import { liftListItem, sinkListItem, splitListItem, wrapInList } from 'prosemirror-schema-list';
import type { Command, EditorState, Plugin } from 'prosemirror-state';
import { liftTarget } from 'prosemirror-transform';
import type { TextKey } from '../../../ui/i18n.js';
import type { IconName } from '../../../ui/icons.js';
import { schema } from './schema.js';

const { nodes, marks } = schema;

/** A button of the toolbar. */
export interface Tool {
  readonly name: string;
  readonly text: TextKey;
  readonly icon: IconName;
  /** Shown beside its name: `Mod` is Ctrl, or Cmd on a Mac. */
  readonly keys?: string;
  readonly command: Command;
  /** Whether it is in force where the cursor is; left out for what is done once. */
  readonly active?: (state: EditorState) => boolean;
}

/** The node of a type that the cursor is in. */
function inside(type: NodeType): (state: EditorState) => boolean {
  return ({ selection: { $from } }) => {
    for (let depth = $from.depth; depth > 0; depth--) if ($from.node(depth).type === type) return true;
    return false;
  };
}

function hasMark(type: MarkType): (state: EditorState) => boolean {
  return ({ selection: { from, to, empty, $from }, storedMarks, doc }) =>
    empty ? Boolean(type.isInSet(storedMarks ?? $from.marks())) : doc.rangeHasMark(from, to, type);
}

/** Lifts what the cursor is in out of the innermost `type`. */
function liftOut(type: NodeType): Command {
  return ({ selection, tr }, dispatch) => {
    const range = selection.$from.blockRange(selection.$to, (node) => node.type === type);
    const depth = range && liftTarget(range);
    if (range == null || depth == null) return false;
    dispatch?.(tr.lift(range, depth).scrollIntoView());
    return true;
  };
}

function list(type: NodeType): Command {
  return (state, dispatch, view) =>
    (inside(type)(state) ? liftListItem(nodes.list_item) : wrapInList(type))(state, dispatch, view);
}

const quote: Command = (state, dispatch, view) =>
  (inside(nodes.quote)(state) ? liftOut(nodes.quote) : wrapIn(nodes.quote))(state, dispatch, view);

const heading: Command = (state, dispatch, view) =>
  (inside(nodes.heading)(state) ? setBlockType(nodes.paragraph) : setBlockType(nodes.heading, { level: 2 }))(
    state,
    dispatch,
    view,
  );

const code: Command = (state, dispatch, view) =>
  (inside(nodes.code_block)(state) ? setBlockType(nodes.paragraph) : setBlockType(nodes.code_block))(
    state,
    dispatch,
    view,
  );

/** The toolbar without what needs to ask or to read files. */
export const TOOLS: readonly Tool[] = [
  {
    name: 'bold',
    text: 'edit_bold',
    icon: 'bold',
    keys: 'Mod+B',
    command: toggleMark(marks.strong),
    active: hasMark(marks.strong),
  },
  {
    name: 'italic',
    text: 'edit_italic',
    icon: 'italic',
    keys: 'Mod+I',
    command: toggleMark(marks.em),
    active: hasMark(marks.em),
  },
  {
    name: 'underline',
    text: 'edit_underline',
    icon: 'underline',
    keys: 'Mod+U',
    command: toggleMark(marks.underline),
    active: hasMark(marks.underline),
  },
  { name: 'heading', text: 'edit_heading', icon: 'heading', command: heading, active: inside(nodes.heading) },
  {
    name: 'bullets',
    text: 'edit_bullets',
    icon: 'bullets',
    command: list(nodes.bullet_list),
    active: inside(nodes.bullet_list),
  },
  {
    name: 'numbers',
    text: 'edit_numbers',
    icon: 'numbers',
    command: list(nodes.ordered_list),
    active: inside(nodes.ordered_list),
  },
  { name: 'quote', text: 'edit_quote', icon: 'quote', command: quote, active: inside(nodes.quote) },
  { name: 'code', text: 'edit_code', icon: 'code', command: code, active: inside(nodes.code_block) },
];

/** At the end of the toolbar. */
export const HISTORY: readonly Tool[] = [
  { name: 'undo', text: 'edit_undo', icon: 'undo', keys: 'Mod+Z', command: undo },
  { name: 'redo', text: 'edit_redo', icon: 'redo', keys: 'Mod+Shift+Z', command: redo },
];

/** Whether the cursor is in a link, or the selection has one. */
export const inLink = hasMark(marks.link);

const lineBreak: Command = (state, dispatch) => {
  dispatch?.(state.tr.replaceSelectionWith(nodes.break.create()).scrollIntoView());
  return true;
};

/**
 * The keys. Tab is left to the browser: who writes by keyboard gets out of the editor with it. Ctrl+Enter is the window's:
 * it encrypts.
 */
export function keys(link: Command): Record<string, Command> {
  const { 'Mod-Enter': _encrypts, ...base } = baseKeymap;
  return {
    ...base,
    Enter: chainCommands(splitListItem(nodes.list_item), base.Enter ?? (() => false)),
    Backspace: chainCommands(undoInputRule, base.Backspace ?? (() => false)),
    'Shift-Enter': chainCommands(exitCode, lineBreak),
    'Mod-]': sinkListItem(nodes.list_item),
    'Mod-[': liftListItem(nodes.list_item),
    'Mod-b': toggleMark(marks.strong),
    'Mod-i': toggleMark(marks.em),
    'Mod-u': toggleMark(marks.underline),
    'Mod-k': link,
    'Mod-z': undo,
    'Mod-Shift-z': redo,
    'Mod-y': redo,
  };
}

/** `- `, `1. ` and `> ` at the beginning of a line; Backspace takes it back. */
export function typing(): Plugin {
  return inputRules({
    rules: [
      wrappingInputRule(/^\s?[-*]\s$/, nodes.bullet_list),
      wrappingInputRule(/^1\.\s$/, nodes.ordered_list),
      wrappingInputRule(/^>\s$/, nodes.quote),
    ],
  });
}

/** The whole link that an empty selection stands in; else the selection. */
export function linkAround(state: EditorState): { from: number; to: number } {
  const { $from, from, to, empty } = state.selection;
  if (!empty || !inLink(state)) return { from, to };
  const href = markIn(state, from, to);
  const start = $from.start();
  let [first, last] = [from, to];
  $from.parent.forEach((child, offset) => {
    const [begin, end] = [start + offset, start + offset + child.nodeSize];
    const same = child.marks.some((mark) => mark.attrs.href === href);
    if (same && begin <= last && end >= first) [first, last] = [Math.min(first, begin), Math.max(last, end)];
  });
  return { from: first, to: last };
}

/** The address of the first link in a range; empty without one. */
export function markIn(state: EditorState, from: number, to: number): string {
  let found = '';
  const look = (node: Node) => {
    const mark = node.marks.find(({ type }) => type === schema.marks.link);
    found ||= mark ? String(mark.attrs.href) : '';
  };
  if (from === to) for (const mark of state.selection.$from.marks()) found ||= String(mark.attrs.href ?? '');
  else state.doc.nodesBetween(from, to, look);
  return found;
}
