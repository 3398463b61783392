import assert from "node:assert/strict";
import fc from "fast-check";
import { openApiSchema } from "../../../../lib/protocol/gemini/schema/openapi_schema.ts";
import type { Json } from "./schemas.ts";
import {
  aSchema,
  doubling,
  MCP,
  objectNaming,
  PYDANTIC,
  REAL,
  schemasIn,
  TRICKY_NAMES,
  TYPEBOX,
  ZOD,
} from "./schemas.ts";

const ALLOWED = new Set(
  ("type format title description nullable enum items maxItems minItems properties required " +
    "minProperties maxProperties minimum maximum minLength maxLength pattern example anyOf " +
    "propertyOrdering default").split(" "),
);

function propertyOf(schema: Json, ...path: string[]): Json {
  return path.reduce<Json>((at, name) => (at.properties as Record<string, Json>)[name]!, schema);
}

function foreignFields(schema: Json): string[] {
  return schemasIn(schema).flatMap(Object.keys).filter((field) => !ALLOWED.has(field));
}

Deno.test("4.3 openApiSchema() gives only the fields that Google's Schema has", () => {
  for (const [name, schema] of Object.entries(REAL)) {
    assert.deepEqual(foreignFields(openApiSchema(schema)), [], name);
  }
});

Deno.test("4.3 openApiSchema() gives only those fields, whatever comes in", () => {
  fc.assert(fc.property(fc.oneof(aSchema, fc.jsonValue()), (schema) => {
    assert.deepEqual(foreignFields(openApiSchema(schema)), []);
  }));
});

Deno.test("4.3 openApiSchema() leaves no schema without a type or a union", () => {
  fc.assert(fc.property(aSchema, (schema) => {
    const untyped = schemasIn(openApiSchema(schema)).filter(({ type, anyOf }) => !type && !anyOf);

    assert.deepEqual(untyped, []);
  }));
});

Deno.test("4.4 openApiSchema() keeps properties whose names are keywords", () => {
  const { properties, required } = openApiSchema(objectNaming(TRICKY_NAMES));

  assert.deepEqual(Object.keys(properties as Json), TRICKY_NAMES);
  assert.deepEqual(required, TRICKY_NAMES);
});

Deno.test("4.4 openApiSchema() keeps a property of every name", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.oneof(fc.string(), fc.constantFrom(...TRICKY_NAMES))),
      (names) => {
        const { properties = {} } = openApiSchema(objectNaming(names));

        assert.deepEqual(Object.keys(properties as Json).sort(), [...names].sort());
      },
    ),
  );
});

Deno.test("4.4 openApiSchema() does not look for schemas in data", () => {
  const data = { $ref: "#/nowhere", const: 1, type: ["string", "null"] };

  const schema = openApiSchema({ type: "object", default: data, example: data });

  assert.deepEqual(schema, { type: "object", default: data, example: data });
});

Deno.test("4.5 openApiSchema() writes references out, and siblings win over the target", () => {
  const owner = propertyOf(openApiSchema(PYDANTIC), "owner");

  assert.equal(owner.description, "Who answers for it");
  assert.equal(owner.title, "Owner");
  assert.deepEqual(Object.keys(owner.properties as Json), ["email", "nick"]);
});

Deno.test("4.5 openApiSchema() decodes pointers", () => {
  const schema = openApiSchema({
    type: "object",
    properties: { a: { $ref: "#/$defs/x~1y~0z%20%C3%A4" } },
    $defs: { "x/y~z ä": { type: "boolean" } },
  });

  assert.deepEqual(propertyOf(schema, "a"), { type: "boolean" });
});

Deno.test("4.5 openApiSchema() cuts a recursion by its type and a hint", () => {
  const schema = openApiSchema(ZOD);
  const innermost = propertyOf(schema, "parent", "parent", "parent");

  assert.deepEqual(innermost, { type: "object", description: "same form as: Category" });
});

Deno.test("4.5 openApiSchema() takes a dangling or remote reference for some object", () => {
  for (const $ref of ["#/$defs/gone", "https://example.com/schema.json", "#gone", "%", ""]) {
    const { a } = openApiSchema({ properties: { a: { $ref } } }).properties as { a: Json };

    assert.equal(a.type, "object", $ref);
  }
});

Deno.test("4.5 openApiSchema() bounds references that double at every level", () => {
  const schema = openApiSchema(doubling(30));

  assert.ok(JSON.stringify(schema).length < 400_000);
  assert.deepEqual(propertyOf(schema, "last"), { type: "string", title: "Last" });
});

Deno.test("4.5 openApiSchema() bounds long texts that are referred to often", () => {
  const properties = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, at) => [`p${at}`, { $ref: "#/$defs/long" }]),
  );
  const $defs = { long: { type: "string", description: "x".repeat(50_000) } };

  const schema = openApiSchema({ type: "object", properties, $defs });

  assert.ok(JSON.stringify(schema).length < 1_000_000);
});

Deno.test("4.5 openApiSchema() ends for references that lead only to each other", () => {
  const schema = {
    $ref: "#/$defs/a",
    $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } },
  };

  assert.equal(openApiSchema(schema).type, "string");
});

Deno.test("4.6 openApiSchema() turns a type that may be null into nullable", () => {
  assert.deepEqual(openApiSchema({ type: ["string", "null"] }), { type: "string", nullable: true });
});

Deno.test("4.6 openApiSchema() gives each of several types its own fields", () => {
  const schema = openApiSchema({
    type: ["string", "integer"],
    minLength: 2,
    minimum: 5,
    title: "T",
  });

  assert.deepEqual(schema, {
    title: "T",
    anyOf: [{ type: "string", minLength: 2 }, { type: "integer", minimum: 5 }],
  });
});

Deno.test("4.7 openApiSchema() writes the one branch that is not null in place", () => {
  assert.deepEqual(
    openApiSchema({ anyOf: [{ type: "integer", title: "in" }, { type: "null" }], title: "out" }),
    { title: "out", type: "integer", nullable: true },
  );
});

Deno.test("4.7 openApiSchema() moves what stands beside a union into its branches", () => {
  const schema = openApiSchema({
    type: "object",
    description: "one of two",
    properties: { a: { type: "string" }, b: { type: "string" } },
    anyOf: [{ required: ["a"] }, { required: ["b"] }],
  });

  const properties = { a: { type: "string" }, b: { type: "string" } };
  assert.deepEqual(schema, {
    description: "one of two",
    anyOf: [
      { type: "object", properties, required: ["a"] },
      { type: "object", properties, required: ["b"] },
    ],
  });
});

Deno.test("4.8 openApiSchema() turns oneOf into anyOf", () => {
  assert.deepEqual(openApiSchema({ oneOf: [{ type: "string" }, { type: "boolean" }] }), {
    anyOf: [{ type: "string" }, { type: "boolean" }],
  });
});

Deno.test("4.8 openApiSchema() merges allOf into all properties and the tightest bounds", () => {
  const schema = openApiSchema({
    allOf: [
      { properties: { a: { type: "number", minimum: 1, maximum: 9 } }, required: ["a"] },
      { properties: { a: { type: "integer", minimum: 3 }, b: {} }, required: ["a", "b"] },
    ],
  });

  assert.deepEqual(propertyOf(schema, "a"), { type: "integer", minimum: 3, maximum: 9 });
  assert.deepEqual(schema.required, ["a", "b"]);
});

Deno.test("4.8 openApiSchema() tells conditions in the description", () => {
  const schema = openApiSchema({
    type: "string",
    description: "A code",
    not: { enum: ["x"] },
    allOf: [{ if: { minLength: 2 }, then: { pattern: "^a" } }],
  });

  assert.deepEqual(schema, {
    type: "string",
    description: 'A code (not: {"enum":["x"]}; if: {"minLength":2}; then: {"pattern":"^a"})',
  });
});

Deno.test("4.9 openApiSchema() turns const into an enum of one", () => {
  assert.deepEqual(openApiSchema({ const: "leaf" }), { type: "string", enum: ["leaf"] });
});

Deno.test("4.9 openApiSchema() keeps the type of numbers and tells their enum", () => {
  assert.deepEqual(openApiSchema({ type: "integer", enum: [1, 2] }), {
    type: "integer",
    description: "enum: [1,2]",
  });
});

Deno.test("4.9 openApiSchema() keeps the type of a boolean that is constant", () => {
  assert.deepEqual(openApiSchema({ const: true }), {
    type: "boolean",
    description: "enum: [true]",
  });
});

Deno.test("4.9 openApiSchema() takes null and empty strings out of an enum", () => {
  assert.deepEqual(openApiSchema({ enum: ["a", "", null, "a"] }), {
    type: "string",
    enum: ["a"],
    nullable: true,
  });
  assert.deepEqual(openApiSchema({ type: "string", enum: [] }), { type: "string" });
});

Deno.test("4.9 openApiSchema() writes the digits of numbers that are said to be strings", () => {
  assert.deepEqual(openApiSchema({ type: "string", enum: [1, 2] }).enum, ["1", "2"]);
});

Deno.test("4.10 openApiSchema() gives an array without items strings", () => {
  const strings = { type: "array", items: { type: "string" } };

  for (const items of [undefined, true, {}]) {
    assert.deepEqual(openApiSchema({ type: "array", items }), strings);
  }
});

Deno.test("4.10 openApiSchema() makes a union of the members of a tuple", () => {
  const items = { anyOf: [{ type: "string" }, { type: "boolean" }] };
  const members = [{ type: "string" }, { type: "boolean" }, { type: "string" }];

  assert.deepEqual(openApiSchema({ type: "array", items: members }), { type: "array", items });
  assert.deepEqual(openApiSchema({ prefixItems: members }), { type: "array", items });
  assert.deepEqual(propertyOf(openApiSchema(PYDANTIC), "span").items, { type: "number" });
});

Deno.test("4.11 openApiSchema() requires and orders only properties that exist, each once", () => {
  const schema = openApiSchema({
    properties: { a: { type: "string" } },
    required: ["a", "gone", "a", 7],
    propertyOrdering: ["gone", "a"],
  });

  assert.deepEqual(schema.required, ["a"]);
  assert.deepEqual(schema.propertyOrdering, ["a"]);
});

Deno.test("4.11 openApiSchema() leaves out a required that names nothing", () => {
  for (const required of [["gone"], [], true, "a"]) {
    assert.equal(openApiSchema({ properties: { a: {} }, required }).required, undefined);
  }
});

Deno.test("4.11 openApiSchema() neither has nor requires a property that is never allowed", () => {
  assert.deepEqual(openApiSchema({ properties: { a: false }, required: ["a"] }), {
    type: "object",
  });
});

Deno.test("4.12 openApiSchema() makes exclusive bounds of integers inclusive", () => {
  const bounds = { minimum: 1, maximum: 9 };

  const today = { type: "integer", exclusiveMinimum: 0, exclusiveMaximum: 10 };
  const draft4 = { type: "integer", minimum: 0, exclusiveMinimum: true, maximum: 9 };

  assert.deepEqual(openApiSchema(today), { type: "integer", ...bounds });
  assert.deepEqual(openApiSchema(draft4), { type: "integer", ...bounds });
});

Deno.test("4.12 openApiSchema() tells exclusive bounds of other numbers", () => {
  assert.deepEqual(openApiSchema({ type: "number", exclusiveMinimum: 0 }), {
    type: "number",
    minimum: 0,
    description: "exclusiveMinimum: 0",
  });
});

Deno.test("4.12 openApiSchema() tells what matters and forgets what does not", () => {
  const schema = openApiSchema({
    type: "object",
    additionalProperties: { type: "number" },
    $comment: "x",
    deprecated: true,
    readOnly: true,
    "x-foo": 1,
    enumTitles: ["x"],
  });

  assert.deepEqual(schema, {
    type: "object",
    description: 'additionalProperties: {"type":"number"}',
  });
});

Deno.test("4.13 openApiSchema() keeps the formats that every back end knows, and tells the others", () => {
  assert.equal(openApiSchema({ type: "string", format: "date-time" }).format, "date-time");
  assert.equal(openApiSchema({ type: "integer", format: "int64" }).format, "int64");
  assert.deepEqual(openApiSchema({ type: "string", format: "email" }), {
    type: "string",
    description: "format: email",
  });
});

Deno.test("4.14 openApiSchema() takes limits as strings and leaves them so", () => {
  const schema = { type: "array", minItems: "1", maxItems: 3, items: { type: "string" } };

  assert.deepEqual(openApiSchema(schema), schema);
});

Deno.test("4.15 openApiSchema() infers a missing type", () => {
  assert.equal(openApiSchema({ properties: { a: {} } }).type, "object");
  assert.equal(openApiSchema({ items: { type: "string" } }).type, "array");
  assert.equal(openApiSchema({ enum: ["a"] }).type, "string");
  assert.equal(openApiSchema({ enum: [1] }).type, "integer");
});

Deno.test("4.15 openApiSchema() knows types in capitals, as Google writes them", () => {
  assert.deepEqual(openApiSchema({ type: "STRING" }), { type: "string" });
});

Deno.test("4.16 openApiSchema() keeps the order of keys and of properties", () => {
  const properties = { z: { title: "Z", type: "string" }, a: { type: "string", title: "A" } };
  const schema = { required: ["z"], properties, type: "object" };

  assert.equal(JSON.stringify(openApiSchema(schema)), JSON.stringify(schema));
});

Deno.test("4.16 openApiSchema() gives the same for the same, and leaves its argument alone", () => {
  fc.assert(fc.property(aSchema, (schema) => {
    const before = structuredClone(schema);

    assert.equal(openApiSchema(schema), openApiSchema(structuredClone(schema)));
    assert.deepEqual(schema, before);
  }));
});

Deno.test("4.17 openApiSchema() gives a schema for everything, and never throws", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    assert.equal(typeof openApiSchema(value), "object");
  }));
});

Deno.test("4.17 openApiSchema() bounds a schema that is nested without end", () => {
  const deep = Array.from({ length: 20_000 }).reduce((items) => ({ type: "array", items }), {});

  assert.ok(JSON.stringify(openApiSchema(deep)).length < 4_000);
});

Deno.test("openApiSchema() takes a tool of an MCP server", () => {
  assert.deepEqual(openApiSchema(MCP), {
    type: "object",
    properties: {
      path: { type: "string", pattern: "^/", description: "Absolute path" },
      edits: {
        type: "array",
        items: {
          type: "object",
          properties: {
            from: { type: "string", description: "type: any value" },
            to: { type: "string", description: "type: any value" },
          },
        },
      },
      limit: { type: "integer", minimum: 1, default: 10 },
      sort: { type: "string", enum: ["asc", "desc"], nullable: true },
    },
    required: ["path"],
  });
});

Deno.test("openApiSchema() follows the ids of TypeBox", () => {
  const node = propertyOf(openApiSchema(TYPEBOX), "node");

  const { nodes } = node.properties as { nodes: { items: Json } };
  assert.deepEqual(Object.keys(nodes.items.properties as Json), ["nodes"]);
});
