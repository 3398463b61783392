/**
 * What pages put into the head, each thing once.
 *
 * @module
 */

import { type ComponentChildren, toChildArray, type VNode } from "preact";
import type { HeadSink } from "./head.ts";

/** The head of one page, while it is rendered. */
export class HeadElements implements HeadSink {
  readonly #elements = new Map<string, VNode>();

  /** Keeps elements; what has the same key replaces what was there. */
  add(children: ComponentChildren): void {
    for (const child of toChildArray(children)) {
      if (typeof child !== "object") continue;
      this.#elements.set(keyOf(child) ?? `#${this.#elements.size}`, child);
    }
  }

  /** Takes out what replaces an element of the app wrapper's own head; undefined when nothing does. */
  take(element: VNode): VNode | undefined {
    const key = keyOf(element);
    if (key === null) return undefined;
    const found = this.#elements.get(key);
    this.#elements.delete(key);
    return found;
  }

  /** Takes out all that is left. */
  takeRest(): VNode[] {
    const rest = [...this.#elements.values()];
    this.#elements.clear();
    return rest;
  }
}

/** What makes two elements the same thing; null when nothing does. */
function keyOf({ type, key, props }: VNode): string | null {
  if (type === "title") return "title";
  if (key !== null && key !== undefined) return `${type}:key:${key}`;
  const { id, name, property, rel, href } = props as Readonly<Record<string, unknown>>;
  if (id !== undefined) return `${type}:id:${id}`;
  if (name !== undefined) return `${type}:name:${name}`;
  if (property !== undefined) return `${type}:property:${property}`;
  return rel === undefined ? null : `${type}:rel:${rel}:${rel === "canonical" ? "" : href}`;
}
