/**
 * Reads JSON as one of Gemini's messages, as strictly as Google's own parser.
 *
 * Names may be in camelCase or snake_case, one value may stand for a list of one, `null` is
 * as good as nothing. Whatever else does not fit the table is told, all of it at once.
 *
 * @module
 */

import { detail, type GoogleError, invalidArgument } from "./google_error.ts";
import { type Field, fieldsOf, valuesOf } from "./wire_messages.ts";

/** A message whose names are in camelCase and whose lists are lists. */
export type Message = Readonly<Record<string, unknown>>;

/** What was read, and what Google says about the rest. */
export interface Reading {
  /** Whatever fits. */
  message: Message;
  fault: GoogleError | undefined;
}

interface Violation {
  field: string;
  description: string;
}

/** A place in the request, and where to write down what is wrong there. */
interface Spot {
  at: string;
  violations: Violation[];
}

const PACKAGE = "type.googleapis.com/google.ai.generativelanguage.v1beta.";
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/** Scalars by kind: what Google calls them, and what it takes for one. */
const SCALARS: Readonly<Record<string, { type: string; takes(value: unknown): boolean }>> = {
  string: { type: "TYPE_STRING", takes: (value) => typeof value === "string" },
  bool: { type: "TYPE_BOOL", takes: (value) => typeof value === "boolean" },
  number: { type: "TYPE_DOUBLE", takes: isNumeric },
  int32: { type: "TYPE_INT32", takes: (value) => isNumeric(value) && Number(value) === ~~+value },
  int64: { type: "TYPE_INT64", takes: (value) => isNumeric(value) && Number.isInteger(+value) },
  bytes: { type: "TYPE_BYTES", takes: isBase64 },
  Struct: { type: "type.googleapis.com/google.protobuf.Struct", takes: isRecord },
};

/** Reads a message of this kind. */
export function readMessage(value: Message, kind: string): Reading {
  const violations: Violation[] = [];
  const message = readFields(value, kind, { at: "", violations });
  return { message, fault: violations.length === 0 ? undefined : faultFor(violations) };
}

function readFields(value: Message, kind: string, { at, violations }: Spot): Message {
  const fields = fieldsOf(kind)!;
  const read = Object.entries(value).flatMap(([name, inner]) => {
    const field = fields.get(name) ?? fields.get(camelOf(name));
    if (field === undefined || (field.shape !== "list" && Array.isArray(inner) && field.kind)) {
      const why = field ? "Proto field is not repeating, cannot start list." : "Cannot find field.";
      violations.push({ field: at, description: unknownName(name, at, why) });
      return [];
    }
    if (inner === null) return [];
    const inside = at === "" ? snakeOf(field.name) : `${at}.${snakeOf(field.name)}`;
    return [[field.name, readField(inner, field, { at: inside, violations })]];
  });
  return Object.fromEntries(read);
}

function readField(value: unknown, { kind, shape }: Field, { at, violations }: Spot): unknown {
  switch (shape) {
    case "one":
      return readOne(value, kind, { at, violations });
    case "list":
      return [value].flat().map((item, n) =>
        readOne(item, kind, { at: `${at}[${n}]`, violations })
      );
    case "map":
      if (!isRecord(value)) return refuse(value, kind, { at, violations });
      return Object.fromEntries(
        Object.entries(value).map(([name, item], n) => [
          name,
          readOne(item, kind, { at: `${at}[${n}].value`, violations }),
        ]),
      );
  }
}

function readOne(value: unknown, kind: string, spot: Spot): unknown {
  if (fieldsOf(kind) !== undefined) {
    return isRecord(value) ? readFields(value, kind, spot) : refuse(value, PACKAGE + kind, spot);
  }
  const values = valuesOf(kind);
  if (values !== undefined) return readEnum(value, kind, { ...spot, values });
  const scalar = SCALARS[kind];
  if (scalar === undefined || scalar.takes(value)) return value;
  return refuse(value, scalar.type, spot);
}

function readEnum(
  value: unknown,
  kind: string,
  { values, ...spot }: Spot & { values: ReadonlySet<string> },
): unknown {
  if (typeof value === "number") return [...values][value];
  const name = String(value).toUpperCase();
  return values.has(name) ? name : refuse(value, PACKAGE + kind, spot);
}

function refuse(value: unknown, type: string, { at, violations }: Spot): undefined {
  const found = type === "TYPE_BYTES" ? `Base64 decoding failed for ${shown(value)}` : shown(value);
  violations.push({ field: at, description: `Invalid value at '${at}' (${type}), ${found}` });
}

function unknownName(name: string, at: string, why: string): string {
  const where = at === "" ? "" : ` at '${at}'`;
  return `Invalid JSON payload received. Unknown name "${name}"${where}: ${why}`;
}

function faultFor(violations: readonly Violation[]): GoogleError {
  // At the top level Google names no field.
  const fieldViolations = violations.map(({ field, description }) =>
    field === "" ? { description } : { field, description }
  );
  return {
    ...invalidArgument(violations.map(({ description }) => description).join("\n")),
    details: [detail("BadRequest", { fieldViolations })],
  };
}

function shown(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 200) ?? "nothing";
}

function camelOf(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function snakeOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function isRecord(value: unknown): value is Message {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNumeric(value: unknown): value is number | string {
  return typeof value === "number" || (typeof value === "string" && /^-?[\d.]+$/.test(value));
}

function isBase64(value: unknown): boolean {
  return typeof value === "string" && BASE64.test(value) &&
    value.replace(/=+$/, "").length % 4 !== 1;
}
