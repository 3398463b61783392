import assert from "node:assert/strict";
import { RotatorError } from "../../lib/domain/errors.ts";
import type { FailedRequestList } from "../../lib/domain/failed_request.ts";
import type { PoolId } from "../../lib/domain/ids.ts";
import { FailedRequests, MAX_WAITING } from "../../lib/web/failed_requests.ts";
import { Log } from "../../lib/web/log.ts";
import { RequestRecord } from "../../lib/web/request_record.ts";
import { aFailedRequest, anAttempt, aSecret, aToken } from "../support/builders.ts";
import { handClock, NOON } from "../support/hand_clock.ts";

const POOL = "pool-1" as PoolId;

/** A store in memory, which may be told to fail. */
function aStore() {
  const saved: FailedRequestList[] = [];
  const store = {
    saved,
    isBroken: false,
    save(list: FailedRequestList) {
      if (store.isBroken) return Promise.reject(new Error("KV is out of order"));
      saved.push(list);
      return Promise.resolve();
    },
    read: () =>
      Promise.resolve({
        requests: saved.flatMap(({ requests }) => requests),
        dropped: saved.reduce((sum, { dropped }) => sum + dropped, 0),
      }),
  };
  return store;
}

/** What was remembered, and how to make a request that tells it of its end. */
function listening() {
  const clock = handClock();
  const store = aStore();
  const failed = new FailedRequests(store, clock);
  let ids = 0;
  const aRecord = (fields: Partial<RequestRecord> = {}) => {
    const log = new Log(() => Promise.resolve(), clock);
    const onOver = failed.note.bind(failed);
    const record = new RequestRecord(`r-${ids++}`, { log, nowMs: clock.monotonicMs, onOver });
    return Object.assign(record, { token: aToken(), ...fields });
  };
  return { clock, store, failed, aRecord };
}

async function idsOf(failed: FailedRequests): Promise<string[]> {
  return (await failed.read()).requests.map(({ id }) => id);
}

Deno.test("FailedRequests remembers what led to a failure, step by step", async () => {
  const { clock, failed, aRecord } = listening();
  const failure = new RotatorError("pool_cooling", "Cannot serve now: all keys cool", {
    reason: "day_quota",
  });
  const record = aRecord({ operation: "generateContent", model: "gemini-2.5-pro", failure });
  record.tried([anAttempt({ ms: 5.3 }), anAttempt({ rule: "timeout", status: null })]);
  await clock.advance(40);

  record.answered(429);

  assert.deepEqual((await failed.read()).requests, [{
    id: "r-0",
    at: NOON + 40,
    ms: 40,
    token: { id: "t1", name: "a client" },
    poolId: POOL,
    operation: "generateContent",
    model: "gemini-2.5-pro",
    status: 429,
    end: "complete",
    code: "pool_cooling",
    reason: "day_quota",
    message: "Cannot serve now: all keys cool",
    attempts: [anAttempt(), anAttempt({ rule: "timeout", status: null })],
  }]);
});

Deno.test("FailedRequests names the rule of the last attempt when the refusal was Google's", async () => {
  const { failed, aRecord } = listening();
  const record = aRecord();
  record.tried([anAttempt({ rule: "request.invalid", status: 400 })]);

  record.answered(400);

  const { requests: [request] } = await failed.read();
  assert.deepEqual([request?.code, request?.reason], [null, "request.invalid"]);
});

Deno.test("FailedRequests remembers no success, no stranger and nobody who left", async () => {
  const { failed, aRecord } = listening();

  aRecord().answered(200);
  aRecord({ token: null }).answered(401);
  const left = aRecord();
  left.answered(499, { bodyFollows: true });
  left.ended({ kind: "left", usage: null });
  const whole = aRecord();
  whole.answered(200, { bodyFollows: true });
  whole.ended({ kind: "complete", usage: null });

  assert.deepEqual(await idsOf(failed), []);
});

Deno.test("FailedRequests remembers an answer that broke off", async () => {
  const { failed, aRecord } = listening();
  const record = aRecord();

  record.answered(200, { bodyFollows: true });
  record.ended({ kind: "cut", usage: null });

  const { requests: [request] } = await failed.read();
  assert.deepEqual([request?.status, request?.end], [200, "cut"]);
});

Deno.test("FailedRequests keeps nothing that a client wrote but the model, and no secret", async () => {
  const { failed, aRecord } = listening();
  const failure = new RotatorError("invalid_request", 'Cannot read "canary-prompt"', {
    param: "canary-prompt",
  });
  const record = aRecord({
    failure,
    model: `${aSecret(1)}\u001b[2J${"x".repeat(500)}`,
    cause: new Error(`canary-prompt ${aSecret(2)}`),
    token: { ...aToken(), name: `for ${aSecret(3)}` },
  });
  record.began("POST", "/canary-prompt");
  record.tried([anAttempt({ label: aSecret(4) })]);
  record.answered(400);
  aRecord({ failure: new RotatorError("internal", `Cannot ${aSecret(5)}`) }).answered(500);

  const text = JSON.stringify(await failed.read());

  for (const n of [1, 2, 3, 4, 5]) assert.ok(!text.includes(aSecret(n)), String(n));
  assert.ok(!text.includes("canary-prompt"));
  assert.ok(!text.includes("\u001b"));
  assert.ok(text.length < 2_000);
});

Deno.test("FailedRequests keeps the last ten attempts of a request that made many", async () => {
  const { failed, aRecord } = listening();
  const record = aRecord();
  record.tried(Array.from({ length: 20 }, (_, n) => anAttempt({ ms: n })));

  record.answered(503);

  const { requests: [request] } = await failed.read();
  assert.deepEqual(request?.attempts.map(({ ms }) => ms), [10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
});

Deno.test("FailedRequests leaves out what is too much, counts it, and keeps what is rare", async () => {
  const { failed, store, aRecord } = listening();
  aRecord({ token: aToken({ id: "rare" }) }).answered(502);
  for (let n = 0; n < 5_000; n++) aRecord().answered(429);
  aRecord({ token: aToken({ id: "late" }) }).answered(503);

  await failed.write();

  const [{ requests, dropped }] = store.saved as [FailedRequestList];
  assert.equal(requests.length, MAX_WAITING);
  assert.equal(dropped, 5_002 - MAX_WAITING);
  const tokens = new Set(requests.map(({ token }) => token.id));
  assert.deepEqual([...tokens].sort(), ["late", "rare", "t1"]);
  assert.ok(requests.some(({ id }) => id === "r-5000"), "the newest of the many is not there");
});

Deno.test("FailedRequests writes what waits once, and nothing when nothing waits", async () => {
  const { failed, store, aRecord } = listening();

  await failed.write();
  aRecord().answered(500);
  await failed.write();
  await failed.write();

  assert.equal(store.saved.length, 1);
  assert.deepEqual(await idsOf(failed), ["r-0"]);
});

Deno.test("FailedRequests waits on when storage fails, tells what waits, and writes it later", async () => {
  const { failed, store, aRecord } = listening();
  store.isBroken = true;
  for (let n = 0; n < MAX_WAITING + 5; n++) aRecord().answered(500);
  await assert.rejects(failed.write(), /out of order/);
  aRecord().answered(502);
  const waiting = (await failed.read()).requests.length;

  store.isBroken = false;
  await failed.write();

  assert.equal(waiting, MAX_WAITING);
  const [{ requests, dropped }] = store.saved as [FailedRequestList];
  assert.deepEqual([requests.length, dropped], [MAX_WAITING, 6]);
});

Deno.test("FailedRequests tells each request once, whether it waits, is being written or is stored", async () => {
  const { failed, store, aRecord } = listening();
  aRecord().answered(500);
  const writing = failed.write();
  aRecord().answered(500);
  const during = await idsOf(failed);
  await writing;
  store.saved.push({ requests: [aFailedRequest(1)], dropped: 3 });

  assert.deepEqual(during.sort(), ["r-0", "r-1"]);
  assert.equal((await idsOf(failed)).length, 3);
  assert.equal((await failed.read()).dropped, 3);
});
