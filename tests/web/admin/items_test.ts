import assert from "node:assert/strict";
import type { PoolId, TokenId } from "../../../lib/domain/ids.ts";
import { reportKey } from "../../../lib/domain/key.ts";
import { keyItem } from "../../../lib/web/admin/key_item.ts";
import { poolItem } from "../../../lib/web/admin/pool_item.ts";
import { tokenItem } from "../../../lib/web/admin/token_item.ts";
import { aCooldown, aKey, aLastOutcome, aPool } from "../../support/builders.ts";
import { NOON } from "../../support/hand_clock.ts";

const STOWAWAY = { sealed: "stowaway", digest: "stowaway" };

const token = {
  id: "t1" as TokenId,
  name: "laptop",
  poolId: "p1" as PoolId,
  enabled: true,
  allowedModels: null,
  expiresAt: null,
  requestsPerMinute: null,
  tokensPerDay: null,
  createdAt: NOON,
};
const facts = {
  cooldowns: [{ ...aCooldown(), ...STOWAWAY }],
  last: { ...aLastOutcome(), ...STOWAWAY },
  now: NOON,
};
const disabled = { by: "operator", at: NOON, ...STOWAWAY } as const;

for (
  const [what, item] of [
    ["poolItem", poolItem({ ...aPool(), ...STOWAWAY })],
    ["tokenItem", tokenItem({ ...token, ...STOWAWAY })],
    ["keyItem", keyItem(reportKey({ ...aKey({ disabled }), ...STOWAWAY }, facts))],
  ] as const
) {
  Deno.test(`${what}() shows no field that it does not name`, () => {
    const text = JSON.stringify(item);

    assert.ok(text.includes("2026-11-23T12:00:00.000Z"));
    assert.ok(!text.includes("stowaway"));
  });
}

Deno.test("tokenItem() shows an end at the beginning of time as one", () => {
  assert.equal(
    tokenItem({ ...token, expiresAt: 0 as never }).expiresAt,
    "1970-01-01T00:00:00.000Z",
  );
});
