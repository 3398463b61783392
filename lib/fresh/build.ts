/**
 * What an app is made of besides its code: the manifest, what browsers load, and who hears of errors.
 *
 * @module
 */

import { type Assets, NO_ASSETS } from "./assets.ts";
import type { Manifest } from "./manifest.ts";

/** Given to an app before it handles anything. */
export interface Build {
  /** Its files; null when all of its routes are added by hand. */
  readonly manifest: Manifest | null;
  /** What browsers load. */
  readonly assets: Assets;
  /** Hears of every error that is our fault. */
  readonly report: (error: unknown) => void;
}

const builds = new WeakMap<object, Build>();

/** Gives an app its build; upstream, a file that the build writes does so. */
export function setBuild(app: object, build: Build): void {
  builds.set(app, build);
}

/** The build of an app, or of one that has none. */
export function buildOf(app: object): Build {
  return builds.get(app) ?? { manifest: null, assets: NO_ASSETS, report: console.error };
}
