import assert from "node:assert/strict";
import { RouteTable } from "../../lib/fresh/route_table.ts";

function aTable(...patterns: string[]): RouteTable<string> {
  const table = new RouteTable<string>();
  patterns.forEach((pattern) => table.add(pattern, "ALL", pattern));
  return table;
}

function found(table: RouteTable<string>, path: string) {
  const match = table.match("GET", path);
  return match && [match.found, { ...match.params }];
}

Deno.test("RouteTable finds what is written out, whatever patterns there are", () => {
  const table = aTable("/:any", "/new", "/");

  assert.deepEqual(found(table, "/new"), ["/new", {}]);
  assert.deepEqual(found(table, "/new/"), ["/new", {}]);
  assert.deepEqual(found(table, "/old"), ["/:any", { any: "old" }]);
  assert.deepEqual(found(table, "/"), ["/", {}]);
  assert.equal(found(table, "/a/b"), null);
});

Deno.test("RouteTable takes characters of patterns as they are", () => {
  const table = aTable("/v1.0/:model/(x)");

  assert.deepEqual(found(table, "/v1.0/a/(x)"), ["/v1.0/:model/(x)", { model: "a" }]);
  assert.equal(found(table, "/v1x0/a/(x)"), null);
});

Deno.test("RouteTable decodes parameters, and passes on what is no encoding", () => {
  const table = aTable("/:name", "/a/:rest*");

  assert.deepEqual(found(table, "/%C3%A9t%C3%A9"), ["/:name", { name: "été" }]);
  assert.deepEqual(found(table, "/%E0%A4%A"), ["/:name", { name: "%E0%A4%A" }]);
  assert.deepEqual(found(table, "/a/b%2Fc/d"), ["/a/:rest*", { rest: "b%2Fc/d" }]);
});

Deno.test("RouteTable gives parameters no prototype", () => {
  const table = aTable("/:__proto__");

  const { params } = table.match("GET", "/x") ?? {};

  assert.equal(Object.getPrototypeOf(params), null);
});

Deno.test("RouteTable says which methods there are when one is missing", () => {
  const table = new RouteTable<string>();
  table.add("/x", ["GET", "POST"], "x");

  assert.equal(table.match("HEAD", "/x")?.found, "x");
  assert.deepEqual([table.match("PUT", "/x")?.found, table.match("PUT", "/x")?.methods], [
    null,
    ["GET", "POST"],
  ]);
});
