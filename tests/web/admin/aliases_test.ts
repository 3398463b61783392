import assert from "node:assert/strict";
import type { PoolItem } from "../../../lib/web/admin/pool_item.ts";
import { type Refusal, withAdmin } from "./admin_client.ts";

const ALIASES = {
  "gpt-4o": "gemini-3.6-flash",
  "openai/gpt-4.1-mini": "gemini-2.5-flash-lite",
  "accounts/someone/models/llama3:8b@latest": "gemini-2.5-pro",
};

function someAliases(count: number) {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`alias-${n}`, "gemini-x"]));
}

Deno.test(
  "a pool shows the aliases it was made with, wherever it is shown",
  withAdmin(async (admin) => {
    const made = await admin.post<PoolItem>("/api/pools", { name: "x", aliases: ALIASES });

    const got = await admin.get<PoolItem>(`/api/pools/${made.body.id}`);
    const listed = await admin.get<{ items: [PoolItem] }>("/api/pools");
    assert.equal(made.status, 201);
    assert.deepEqual(made.body.aliases, ALIASES);
    assert.deepEqual(got.body.aliases, ALIASES);
    assert.deepEqual(listed.body.items[0].aliases, ALIASES);
  }),
);

Deno.test(
  "PATCH /api/pools/:pool replaces all aliases, and leaves them when it does not name them",
  withAdmin(async (admin) => {
    const pool = await admin.aPool();

    const given = await admin.patch<PoolItem>(pool, { aliases: ALIASES });
    const renamed = await admin.patch<PoolItem>(pool, { name: "renamed" });
    const replaced = await admin.patch<PoolItem>(pool, { aliases: { "gpt-5": "gemini-2.5-pro" } });
    const emptied = await admin.patch<PoolItem>(pool, { aliases: {} });

    assert.equal(given.status, 200);
    assert.deepEqual(given.body.aliases, ALIASES);
    assert.deepEqual(renamed.body.aliases, ALIASES);
    assert.deepEqual(replaced.body.aliases, { "gpt-5": "gemini-2.5-pro" });
    assert.equal(replaced.body.name, "renamed");
    assert.deepEqual(emptied.body.aliases, {});
  }),
);

Deno.test(
  "a pool may have 100 aliases of the longest names for the longest models",
  withAdmin(async (admin) => {
    const longest = (n: number) => String(n).padStart(128, "a/");
    const aliases = Object.fromEntries(
      Array.from({ length: 100 }, (_, n) => [longest(n), "m".repeat(128)]),
    );

    const { status, body } = await admin.post<PoolItem>("/api/pools", { name: "x", aliases });

    assert.equal(status, 201);
    assert.deepEqual(body.aliases, aliases);
  }),
);

Deno.test(
  "an alias may have a name that every object answers to",
  withAdmin(async (admin) => {
    const aliases = { toString: "gemini-2.5-pro", hasOwnProperty: "gemini-2.5-pro" };

    const { body } = await admin.post<PoolItem>("/api/pools", { name: "x", aliases });

    assert.deepEqual(body.aliases, aliases);
  }),
);

const NAMED = "must be named with 1 to 128 letters, digits and . _ - : / @";

for (
  const [aliases, state] of [
    [null, '"aliases" must be an object with a model for each alias'],
    [["gpt-4o"], '"aliases" must be an object with a model for each alias'],
    ["gpt-4o", '"aliases" must be an object with a model for each alias'],
    [{ "gpt-4o": 7 }, '"aliases.gpt-4o" must be a string'],
    [{ "gpt-4o": null }, '"aliases.gpt-4o" must be a string'],
    [{ "gpt-4o": "" }, '"aliases.gpt-4o" must be the name of a model'],
    [{ "gpt-4o": " gemini-x" }, '"aliases.gpt-4o" must be the name of a model'],
    [{ a: "gemini-x", "z-ai/glm-4.6": "models/gemini-x" }, '"aliases.z-ai/glm-4.6" must be the'],
    [{ "gpt-4o": "m".repeat(129) }, '"aliases.gpt-4o" must be the name of a model'],
    [{ "": "gemini-x" }, `"aliases.…" ${NAMED}`],
    [{ "gpt 4o": "gemini-x" }, `"aliases.…" ${NAMED}`],
    [{ "gpt-4ö": "gemini-x" }, `"aliases.…" ${NAMED}`],
    [{ "gpt-4o\n": "gemini-x" }, `"aliases.…" ${NAMED}`],
    [{ ["a".repeat(129)]: "gemini-x" }, `"aliases.…" ${NAMED}`],
    [someAliases(101), '"aliases" must have at most 100 aliases'],
  ] as const
) {
  Deno.test(
    `POST and PATCH of pools refuse the aliases ${JSON.stringify(aliases).slice(0, 40)}`,
    withAdmin(async (admin) => {
      const pool = await admin.aPool();

      const made = await admin.post<Refusal>("/api/pools", { name: "x", aliases });
      const changed = await admin.patch<Refusal>(pool, { aliases });

      for (const { status, body } of [made, changed]) {
        assert.deepEqual([status, body.error.code], [400, "invalid_request"]);
        assert.ok(body.error.message.startsWith(`Cannot read request body: ${state}`));
      }
      assert.deepEqual((await admin.get<PoolItem>(pool)).body.aliases, {});
    }),
  );
}

for (const name of ["__proto__", "constructor", "prototype"]) {
  Deno.test(
    `an alias cannot be named ${name}`,
    withAdmin(async (admin) => {
      const body = `{"name":"x","aliases":{"${name}":"gemini-x"}}`;

      const refused = await admin.send("POST", "/api/pools", { body });

      assert.equal(refused.status, 400);
      assert.equal(
        refused.body.error.message,
        `Cannot read the body: it has the name "${name}", which is not taken`,
      );
    }),
  );
}
