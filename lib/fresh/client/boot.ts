/**
 * Wakes up the islands of a page: what the server rendered begins to react.
 *
 * Runs in browsers only.
 *
 * @module
 */

import type { signal } from "@preact/signals";
import { parse } from "devalue";
import { type ComponentType, h, hydrate } from "preact";
import { useBuildId } from "../asset.ts";
import { rootBetween } from "./root_between.ts";

/** Where an island is in the document. */
interface Place {
  readonly name: string;
  readonly index: number;
  readonly start: Comment;
  readonly end: Comment;
}

/** What a page says besides its islands. */
export interface BootOptions {
  /** The build that addresses of assets belong to. */
  readonly buildId: string;
  /** Makes signals; pages whose islands get none do without. */
  readonly signal?: typeof signal;
}

/** Hydrates every island. One that fails is reported, and the others wake up all the same. */
export function boot(
  islands: Readonly<Record<string, ComponentType<object>>>,
  text: string,
  { buildId, signal }: BootOptions,
): void {
  useBuildId(buildId);
  const props: readonly object[] = parse(text, {
    Signal: ([value]: [unknown]) => signal?.(value),
  });
  for (const { name, index, start, end } of placesIn(document.body)) {
    const [component, own] = [islands[name], props[index]];
    if (component === undefined || own === undefined) continue;
    try {
      hydrate(h(component, own), rootBetween(start, end));
    } catch (error) {
      reportError(error);
    }
  }
}

/** Found before any of them changes the document. */
function placesIn(body: HTMLElement): Place[] {
  const places: Place[] = [];
  const comments = document.createTreeWalker(body, NodeFilter.SHOW_COMMENT);
  let open: Omit<Place, "end"> | null = null;
  while (comments.nextNode()) {
    const comment = comments.currentNode as Comment;
    const [, name, index] = /^frsh:island:(\w+):(\d+)$/.exec(comment.data) ?? [];
    if (name !== undefined) open = { name, index: Number(index), start: comment };
    if (comment.data !== "/frsh:island" || open === null) continue;
    places.push({ ...open, end: comment });
    open = null;
  }
  return places;
}
