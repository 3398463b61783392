/**
 * An operator's own rows for the table of models.
 *
 * @module
 */

import * as v from "valibot";
import { checkRequest, type Schema } from "../../check_request.ts";
import { flag, listOf, text, wholeNumber } from "../../fields.ts";
import type { ModelRow, ModelTable, Thinking } from "./model_table.ts";

const LEVELS = ["MINIMAL", "LOW", "MEDIUM", "HIGH"] as const;

const thinking: Schema<Thinking> = v.variant("by", [
  v.strictObject({ by: v.literal("nothing") }, unknownName),
  v.strictObject(
    { by: v.literal("budget"), least: wholeNumber(0), most: wholeNumber(0), off: flag },
    unknownName,
  ),
  v.strictObject({
    by: v.literal("level"),
    levels: v.pipe(
      v.array(v.picklist(LEVELS, `must be one of ${LEVELS.join(", ")}`), "must be a list"),
      v.nonEmpty("must not be empty"),
    ),
  }, unknownName),
], 'must be "nothing", "budget" or "level"');

const row: Schema<ModelRow> = v.strictObject({
  models: v.pipe(v.string("must be a string"), v.nonEmpty("must not be empty")),
  thinking: v.exactOptional(thinking),
  systemInstruction: v.exactOptional(flag),
  jsonSchema: v.exactOptional(flag),
  jsonWithTools: v.exactOptional(flag),
  mixedTools: v.exactOptional(flag),
  signatures: v.exactOptional(flag),
  filesInResults: v.exactOptional(flag),
  partResolution: v.exactOptional(flag),
  longAnswers: v.exactOptional(flag),
  drops: v.exactOptional(listOf(text)),
}, unknownName);

const table: Schema<ModelRow[]> = v.array(row, "must be a list of rows");

/**
 * The rows in a setting.
 *
 * @throws {RotatorError} `invalid_request`, naming what is wrong.
 */
export function readModelRows(value: unknown): ModelTable {
  return checkRequest(table, value);
}

function unknownName({ expected }: v.StrictObjectIssue): string {
  return expected === "never"
    ? "is not known here"
    : expected === "Object"
    ? "must be an object"
    : "is missing";
}
