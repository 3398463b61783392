import assert from "node:assert/strict";
import {
  nameOfReference,
  referencesIn,
} from "../../../../lib/protocol/gemini/schema/references.ts";

const item = { type: "string" };

Deno.test("referencesIn() finds the document itself", () => {
  const root = { $id: "https://example.com/a.json#", items: item };
  const resolve = referencesIn(root);

  for (const reference of ["#", "", "https://example.com/a.json", "https://example.com/a.json#"]) {
    assert.equal(resolve(reference), root, reference);
  }
});

Deno.test("referencesIn() follows pointers through objects and arrays", () => {
  const resolve = referencesIn({ anyOf: [true, { properties: { "a/b~c": item } }] });

  assert.equal(resolve("#/anyOf/1/properties/a~1b~0c"), item);
  assert.equal(resolve("#/anyOf/1/properties/a%7E1b~0c"), item);
  assert.deepEqual(resolve("#/anyOf/0"), {});
});

Deno.test("referencesIn() finds anchors and ids, the old form of anchors too", () => {
  const old = { $id: "#old" };
  const resolve = referencesIn({
    items: { $anchor: "new", not: { $id: "T0", items: item } },
    then: old,
  });

  assert.deepEqual(Object.keys(resolve("#new") ?? {}), ["$anchor", "not"]);
  assert.equal(resolve("#old"), old);
  assert.equal(resolve("T0#/items"), item);
});

Deno.test("referencesIn() does not take a property or a default for a name", () => {
  const resolve = referencesIn({
    properties: { $anchor: { const: "x" } },
    default: { $id: "x" },
    enum: [{ $anchor: "x" }],
  });

  assert.equal(resolve("x"), undefined);
  assert.equal(resolve("#x"), undefined);
});

Deno.test("referencesIn() finds nothing outside, and nothing that is no schema", () => {
  const resolve = referencesIn({ title: "T", enum: ["a"] });

  for (
    const reference of ["https://x/y", "#/title", "#/enum", "#/constructor", "#/__proto__", "#/%"]
  ) {
    assert.equal(resolve(reference), undefined, reference);
  }
});

Deno.test("nameOfReference() is the last word", () => {
  assert.equal(nameOfReference("#/$defs/a~1b"), "a/b");
  assert.equal(nameOfReference("https://example.com/item.json#"), "item.json");
  assert.equal(nameOfReference("T0"), "T0");
  assert.equal(nameOfReference("#"), "");
});
