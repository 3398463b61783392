import assert from "node:assert/strict";
import { asset, useBuildId } from "../../lib/fresh/asset.ts";

Deno.test("asset() adds the build to addresses of ours, once", () => {
  useBuildId("b1");

  assert.equal(asset("/a.css"), "/a.css?__frsh_c=b1");
  assert.equal(asset("/a.svg?x=1#icon"), "/a.svg?x=1&__frsh_c=b1#icon");
  assert.equal(asset(asset("/a.css")), "/a.css?__frsh_c=b1");
  assert.equal(asset("//evil.example/a.css"), "//evil.example/a.css");
  assert.equal(asset("data:,x"), "data:,x");
  useBuildId("");
});

Deno.test("asset() changes nothing when there is no build", () => {
  useBuildId("");

  assert.equal(asset("/a.css"), "/a.css");
});
