/**
 * Which components are islands.
 *
 * Components are known by identity, and to the whole process: a page may make its elements before
 * anyone renders it, so there is no app to ask.
 *
 * @module
 */

import type { ComponentType } from "preact";
import type { Manifest } from "./manifest.ts";

/** A component that also runs in browsers. */
export interface Island {
  /** A JavaScript name, unlike that of any other island. */
  readonly name: string;
  /** Its file, as the manifest spells it. */
  readonly file: string;
  /** What the file exports it as. */
  readonly exportName: string;
}

const known = new WeakMap<object, Island>();

/** Makes every function that an island file exports an island. */
export function registerIslands({ islands }: Pick<Manifest, "islands">): void {
  for (const [file, module] of Object.entries(islands)) {
    for (const [exportName, value] of Object.entries(module)) {
      if (typeof value !== "function") continue;
      known.set(value, { name: nameOf(file, exportName), file, exportName });
    }
  }
}

/** The island that a component is; undefined for all others. */
export function islandOf(component: ComponentType | object): Island | undefined {
  return known.get(component);
}

/** `./islands/KeyTable.tsx` is `KeyTable`, and what else it exports `KeyTable_Row`. */
function nameOf(file: string, exportName: string): string {
  const base = file.replace(/^\.?\/?islands\//, "").replace(/\.\w+$/, "").replace(/\W/g, "_");
  return exportName === "default" ? base : `${base}_${exportName}`;
}
