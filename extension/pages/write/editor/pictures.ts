// Pictures in the text, and the files that they are.

import { Fragment, type Node } from 'prosemirror-model';
import { schema } from './schema.js';

/**
 * The same text with no other pictures than those of these files: words stand in the place of others, as in a plain text. A
 * step back can draw a picture again whose file was removed, and one can be pasted from another mail.
 */
export function withPictures(node: Node, files: ReadonlySet<string>): Node {
  const children: Node[] = [];
  node.forEach((child) => {
    if (child.type !== schema.nodes.image || files.has(String(child.attrs.file)))
      children.push(child.isLeaf ? child : withPictures(child, files));
    else if (child.attrs.alt) children.push(schema.text(`[${child.attrs.alt}]`, child.marks));
  });
  return node.copy(Fragment.from(children));
}
