import assert from "node:assert/strict";
import type { EpochMs, PoolId, TokenId } from "../../../lib/domain/ids.ts";
import type { Token } from "../../../lib/domain/token.ts";
import {
  exampleModel,
  exampleOrigin,
  tokenExamples,
} from "../../../lib/web/pages/token_examples.ts";
import { doneSentence, poolNames, readTokenAddress } from "../../../lib/web/pages/token_pages.ts";
import { tokenUsageQuery, tokenUsageRows } from "../../../lib/web/pages/token_usage.ts";
import { limitsInWords, tokenState } from "../../../lib/web/pages/token_view.ts";
import { NOT_FOUND, RotatorError } from "../../../lib/domain/errors.ts";

const NOW = Date.UTC(2026, 10, 25, 12) as EpochMs;
const DAY_MS = 86_400_000;
const token: Token = {
  id: "01m89rhx1386xy0ym213rg1k6t" as TokenId,
  name: "a laptop",
  poolId: "01m89rhx1386xy0ym213rg1k6n" as PoolId,
  enabled: true,
  allowedModels: null,
  expiresAt: null,
  requestsPerMinute: null,
  tokensPerDay: null,
  createdAt: NOW,
};

Deno.test("a token is expired from the very moment on, whether or not it is enabled", () => {
  const until = (ms: number, enabled = true) =>
    tokenState({ ...token, enabled, expiresAt: (NOW + ms) as EpochMs }, NOW);

  assert.deepEqual([until(1), until(0), until(0, false), until(1, false)], [
    "active",
    "expired",
    "expired",
    "disabled",
  ]);
});

Deno.test("limits are told in words, and a token without any has none", () => {
  const limited: Token = {
    ...token,
    allowedModels: ["gemini-3.6-flash", "gemini-2.5-pro"],
    requestsPerMinute: 1,
    tokensPerDay: 1_000_000,
    expiresAt: NOW,
  };

  assert.deepEqual(limitsInWords(token), []);
  assert.deepEqual(limitsInWords(limited), [
    "only gemini-3.6-flash and 1 more",
    "1 request a minute",
    "1,000,000 tokens a day",
    "until 2026-11-25 12:00",
  ]);
});

Deno.test("usage of seven days is asked for, and told apart from today's", () => {
  const { from, to } = tokenUsageQuery(token, NOW);
  const today = Date.UTC(2026, 10, 25) as EpochMs;
  const rows = tokenUsageRows([
    { at: from, of: token.id, sums: { served: 1_000, limited: 2, prompt: 10, thoughts: 5 } },
    { at: today, of: token.id, sums: { served: 3, prompt: 4, output: 1 } },
  ], NOW);

  assert.deepEqual([from, to], [today - 6 * DAY_MS, NOW + 1]);
  assert.deepEqual(rows.map(({ name, today, week }) => [name, today, week]), [
    ["Requests", "3", "1,005"],
    ["served", "3", "1,003"],
    ["over the token's limits", "0", "2"],
    ["Tokens", "5", "20"],
    ["of prompts", "4", "14"],
    ["of answers", "1", "6"],
  ]);
  assert.deepEqual(tokenUsageRows([], NOW), []);
});

Deno.test("examples ask for a model that the token may name", () => {
  assert.deepEqual(
    [null, ["gemini-2.5-pro"], ["gemini-2.5-pro", "gemini-3.6-flash"]].map((allowedModels) =>
      exampleModel({ allowedModels })
    ),
    ["gemini-3.6-flash", "gemini-2.5-pro", "gemini-3.6-flash"],
  );
});

Deno.test("every example has the address, the token and the model", () => {
  const facts = { origin: "https://keys.example", token: "gkr_abc", model: "gemini-2.5-pro" };

  const examples = tokenExamples(facts);

  assert.equal(new Set(examples.map(({ title }) => title)).size, 6);
  for (const { title, code } of examples) {
    for (const fact of Object.values(facts)) assert.ok(code.includes(fact), `${title}: no ${fact}`);
    assert.equal(/openai/i.test(title), /keys\.example\/v1["/]/.test(code), title);
  }
});

Deno.test("our address is PUBLIC_URL, or else the one that was asked", () => {
  const request = new Request("http://127.0.0.1:8000/admin/tokens/new");

  assert.equal(
    exampleOrigin(request, { publicUrl: "https://keys.example/" }),
    "https://keys.example",
  );
  assert.equal(exampleOrigin(request, { publicUrl: null }), "http://127.0.0.1:8000");
});

Deno.test("only sentences of ours are said, whatever stands in the address", () => {
  const said = ["saved", "constructor", "<b>"].map((done) =>
    doneSentence(new URLSearchParams({ done }))
  );

  assert.deepEqual(said, ["Saved.", null, null]);
  assert.equal(doneSentence(new URLSearchParams()), null);
});

Deno.test("what cannot be a token's address is not found", () => {
  assert.equal(readTokenAddress(token.id), token.id);
  assert.throws(() => readTokenAddress("x".repeat(5_000)), { code: NOT_FOUND });
});

Deno.test("a pool that is gone is called by its id", async () => {
  const gone = "01m89rhx1386xy0ym213rg1k6z" as PoolId;
  const asked: PoolId[] = [];
  const pool = { id: token.poolId, name: "mine", createdAt: NOW, metering: true, aliases: {} };
  const pools = {
    get(id: PoolId) {
      asked.push(id);
      if (id === gone) return Promise.reject(new RotatorError(NOT_FOUND, "Cannot find pool"));
      return Promise.resolve(pool);
    },
    list: () => Promise.resolve({ items: [pool], cursor: null }),
  };

  const names = await poolNames(pools, [token.poolId, gone, token.poolId]);

  assert.deepEqual([...names], [[token.poolId, "mine"], [gone, gone]]);
  assert.equal(asked.length, 2);
});
