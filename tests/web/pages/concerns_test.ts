import assert from "node:assert/strict";
import type { PoolId } from "../../../lib/domain/ids.ts";
import { sumsItem } from "../../../lib/web/admin/usage_item.ts";
import { concernsOf } from "../../../lib/web/pages/concerns.ts";
import { NOON } from "../../support/hand_clock.ts";

const NOTHING = sumsItem({});

function aPool(ready: number, cooling: number, disabled: number) {
  const pool = {
    id: "p1" as PoolId,
    name: "demo",
    createdAt: NOON,
    metering: true,
    aliases: {},
  };
  return { pool, counts: { ready, cooling, disabled } };
}

Deno.test("concernsOf() has nothing to say of a pool whose keys are well", () => {
  assert.deepEqual(concernsOf([aPool(2, 1, 0)], NOTHING), []);
});

for (
  const [counts, kind, text] of [
    [[0, 0, 0], "warning", "“demo” has no keys, so its tokens get 503."],
    [[0, 2, 0], "error", "“demo” has no key that is ready: the first to be ready again serves."],
    [[0, 0, 2], "error", "“demo” has no key that is ready: all are disabled."],
    [[3, 0, 1], "warning", "“demo” has a disabled key."],
    [[3, 0, 4], "warning", "“demo” has 4 disabled keys."],
  ] as const
) {
  Deno.test(`concernsOf() says of ${counts.join(", ")} keys: ${text}`, () => {
    const [ready, cooling, disabled] = counts;

    const found = concernsOf([aPool(ready, cooling, disabled)], NOTHING);

    assert.deepEqual(found.map((concern) => [concern.kind, concern.text]), [[kind, text]]);
    assert.equal(found[0]?.action.href, "/admin/pools/p1");
  });
}

Deno.test("concernsOf() tells of an hour in which much was not served, before what can wait", () => {
  const hour = sumsItem({ served: 8, broken: 2, refused: 50 });

  const found = concernsOf([aPool(3, 0, 1)], hour);

  assert.deepEqual(found.map(({ text }) => text), [
    "20 % of the requests of this hour and the last were not served.",
    "“demo” has a disabled key.",
  ]);
});

Deno.test("concernsOf() does not judge an hour by a handful of requests", () => {
  assert.deepEqual(concernsOf([], sumsItem({ broken: 9 })), []);
});
