import assert from "node:assert/strict";
import { INVALID_REQUEST } from "../../../lib/domain/errors.ts";
import { requestSearch } from "../../../lib/web/pages/request_search.ts";
import { attemptWords, whatWentWrong } from "../../../lib/web/pages/request_words.ts";

const REFUSED = { end: "complete", code: null, reason: null, message: null, status: 400 } as const;
const ID = "1b4e28ba-2fa1-4d3b-9c6e-8f0a7c5d2e10";

Deno.test("whatWentWrong() takes our own words where we had some", () => {
  const wrong = whatWentWrong({ ...REFUSED, code: "pool_empty", message: "Cannot serve: no key" });

  assert.equal(wrong, "Cannot serve: no key");
});

Deno.test("whatWentWrong() says that an answer broke off", () => {
  assert.match(whatWentWrong({ ...REFUSED, status: 200, end: "cut" }), /broke off/);
});

Deno.test("whatWentWrong() does not blame Gemini for what we did not take", () => {
  const wrong = whatWentWrong({ ...REFUSED, code: INVALID_REQUEST });

  assert.equal(wrong, "The request was not one that we could pass on");
});

Deno.test("whatWentWrong() reads the rule of the last attempt", () => {
  const wrong = whatWentWrong({ ...REFUSED, reason: "request_fault" });

  assert.equal(wrong, "Gemini found a fault in the request");
});

Deno.test("whatWentWrong() falls back on the status", () => {
  assert.equal(whatWentWrong({ ...REFUSED, reason: "new" }), "It was answered with status 400");
});

Deno.test("attemptWords() has words for every rule that judges an attempt", async () => {
  const root = new URL("../../../lib/upstream/", import.meta.url);
  const sources = await Promise.all(
    ["judge.ts", "judge_quota.ts"].map((name) => Deno.readTextFile(new URL(name, root))),
  );
  const rules = sources.join("\n")
    .matchAll(/(?:\b(?:broken|dead|suspect|cooling)\(\s*|rule: )"(\w+)"/g);
  const mute = [...rules].map(([, rule = ""]) => rule)
    .filter((rule) => attemptWords({ rule, outcome: "broken" }) === "broke");

  assert.deepEqual(mute, []);
});

Deno.test("attemptWords() falls back on the outcome", () => {
  assert.equal(attemptWords({ rule: "new", outcome: "exhausted" }), "the key had no quota left");
});

Deno.test("requestSearch() takes an id as people paste it", () => {
  const found = { kind: "found", href: `/admin/requests/${ID}` };

  assert.deepEqual(requestSearch(` ${ID.toUpperCase()} `), found);
  assert.deepEqual(requestSearch(`x-request-id: ${ID}`), found);
});

Deno.test("requestSearch() goes nowhere with what is no id", () => {
  assert.deepEqual(requestSearch("../pools"), { kind: "wrong", typed: "../pools" });
  assert.deepEqual(requestSearch(" "), { kind: "none" });
  assert.deepEqual(requestSearch(null), { kind: "none" });
});
