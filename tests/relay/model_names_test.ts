import assert from "node:assert/strict";
import type { TokenId } from "../../lib/domain/ids.ts";
import { ModelNames } from "../../lib/relay/model_names.ts";
import { aSecret } from "../support/builders.ts";

const DAY = "2026-11-23";
const T1 = "t1" as TokenId;

function named(names: ModelNames, model: string, { token = T1, day = DAY, isProven = false } = {}) {
  return names.nameOf(model, { token, day, isProven });
}

Deno.test("ModelNames counts a call without a model as none", () => {
  assert.equal(new ModelNames().nameOf(null, { token: T1, day: DAY, isProven: false }), "none");
});

Deno.test("ModelNames tells at most 200 of ten thousand models apart, proven or not", () => {
  for (const isProven of [true, false]) {
    const names = new ModelNames();
    const all = new Set(
      Array.from({ length: 10_000 }, (_, n) => named(names, `m${n}`, { isProven })),
    );

    assert.ok(all.has("other"));
    assert.ok(all.size <= 201, `${all.size}`);
  }
});

Deno.test("ModelNames has a place for a model that exists, however many a client makes up", () => {
  const names = new ModelNames();
  for (let n = 0; n < 10_000; n++) named(names, `made-up-${n}`);

  assert.equal(named(names, "gemini-2.5-pro"), "other");
  assert.equal(named(names, "gemini-2.5-pro", { isProven: true }), "gemini-2.5-pro");
  assert.equal(named(names, "gemini-2.5-pro"), "gemini-2.5-pro");
});

Deno.test("ModelNames begins anew each day", () => {
  const names = new ModelNames();
  for (let n = 0; n < 100; n++) named(names, `made-up-${n}`);

  assert.equal(named(names, "made-up-99"), "other");
  assert.equal(named(names, "made-up-99", { day: "2026-11-24" }), "made-up-99");
});

Deno.test("ModelNames does not keep a key that stands in the place of a model", () => {
  assert.equal(named(new ModelNames(), aSecret(1)), "other");
});
