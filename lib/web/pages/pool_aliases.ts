/**
 * A pool's aliases as people write them: one a line, `gpt-4o = gemini-3.6-flash`.
 *
 * @module
 */

import { INVALID_REQUEST, RotatorError } from "../../domain/errors.ts";
import type { ModelAliases } from "../../domain/pool.ts";
import { check } from "../admin/check.ts";
import { aliases } from "../admin/fields.ts";

/** Aliases as lines, to be changed. */
export function aliasLines(aliases: ModelAliases): string {
  return Object.entries(aliases).map(([alias, model]) => `${alias} = ${model}`).join("\n");
}

/**
 * Aliases from lines; empty ones count for nothing.
 *
 * @throws {RotatorError} `invalid_request`, which names the line.
 */
export function readAliasLines(text: string): ModelAliases {
  const found = new Map<string, string>();
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    if (line.trim() === "") continue;
    const [alias = "", model = "", ...more] = line.split("=").map((part) => part.trim());
    if (alias === "" || model === "" || more.length > 0) {
      throw wrongLine(index, 'must look like "gpt-4o = gemini-3.6-flash"');
    }
    if (found.has(alias)) throw wrongLine(index, "names an alias for the second time");
    found.set(alias, model);
  }
  return check(aliases, Object.fromEntries(found), "the aliases");
}

function wrongLine(index: number, fault: string): RotatorError {
  return new RotatorError(INVALID_REQUEST, `Cannot read the aliases: line ${index + 1} ${fault}`);
}
