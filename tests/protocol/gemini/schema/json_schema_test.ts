import assert from "node:assert/strict";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { tidyJsonSchema } from "../../../../lib/protocol/gemini/schema/json_schema.ts";
import { endsEverywhere } from "./cycles.ts";
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
  ("$id $defs $ref $anchor type format title description enum items prefixItems minItems maxItems " +
    "minimum maximum anyOf oneOf properties additionalProperties required propertyOrdering").split(
      " ",
    ),
);

function propertyOf(schema: Json, ...path: string[]): Json {
  return path.reduce<Json>((at, name) => (at.properties as Record<string, Json>)[name]!, schema);
}

/** What Google would refuse: other keywords, a sibling of `$ref`, a reference that leads nowhere. */
function faultsOf(root: Json): string[] {
  const defined = Object.keys(root.$defs ?? {}).map((name) => `#/$defs/${name}`);
  return schemasIn(root).flatMap((schema) => {
    const { $ref = "#", ...siblings } = schema;
    const foreign = Object.keys(schema).filter((keyword) => !ALLOWED.has(keyword));
    const beside = "$ref" in schema ? Object.keys(siblings) : [];
    return [...foreign, ...beside, ...["#", ...defined].includes(String($ref)) ? [] : [$ref]];
  }).map(String);
}

function compile(schema: Json) {
  return new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
}

function validates(schema: Json, value: unknown): boolean {
  return compile(schema)(value);
}

Deno.test("4.1 tidyJsonSchema() keeps as it is what Google takes", () => {
  const schema = {
    $id: "https://example.com/task",
    type: "object",
    title: "Task",
    description: "What to do",
    properties: {
      name: { type: ["string", "null"], format: "email" },
      size: { type: "integer", minimum: 1, maximum: 3 },
      pair: { type: "array", prefixItems: [{ type: "string" }], minItems: 1, maxItems: 2 },
      kind: { oneOf: [{ type: "string", enum: ["a"] }, { type: "number", enum: [1] }] },
      next: { $ref: "#/$defs/Next" },
    },
    additionalProperties: false,
    required: ["name"],
    propertyOrdering: ["size", "name"],
    $defs: { Next: { type: "object", properties: { task: { $ref: "#" } } } },
  };

  assert.equal(JSON.stringify(tidyJsonSchema(schema)), JSON.stringify(schema));
});

Deno.test("4.1 tidyJsonSchema() gives nothing that Google would refuse", () => {
  for (const [name, schema] of Object.entries(REAL)) {
    assert.deepEqual(faultsOf(tidyJsonSchema(schema)), [], name);
  }
});

Deno.test("4.1 tidyJsonSchema() gives nothing of that, whatever comes in", () => {
  fc.assert(fc.property(fc.oneof(aSchema, fc.jsonValue()), (schema) => {
    assert.deepEqual(faultsOf(tidyJsonSchema(schema)), []);
  }));
});

Deno.test("4.1 tidyJsonSchema() keeps a cycle through a property that is not required", () => {
  const { $defs } = tidyJsonSchema(ZOD) as { $defs: Record<string, Json> };

  assert.deepEqual(propertyOf($defs.Category!, "parent"), { $ref: "#/$defs/Category" });
});

Deno.test("4.1 tidyJsonSchema() cuts a cycle that only required properties close", () => {
  const tree = (required: string[]) => ({
    type: "object",
    properties: { root: { $ref: "#/$defs/Tree" } },
    $defs: {
      Tree: {
        type: "object",
        properties: { children: { type: "array", items: { $ref: "#/$defs/Tree" } } },
        required,
      },
    },
  });

  const kept = tidyJsonSchema(tree([]));
  const cut = tidyJsonSchema(tree(["children"]));

  assert.ok(JSON.stringify(kept).includes("$ref"));
  assert.ok(!JSON.stringify(cut).includes("$ref"));
  assert.ok(JSON.stringify(cut).includes('{"type":"object","description":"same form as: Tree"}'));
});

Deno.test("4.1 tidyJsonSchema() leaves no cycle that only required properties close", () => {
  fc.assert(fc.property(aSchema, (schema) => {
    assert.ok(endsEverywhere(tidyJsonSchema(schema)));
  }));
});

Deno.test("4.1 tidyJsonSchema() gives what a validator can compile", () => {
  fc.assert(fc.property(fc.oneof(aSchema, fc.jsonValue()), (schema) => {
    assert.equal(typeof compile(tidyJsonSchema(schema)), "function");
  }));
});

Deno.test("4.2 tidyJsonSchema() drops what is for others", () => {
  const schema = tidyJsonSchema({
    $schema: "odd",
    strict: true,
    "x-order": 1,
    $comment: "x",
    type: "object",
    properties: { a: true, b: false, c: { type: "string" } },
    required: true,
  });

  assert.deepEqual(schema, { type: "object", properties: { a: {}, c: { type: "string" } } });
});

Deno.test("4.2 tidyJsonSchema() lets what describes a reference stand around it", () => {
  assert.deepEqual(propertyOf(tidyJsonSchema(PYDANTIC), "owner"), {
    description: "Who answers for it",
    anyOf: [{ $ref: "#/$defs/Owner" }],
  });
  assert.deepEqual(propertyOf(tidyJsonSchema(PYDANTIC), "priority"), {
    description: "default: 2",
    anyOf: [{ $ref: "#/$defs/Priority" }],
  });
});

Deno.test("4.2 tidyJsonSchema() merges a reference with what is demanded beside it", () => {
  const schema = tidyJsonSchema({
    properties: {
      a: { $ref: "#/$defs/A", required: ["x"], properties: { y: { type: "string" } } },
    },
    $defs: { A: { type: "object", properties: { x: { type: "number" } } } },
  });

  assert.deepEqual(propertyOf(schema, "a"), {
    required: ["x"],
    properties: { y: { type: "string" }, x: { type: "number" } },
    type: "object",
  });
});

Deno.test("4.2 tidyJsonSchema() writes out a root that is a reference", () => {
  const { $ref, type, properties } = tidyJsonSchema(ZOD);

  assert.equal($ref, undefined);
  assert.equal(type, "object");
  assert.deepEqual(Object.keys(properties as Json), ["name", "kind", "parent", "meta", "same"]);
});

Deno.test("4.2 tidyJsonSchema() tells what Google cannot check", () => {
  assert.deepEqual(propertyOf(tidyJsonSchema(MCP), "path"), {
    type: "string",
    description: "Absolute path (pattern: ^/)",
  });
  assert.deepEqual(propertyOf(tidyJsonSchema(MCP), "limit"), {
    type: "integer",
    minimum: 1,
    description: "default: 10",
  });
});

Deno.test("4.4 tidyJsonSchema() keeps properties whose names are keywords", () => {
  const schema = objectNaming(TRICKY_NAMES);

  assert.equal(JSON.stringify(tidyJsonSchema(schema)), JSON.stringify(schema));
});

Deno.test("4.5 tidyJsonSchema() gives every target a plain name under $defs", () => {
  const schema = tidyJsonSchema({
    type: "object",
    properties: {
      a: { type: "object", title: "A", definitions: { "in/side": { type: "boolean" } } },
      b: { $ref: "#/properties/a/definitions/in~1side" },
      c: { $ref: "#/definitions/x%20y" },
      d: { $ref: "#there" },
      e: { $anchor: "there", type: "integer" },
    },
    definitions: { "x y": { type: "string" } },
  });

  assert.deepEqual(schema.$defs, {
    x_y: { type: "string" },
    in_side: { type: "boolean" },
    there: { type: "integer" },
  });
  assert.deepEqual(propertyOf(schema, "b"), { $ref: "#/$defs/in_side" });
});

Deno.test("4.5 tidyJsonSchema() does not mix up definitions of the same name", () => {
  const schema = tidyJsonSchema({
    properties: { a: { $ref: "#/$defs/A" }, b: { $ref: "#/definitions/A" } },
    $defs: { A: { type: "string" } },
    definitions: { A: { type: "number" } },
  });

  assert.deepEqual(schema.$defs, { A: { type: "string" }, A_2: { type: "number" } });
});

Deno.test("4.5 tidyJsonSchema() follows the ids of TypeBox", () => {
  const { $defs } = tidyJsonSchema(TYPEBOX) as { $defs: Record<string, Json> };

  assert.deepEqual(propertyOf($defs.Node!, "nodes").items, { $ref: "#/$defs/Node" });
});

Deno.test("4.5 tidyJsonSchema() takes a dangling reference for some object", () => {
  assert.deepEqual(tidyJsonSchema({ items: { $ref: "#/$defs/gone" } }).items, {
    type: "object",
    description: "unknown $ref: #/$defs/gone",
  });
});

Deno.test("4.5 tidyJsonSchema() keeps references that double at every level as they are", () => {
  assert.deepEqual(tidyJsonSchema(doubling(30)), doubling(30));
});

Deno.test("4.5 tidyJsonSchema() ends for doubling references that form a cycle", () => {
  const { $defs, ...schema } = doubling(30);
  const closed = Object.entries($defs as Record<string, Json>).map(([name, { properties }]) => [
    name,
    { properties: properties ?? { left: { $ref: "#/$defs/D0" } }, required: ["left", "right"] },
  ]);

  const tidy = tidyJsonSchema({ ...schema, $defs: Object.fromEntries(closed) });

  assert.ok(JSON.stringify(tidy).length < 400_000);
  assert.ok(!JSON.stringify(tidy).includes("$ref"));
});

Deno.test("4.6 tidyJsonSchema() makes null a type, however it is written", () => {
  const types = { type: ["string", "null"] };

  assert.deepEqual(tidyJsonSchema(types), types);
  assert.deepEqual(tidyJsonSchema({ type: "string", nullable: true }), types);
});

Deno.test("4.7 tidyJsonSchema() adds null to a union and beside a reference", () => {
  const schema = tidyJsonSchema({
    properties: {
      a: { anyOf: [{ type: "string" }, { type: "number" }], nullable: true },
      b: { $ref: "#/$defs/B", nullable: true },
    },
    $defs: { B: { type: "boolean" } },
  });

  assert.deepEqual(propertyOf(schema, "a").anyOf, [
    { type: "string" },
    { type: "number" },
    { type: "null" },
  ]);
  assert.deepEqual(propertyOf(schema, "b").anyOf, [{ $ref: "#/$defs/B" }, { type: "null" }]);
});

Deno.test("4.7 tidyJsonSchema() tells a union of which a member would say nothing", () => {
  const either = [{ required: ["a"] }, { required: ["b"] }];

  const schema = tidyJsonSchema({ type: "object", properties: { a: {}, b: {} }, anyOf: either });

  assert.equal(schema.anyOf, undefined);
  assert.equal(schema.description, 'anyOf: [{"required":["a"]},{"required":["b"]}]');
});

Deno.test("4.8 tidyJsonSchema() merges allOf", () => {
  const { $defs } = tidyJsonSchema(ZOD) as { $defs: Record<string, Json> };

  assert.deepEqual(propertyOf($defs.Category!, "meta"), {
    type: "object",
    properties: { id: { type: "integer" }, tag: { type: "string" } },
    required: ["id", "tag"],
  });
});

Deno.test("4.9 tidyJsonSchema() turns const into an enum of one", () => {
  assert.deepEqual(tidyJsonSchema({ const: 7 }), { type: "integer", enum: [7] });
});

Deno.test("4.9 tidyJsonSchema() puts null beside an enum, and tells other values", () => {
  assert.deepEqual(propertyOf(tidyJsonSchema(MCP), "sort"), {
    anyOf: [{ type: "string", enum: ["asc", "desc"] }, { type: "null" }],
  });
  assert.deepEqual(tidyJsonSchema({ const: true }), {
    type: "boolean",
    description: "enum: [true]",
  });
});

Deno.test("4.10 tidyJsonSchema() puts tuples of older drafts in today's words", () => {
  const tuple = { type: "array", items: [{ type: "string" }], additionalItems: false };

  assert.deepEqual(tidyJsonSchema(tuple), {
    type: "array",
    prefixItems: [{ type: "string" }],
    maxItems: 1,
  });
});

Deno.test("4.11 tidyJsonSchema() requires only properties that exist", () => {
  assert.deepEqual(
    tidyJsonSchema({ properties: { a: {} }, required: ["gone", "a", "a"] }).required,
    ["a"],
  );
});

Deno.test("4.12 tidyJsonSchema() makes a map of properties that are named by a pattern", () => {
  const counts = propertyOf(tidyJsonSchema(TYPEBOX), "counts");

  assert.deepEqual(counts.additionalProperties, { type: "number" });
});

Deno.test("4.14 tidyJsonSchema() leaves limits that are strings so", () => {
  assert.equal(tidyJsonSchema({ type: "array", minItems: "1" }).minItems, "1");
});

Deno.test("4.15 tidyJsonSchema() infers the type of an object", () => {
  assert.equal(tidyJsonSchema({ properties: {} }).type, "object");
});

Deno.test("4.16 tidyJsonSchema() gives the same for the same, and leaves its argument alone", () => {
  fc.assert(fc.property(aSchema, (schema) => {
    const before = structuredClone(schema);

    assert.equal(tidyJsonSchema(schema), tidyJsonSchema(structuredClone(schema)));
    assert.deepEqual(schema, before);
  }));
});

Deno.test("4.16 tidyJsonSchema() leaves what it has tidied as it is", () => {
  for (const [name, schema] of Object.entries(REAL)) {
    const once = tidyJsonSchema(schema);

    assert.deepEqual(tidyJsonSchema(once), once, name);
  }
});

Deno.test("4.17 tidyJsonSchema() gives a schema for everything, and never throws", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    assert.equal(typeof tidyJsonSchema(value), "object");
  }));
});

Deno.test("4.17 tidyJsonSchema() bounds a schema that is nested without end", () => {
  const deep = Array.from({ length: 20_000 }).reduce((items) => ({ type: "array", items }), {});

  assert.ok(JSON.stringify(tidyJsonSchema(deep)).length < 4_000);
});

Deno.test("tidyJsonSchema() lets through what the schema lets through", () => {
  const task = {
    owner: { email: "a@b.c", nick: null },
    reviewer: null,
    priority: 2,
    labels: { a: "b" },
    span: [1, 2],
  };
  const category = { name: "n", kind: "leaf", meta: { id: 1, tag: "t" }, same: "s" };
  const tool = { path: "/a", edits: [{ from: 1, to: "x" }], limit: 1, sort: null };

  assert.ok(validates(PYDANTIC, task) && validates(tidyJsonSchema(PYDANTIC), task));
  assert.ok(validates(tidyJsonSchema(ZOD), { ...category, parent: category }));
  assert.ok(validates(tidyJsonSchema(MCP), tool));
});

Deno.test("tidyJsonSchema() still refuses what the schema refuses", () => {
  const owner = { email: "a@b.c" };

  assert.ok(!validates(tidyJsonSchema(PYDANTIC), { owner: {}, labels: {} }));
  assert.ok(!validates(tidyJsonSchema(PYDANTIC), { owner, labels: {}, priority: 4 }));
  assert.ok(!validates(tidyJsonSchema(ZOD), { name: "n", kind: "leaf", parent: { name: "n" } }));
  assert.ok(!validates(tidyJsonSchema(MCP), { path: "/a", sort: "up" }));
});
