import assert from "node:assert/strict";
import { fileRoutes } from "../../lib/fresh/file_routes.ts";

function described(files: readonly string[]): string[] {
  const module = { default: () => null, handler: () => new Response() };
  const routes = Object.fromEntries(files.map((file) => [`./routes/${file}`, module]));
  return fileRoutes({ routes, islands: {}, baseUrl: "" }).map((command) =>
    command.kind === "route" ? command.pattern : `${command.kind}`
  );
}

Deno.test("fileRoutes() spells addresses as the files are named", () => {
  assert.deepEqual(
    described([
      "index.tsx",
      "admin/index.tsx",
      "admin/pools/[pool].tsx",
      "api/[...path].ts",
      "(public)/about.tsx",
      "v1/[model]-[verb].ts",
    ]).toSorted(),
    ["/", "/about", "/admin", "/admin/pools/:pool", "/api/:path*", "/v1/:model-:verb"],
  );
});

Deno.test("fileRoutes() puts what is for a folder before what is in it, whatever order files come in", () => {
  const files = ["[...rest].ts", "[id].tsx", "z.tsx", "index.tsx", "_404.tsx", "_error.tsx"];
  const order = ["error", "notFound", "/", "/z", "/:id", "/:rest*"];

  assert.deepEqual(described(files), order);
  assert.deepEqual(described(files.toReversed()), order);
  assert.deepEqual(
    described(["a/x.tsx", "_layout.tsx", "a/_middleware.ts", "_middleware.ts", "_app.tsx"]),
    ["app", "middleware", "layout", "middleware", "/a/x"],
  );
});
