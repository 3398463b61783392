import assert from "node:assert/strict";
import type { AuditAction, AuditDetails, AuditId, AuditRow } from "../../../lib/domain/audit.ts";
import type { EpochMs, PoolId } from "../../../lib/domain/ids.ts";
import { activityLine } from "../../../lib/web/pages/activity_line.ts";

function aRow(action: AuditAction, details: AuditDetails = {}): AuditRow {
  const kind = action.startsWith("keys") ? "pool" : action.split(".")[0] as "pool";
  return {
    id: "1" as AuditId,
    at: 0 as EpochMs,
    by: { kind: "github", id: 1, login: "octocat" },
    action,
    target: { kind, id: "x", name: "demo", poolId: "p1" as PoolId },
    details,
    result: "done",
  };
}

const SENTENCES: readonly (readonly [AuditRow, string])[] = [
  [aRow("pool.create", { name: "demo", metering: true }), "octocat made pool demo"],
  [aRow("keys.add", { added: 40 }), "octocat added 40 keys to pool demo"],
  [aRow("keys.add", { added: 1 }), "octocat added 1 key to pool demo"],
  [aRow("key.update", { enabled: false }), "octocat set aside key demo"],
  [aRow("key.update", { enabled: true }), "octocat put back key demo"],
  [aRow("key.update", { enabled: true, label: "a" }), "octocat changed key demo"],
  [aRow("key.wake", { ended: 2 }), "octocat woke key demo"],
  [aRow("token.update", { enabled: false }), "octocat switched off token demo"],
  [aRow("token.delete"), "octocat deleted token demo"],
  [aRow("session.sign_in"), "octocat signed in"],
  [aRow("session.sign_out_everywhere"), "octocat ended every session"],
];

for (const [row, sentence] of SENTENCES) {
  Deno.test(`activityLine() says: ${sentence} (${JSON.stringify(row.details)})`, () => {
    const { who, did, name } = activityLine(row);

    assert.equal([who, did, name].filter((part) => part !== null).join(" "), sentence);
  });
}

Deno.test("activityLine() tells what was set, and not what the sentence says already", () => {
  const details = { name: "demo", allowedModels: 1, expiresAt: null, requestsPerMinute: 1_000 };

  assert.equal(
    activityLine(aRow("token.create", details)).details,
    "1 model, never expires, 1,000 requests a minute",
  );
  assert.equal(activityLine(aRow("key.update", { enabled: false })).details, "");
  assert.equal(activityLine(aRow("keys.add", { added: 4 })).details, "");
});

Deno.test("activityLine() shows a field that it has no words for by its name", () => {
  assert.equal(activityLine(aRow("pool.update", { region: "eu" })).details, "region: eu");
});

Deno.test("activityLine() links to the pool, unless it was deleted", () => {
  assert.equal(activityLine(aRow("key.update")).href, "/admin/pools/p1");
  assert.equal(activityLine(aRow("pool.delete")).href, null);
});
