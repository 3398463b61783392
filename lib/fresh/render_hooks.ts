/**
 * What is done to every element of a page just before it becomes HTML.
 *
 * Preact calls `options.__b` with each of them. It is no public name, but upstream Fresh lives by it
 * too, and it is the one place where an element is known to be part of a page: elements may be made
 * long before.
 *
 * @module
 */

import { type ComponentType, h, options, type VNode } from "preact";
import { asset } from "./asset.ts";
import { isUnmarked, markedIsland } from "./island_marker.ts";
import { islandOf } from "./islands.ts";
import { markCurrentLink } from "./link.ts";
import { currentRender, type RenderState } from "./render_state.ts";
import { BodyEnd, HeadEnd } from "./scripts.ts";

/** The hook, and the element it gets; its props are not in use anywhere else yet. */
interface Hooks {
  __b?: (vnode: VNode) => void;
}

/** An element's props, whatever they are. */
type Props = Record<string, unknown>;

const hooks: Hooks = options as Hooks;
const before = hooks.__b;
const ended = new WeakSet<VNode>();
const given = new WeakMap<VNode, string>();

hooks.__b = (vnode) => {
  const state = currentRender();
  if (state !== null) prepare(vnode, state);
  before?.(vnode);
};

function prepare(vnode: VNode, state: RenderState): void {
  const { type } = vnode;
  if (typeof type === "string") return prepareTag(vnode, type, state);

  const island = islandOf(type);
  if (island === undefined || isUnmarked(vnode)) return;
  vnode.type = markedIsland(type as ComponentType<object>, island, state) as typeof type;
}

function prepareTag(vnode: VNode, tag: string, state: RenderState): void {
  switch (tag) {
    case "html":
      state.seen.html = true;
      break;
    case "head":
      state.seen.head = true;
      state.isInHead = true;
      addLast(vnode, h(HeadEnd, {}));
      break;
    case "body":
      state.seen.body = true;
      state.isInHead = false;
      addLast(vnode, h(BodyEnd, {}));
      break;
    case "a":
      markCurrentLink(vnode.props as Props, state.path);
      break;
    case "img":
    case "source":
      addCacheKey(vnode.props as Props);
      break;
    case "script":
    case "style":
      addNonce(vnode, state.nonce);
      break;
  }
  if (state.isShell && state.isInHead) replaceInHead(vnode, state);
}

/** An element may be rendered again with a later page: what ends it looks at the page of the moment. */
function addLast(vnode: VNode, last: VNode): void {
  if (ended.has(vnode)) return;
  ended.add(vnode);
  const props = vnode.props as Props;
  vnode.props = { ...props, children: [props.children, last] } as VNode["props"];
}

function addNonce(vnode: VNode, nonce: string): void {
  const props = vnode.props as Props;
  if (props.nonce && props.nonce !== given.get(vnode)) return;
  props.nonce = nonce;
  given.set(vnode, nonce);
}

function addCacheKey(props: Props): void {
  if (typeof props.src === "string") props.src = asset(props.src);
}

/** The page knows better than the app wrapper what its title is. */
function replaceInHead(vnode: VNode, { head }: RenderState): void {
  const replacement = head.take(vnode);
  if (replacement !== undefined) vnode.props = replacement.props;
}
