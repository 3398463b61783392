/** Schemas as clients send them, and a walk over those that come out, for the tests of this folder. */

import fc from "fast-check";

export type Json = Record<string, unknown>;

/** What zod-to-json-schema makes of a named, recursive type with an intersection. */
export const ZOD = {
  $ref: "#/definitions/Category",
  definitions: {
    Category: {
      type: "object",
      properties: {
        name: { type: "string", minLength: 1 },
        kind: { type: "string", const: "leaf" },
        parent: { $ref: "#/definitions/Category" },
        meta: {
          allOf: [
            { type: "object", properties: { id: { type: "integer" } }, required: ["id"] },
            { type: "object", properties: { tag: { type: "string" } }, required: ["tag"] },
          ],
        },
        same: { $ref: "#/definitions/Category/properties/name" },
      },
      required: ["name", "kind"],
      additionalProperties: false,
    },
  },
  $schema: "http://json-schema.org/draft-07/schema#",
};

/** What pydantic 2 makes of models that refer to each other. */
export const PYDANTIC = {
  $defs: {
    Priority: { enum: [1, 2, 3], title: "Priority", type: "integer" },
    Owner: {
      properties: {
        email: { format: "email", title: "Email", type: "string" },
        nick: { anyOf: [{ type: "string" }, { type: "null" }], default: null, title: "Nick" },
      },
      required: ["email"],
      title: "Owner",
      type: "object",
    },
  },
  properties: {
    owner: { $ref: "#/$defs/Owner", description: "Who answers for it" },
    reviewer: { anyOf: [{ $ref: "#/$defs/Owner" }, { type: "null" }], default: null },
    priority: { allOf: [{ $ref: "#/$defs/Priority" }], default: 2 },
    labels: { additionalProperties: { type: "string" }, title: "Labels", type: "object" },
    span: { maxItems: 2, minItems: 2, prefixItems: [{ type: "number" }, { type: "number" }] },
  },
  required: ["owner", "labels"],
  title: "Task",
  type: "object",
};

/** What TypeBox makes of a recursive type, a record and a union of literals. */
export const TYPEBOX = {
  type: "object",
  properties: {
    node: {
      $id: "Node",
      type: "object",
      properties: { nodes: { type: "array", items: { $ref: "Node" } } },
    },
    counts: { type: "object", patternProperties: { "^(.*)$": { type: "number" } } },
    mode: { anyOf: [{ const: "r", type: "string" }, { const: "w", type: "string" }] },
  },
  required: ["node"],
};

/** A tool as MCP servers list them, in draft 7 and with more than a schema needs. */
export const MCP = {
  $schema: "http://json-schema.org/draft-07/schema#",
  type: "object",
  strict: true,
  "x-order": 3,
  properties: {
    path: { type: "string", pattern: "^/", description: "Absolute path" },
    edits: { type: "array", items: { type: "object", properties: { from: true, to: {} } } },
    limit: { type: "integer", exclusiveMinimum: 0, default: 10 },
    sort: { type: ["string", "null"], enum: ["asc", "desc", null] },
  },
  required: ["path"],
  additionalProperties: false,
};

/** Every form above. */
export const REAL = { ZOD, PYDANTIC, TYPEBOX, MCP };

/** Names that are keywords, or members of every object, elsewhere. */
export const TRICKY_NAMES = [
  ..."const type default title not examples definitions $ref $defs enum properties items".split(
    " ",
  ),
  ..."required anyOf allOf description x-foo constructor toString hasOwnProperty".split(" "),
  "__proto__",
];

/** An object with a string under each of the names. */
export function objectNaming(names: readonly string[]): Json {
  const properties = Object.fromEntries(names.map((name) => [name, { type: "string" }]));
  return { type: "object", properties, required: [...names] };
}

/** Definitions of which each names the next one twice. */
export function doubling(levels: number): Json {
  const $defs = Object.fromEntries(
    Array.from({ length: levels }, (_, level) => {
      const next = { $ref: `#/$defs/D${level + 1}` };
      return [`D${level}`, { type: "object", properties: { left: next, right: next } }];
    }),
  );
  return {
    type: "object",
    properties: { first: { $ref: "#/$defs/D0" }, last: { type: "string", title: "Last" } },
    $defs: { ...$defs, [`D${levels}`]: { type: "string" } },
  };
}

/** The schema and every schema in it, found by grammar; independent of what the product knows. */
export function schemasIn(schema: Json): Json[] {
  const { properties, $defs, items, additionalProperties, prefixItems, anyOf, oneOf } = schema;
  const named = [properties, $defs].flatMap((each) => Object.values(each ?? {}));
  const listed = [items, additionalProperties, prefixItems, anyOf, oneOf].flat();
  const inner = [...named, ...listed].filter((each) => typeof each === "object");
  return [schema, ...(inner as Json[]).flatMap(schemasIn)];
}

const name = fc.constantFrom("a", "b", "c", "__proto__", "type", "$ref");
const reference = fc.constantFrom(
  "#",
  "#/$defs/a",
  "#/$defs/b",
  "#/$defs/c",
  "#/properties/a",
  "#x",
);

/** Schemas made of keywords in their places, with references back and forth. */
export const aSchema: fc.Arbitrary<Json> = fc.letrec<{ schema: Json; object: Json }>((tie) => ({
  schema: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.record({ type: fc.constantFrom("string", "integer", "null", ["string", "null"]) }),
    fc.record({ $ref: reference, description: fc.constant("why") }, { requiredKeys: ["$ref"] }),
    fc.record({ enum: fc.array(fc.constantFrom("a", "b", 1, null, true), { maxLength: 3 }) }),
    fc.record({ type: fc.constant("array"), items: tie("schema") }),
    fc.record({ anyOf: fc.array(tie("schema"), { maxLength: 3 }) }),
    fc.record({ allOf: fc.array(tie("schema"), { maxLength: 3 }), nullable: fc.boolean() }),
    tie("object"),
  ),
  object: fc.record({
    type: fc.constant("object"),
    properties: fc.dictionary(name, tie("schema"), { maxKeys: 3 }),
    required: fc.array(name, { maxLength: 2 }),
    $defs: fc.dictionary(name, tie("schema"), { maxKeys: 3 }),
  }),
})).object.map((schema) => JSON.parse(JSON.stringify(schema)));
