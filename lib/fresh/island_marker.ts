/**
 * Marks where an island begins and ends, so that the browser finds it, and keeps its props.
 *
 * @module
 */

import {
  type ComponentChild,
  type ComponentType,
  createContext,
  Fragment,
  type FunctionComponent,
  h,
  type VNode,
} from "preact";
import { useContext } from "preact/hooks";
import type { Island } from "./islands.ts";
import type { RenderState } from "./render_state.ts";

/** An island inside another is part of it: the browser renders both at once. */
const InsideIsland = createContext(false);

const unmarked = new WeakSet<VNode>();

/** Whether this element is to be rendered as the component it names, although that is an island. */
export function isUnmarked(vnode: VNode): boolean {
  return unmarked.has(vnode);
}

/** Renders an island with its marks around it, as part of a page. */
export function markedIsland(
  component: ComponentType<object>,
  island: Island,
  state: RenderState,
): FunctionComponent<object> {
  return function Marked(props) {
    const inner = h(component, props);
    unmarked.add(inner);
    if (useContext(InsideIsland)) return inner;

    state.islands.add(island);
    const index = state.islandProps.push(props) - 1;
    return h(
      Fragment,
      null,
      comment(`frsh:island:${island.name}:${index}`),
      h(InsideIsland.Provider, { value: true }, inner),
      comment("/frsh:island"),
    );
  };
}

/** Preact's renderer writes a fragment with this prop as a comment. */
function comment(text: string): ComponentChild {
  return h(Fragment as FunctionComponent<{ UNSTABLE_comment: string }>, { UNSTABLE_comment: text });
}
