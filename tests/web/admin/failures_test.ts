import assert from "node:assert/strict";
import { RotatorError } from "../../../lib/domain/errors.ts";
import type { Manage, Pools } from "../../../lib/domain/management.ts";
import { createAdminApi } from "../../../lib/web/admin_api.ts";
import type { Entry } from "../../../lib/web/entry.ts";
import { Log } from "../../../lib/web/log.ts";
import { RequestRecord } from "../../../lib/web/request_record.ts";
import { parseTarget } from "../../../lib/web/target.ts";
import { handClock } from "../../support/hand_clock.ts";
import { aStorage, type TestStorage } from "../../support/storage.ts";
import { ADMIN_TOKEN } from "./admin_client.ts";

const probe = () => Promise.reject(new Error("not asked for"));
const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };

/** The API over storage whose list of pools fails with this. */
function failing(storage: TestStorage, error: unknown) {
  const pools: Pools = { ...storage.pools, list: () => Promise.reject(error) };
  return createAdminApi({ ...storage, pools, probe, adminToken: ADMIN_TOKEN });
}

function entryOf(request: Request, id: string): Entry {
  const record = new RequestRecord(id, {
    log: new Log(() => Promise.resolve(), handClock()),
    nowMs: () => 0,
  });
  return { target: parseTarget(request), record };
}

Deno.test("a mistake of ours is told by its request id alone, and its cause goes to the record", async () => {
  await using storage = await aStorage();
  const mistake = new TypeError("Cannot read properties of undefined");
  const request = new Request("http://localhost/api/pools", { headers });
  const entry = entryOf(request, "r-42");

  const response = await failing(storage, mistake).fetch(request, entry);

  assert.equal(response.status, 500);
  assert.equal(response.headers.get("x-request-id"), "r-42");
  assert.deepEqual(await response.json(), {
    error: {
      code: "internal",
      message: "Cannot serve: something went wrong here; the log has request r-42",
    },
  });
  assert.equal(entry.record.cause, mistake);
});

Deno.test("a request without a record gets an id of its own", async () => {
  await using storage = await aStorage();

  const response = await failing(storage, new Error("x")).request("/api/pools", { headers });

  const id = response.headers.get("x-request-id") ?? "";
  const { error } = await response.json();
  assert.match(id, /^[0-9a-f-]{36}$/);
  assert.ok(error.message.endsWith(`the log has request ${id}`));
});

Deno.test("storage out of reach is 503, with a time to try again", async () => {
  await using storage = await aStorage();
  const cause = new Error("KV list took longer than 5000 ms");
  const unavailable = new RotatorError("unavailable", "Cannot reach our storage", {
    cause,
    retryAfterMs: 5_000,
  });
  const request = new Request("http://localhost/api/pools", { headers });
  const entry = entryOf(request, "r-43");

  const response = await failing(storage, unavailable).fetch(request, entry);

  const { error } = await response.json();
  assert.deepEqual([response.status, error.code], [503, "unavailable"]);
  assert.equal(response.headers.get("retry-after"), "5");
  assert.equal(error.message, "Cannot reach our storage");
  assert.equal(entry.record.cause, cause);
});

Deno.test("a race that is lost again and again is a conflict", async () => {
  await using storage = await aStorage();
  const conflict = new RotatorError("conflict", "Cannot save the change", { retryAfterMs: 1_000 });
  const pools: Pools = { ...storage.pools, create: () => Promise.reject(conflict) };
  const manage: Manage = () => ({ ...storage, pools });
  const app = createAdminApi({ ...storage, manage, probe, adminToken: ADMIN_TOKEN });

  const response = await app.request("/api/pools", {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: '{"name":"x"}',
  });

  const { error } = await response.json();
  assert.deepEqual([response.status, error.code], [409, "conflict"]);
  assert.equal(response.headers.get("retry-after"), "1");
});
