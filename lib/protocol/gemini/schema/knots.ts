/**
 * Finds the definitions that contain themselves of necessity.
 *
 * Google follows a cycle of references only if it goes through a property that is not required:
 * otherwise no value would ever be complete, as far as its unrolling can tell.
 *
 * @see https://ai.google.dev/api/generate-content#FIELDS.response_json_schema
 * @module
 */

import type { JsonRecord } from "./json.ts";

/** A reference from one definition to another that no optional property stands before. */
export interface Link {
  /** The definition it stands in. */
  readonly from: JsonRecord;
  /** The definition it means. */
  readonly to: JsonRecord;
}

/** The definitions on cycles of such references, and those between two cycles. */
export function knotsIn(links: readonly Link[]): ReadonlySet<JsonRecord> {
  const behind = linksBehindCycles(links);
  const between = linksBehindCycles(behind.map(({ from, to }) => ({ from: to, to: from })));
  return new Set(between.map(({ from }) => from));
}

/** Leaves out, again and again, the links from where no link leads to. */
function linksBehindCycles(links: readonly Link[]): readonly Link[] {
  const leaving = Map.groupBy(links, ({ from }) => from);
  const arriving = new Map<JsonRecord, number>();
  for (const { to } of links) arriving.set(to, (arriving.get(to) ?? 0) + 1);

  const loose = new Set([...leaving.keys()].filter((from) => !arriving.has(from)));
  for (const definition of loose) {
    for (const { to } of leaving.get(definition) ?? []) {
      const left = (arriving.get(to) ?? 0) - 1;
      arriving.set(to, left);
      if (left === 0) loose.add(to);
    }
  }
  return links.filter(({ from }) => !loose.has(from));
}
