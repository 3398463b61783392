/**
 * What stands in the forms of a pool's page: what is so, or what somebody typed that was refused.
 *
 * The promise: pasted keys are not among it; a secret does not go back to a browser.
 *
 * @module
 */

import type { Pool } from "../../domain/pool.ts";
import { aliasLines } from "./pool_aliases.ts";

/** What stands in the forms. */
export interface TypedInPool {
  /** The pool's name. */
  readonly name: string;
  /** Whether answers are read on their way through. */
  readonly metering: boolean;
  /** One a line. */
  readonly aliases: string;
  /** Of the keys to be added. */
  readonly project: string;
  /** The key that somebody tried to change; null when nobody did. */
  readonly edited: TypedOfKey | null;
}

/** What somebody typed to change a key. */
export interface TypedOfKey {
  /** Which key. */
  readonly key: string;
  /** What to call it. */
  readonly label: string;
  /** Where it belongs. */
  readonly project: string;
}

/** What stands in the forms after this one was refused; an empty one when none was. */
export function typedInPool(pool: Pool, refused: URLSearchParams): TypedInPool {
  const text = (name: string) => refused.get(name) ?? "";
  const { name, metering, aliases } = pool;
  const asItIs = { name, metering, aliases: aliasLines(aliases), project: "", edited: null };
  switch (text("action")) {
    case "add":
      return { ...asItIs, project: text("project") };
    case "edit": {
      const edited = { key: text("key"), label: text("label"), project: text("project") };
      return { ...asItIs, edited };
    }
    case "settings":
      return {
        ...asItIs,
        name: text("name"),
        metering: refused.has("metering"),
        aliases: text("aliases"),
      };
    default:
      return asItIs;
  }
}
