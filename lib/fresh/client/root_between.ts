/**
 * A root for Preact that is a stretch of another element's children.
 *
 * Islands have no element of their own, so that they can stand anywhere, in a table too.
 *
 * @module
 */

/** What stands between two comments, with as much of an element about it as Preact asks for. */
export function rootBetween(start: Comment, end: Comment): Element {
  const parent = start.parentNode;
  if (parent === null) throw new TypeError("Cannot find the island: its marks are not in the page");

  const childNodes = (): ChildNode[] => {
    const found: ChildNode[] = [];
    for (let node = start.nextSibling; node !== null && node !== end; node = node.nextSibling) {
      found.push(node);
    }
    return found;
  };
  const root = {
    nodeType: Node.ELEMENT_NODE,
    parentNode: parent,
    ownerDocument: document,
    namespaceURI: (parent as Element).namespaceURI,
    get childNodes() {
      return childNodes();
    },
    get firstChild() {
      return childNodes()[0] ?? null;
    },
    contains: (node: Node | null) => parent.contains(node),
    insertBefore: (node: Node, before: Node | null) => parent.insertBefore(node, before ?? end),
    appendChild: (node: Node) => parent.insertBefore(node, end),
    removeChild: (node: Node) => parent.removeChild(node),
  };
  return root as unknown as Element;
}
