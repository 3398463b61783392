/**
 * What is known of the page that is being rendered.
 *
 * Rendering is synchronous, so there is one at a time.
 *
 * @module
 */

import { useBuildId } from "./asset.ts";
import type { Assets } from "./assets.ts";
import { HeadElements } from "./head_elements.ts";
import type { Island } from "./islands.ts";

/** One page, while it is rendered. */
export class RenderState {
  /** On every script and style of this page, and in no other answer. */
  readonly nonce: string;
  /** Where the page is: links to it are marked. */
  readonly path: string;
  /** What browsers can load. */
  readonly assets: Assets;
  /** What the page wants in the head. */
  readonly head = new HeadElements();
  /** The islands met so far. */
  readonly islands = new Set<Island>();
  /** The props of each island on the page, in the order of their markers. */
  readonly islandProps: object[] = [];
  /** Which parts of the document were rendered. */
  readonly seen = { html: false, head: false, body: false };
  /** Whether what is rendered now is around the page, and may still take what the page wants. */
  isShell = false;
  /** Whether what is rendered now is in the head. */
  isInHead = false;
  /** Whether the scripts are written: they come once. */
  hasScripts = false;

  /** A page that nothing was rendered of. */
  constructor({ nonce, path, assets }: Pick<RenderState, "nonce" | "path" | "assets">) {
    this.nonce = nonce;
    this.path = path;
    this.assets = assets;
  }
}

let current: RenderState | null = null;

/** The page that is being rendered; null between pages. */
export function currentRender(): RenderState | null {
  return current;
}

/** Renders with this page as the current one. */
export function whileRendering<T>(state: RenderState, render: () => T): T {
  const outer = current;
  current = state;
  useBuildId(state.assets.buildId);
  try {
    return render();
  } finally {
    current = outer;
  }
}
