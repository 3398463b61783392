/**
 * Lets a page add to the document's head, from wherever it is rendered.
 *
 * Runs in browsers too, where it does nothing: the head is the server's.
 *
 * @module
 */

import { type ComponentChildren, type Context, createContext, type VNode } from "preact";
import { useContext } from "preact/hooks";

/** Takes what pages want in the head. */
export interface HeadSink {
  /** What is added later wins over what it replaces. */
  add(children: ComponentChildren): void;
}

/** Who takes it while a page is rendered on the server. */
export const HeadContext: Context<HeadSink | null> = createContext<HeadSink | null>(null);

/** Puts its children into `<head>`. A `<title>`, or what has the same key, name or id, is replaced. */
export function Head({ children }: { children?: ComponentChildren }): VNode | null {
  useContext(HeadContext)?.add(children);
  return null;
}
