import assert from "node:assert/strict";
import type { KeyId, PoolId, TokenId } from "../../lib/domain/ids.ts";
import { Log } from "../../lib/web/log.ts";
import { RequestRecord } from "../../lib/web/request_record.ts";
import { aSecret } from "../support/builders.ts";
import { handClock, NOON } from "../support/hand_clock.ts";

/** A record that began at noon, and the lines it has written. */
function aRecord() {
  const clock = handClock();
  const written: string[] = [];
  const log = new Log((text) => Promise.resolve(void written.push(text)), clock);
  const record = new RequestRecord("id-1", { log, nowMs: () => clock.monotonicMs() });
  record.began("POST", "/v1beta/models/m:generateContent");
  const lines = async () => {
    await log.flush();
    return written.join("").split("\n").slice(0, -1).map((line) => JSON.parse(line));
  };
  return { clock, record, lines };
}

const USAGE = { prompt: 1, cached: 0, output: 2, thoughts: 0, toolUse: 0, total: 3 };

Deno.test("RequestRecord writes its line once the answer and its end are known, in either order", async () => {
  const [answerFirst, endFirst] = [aRecord(), aRecord()];

  answerFirst.record.answered(200, { bodyFollows: true });
  assert.deepEqual(await answerFirst.lines(), []);
  answerFirst.record.ended({ kind: "complete", usage: USAGE });
  endFirst.record.ended({ kind: "complete", usage: USAGE });
  assert.deepEqual(await endFirst.lines(), []);
  endFirst.record.answered(200, { bodyFollows: true });

  for (const { lines } of [answerFirst, endFirst]) {
    const [line, ...more] = await lines();
    assert.deepEqual(more, []);
    assert.deepEqual([line.id, line.status, line.usage], ["id-1", 200, USAGE]);
    assert.equal("end" in line, false);
  }
});

Deno.test("RequestRecord writes at once when no body follows, and never twice", async () => {
  const { record, lines } = aRecord();

  record.answered(429);
  record.answered(500);
  record.ended({ kind: "cut", usage: null });

  assert.deepEqual((await lines()).map(({ status }) => status), [429]);
});

Deno.test("RequestRecord tells how a body ended unless it is complete", async () => {
  for (const kind of ["left", "cut", "unseen"] as const) {
    const { record, lines } = aRecord();
    record.answered(200, { bodyFollows: true });
    record.ended({ kind, usage: null });
    assert.equal((await lines())[0].end, kind);
  }
});

Deno.test("RequestRecord tells who asked for what, every attempt, and how long it took", async () => {
  const { clock, record, lines } = aRecord();
  record.operation = "generateContent";
  record.model = "gemini-2.5-pro";
  record.token = {
    id: "t1" as TokenId,
    name: "a secret name",
    poolId: "p1" as PoolId,
    enabled: true,
    allowedModels: null,
    expiresAt: null,
    requestsPerMinute: null,
    tokensPerDay: null,
    createdAt: NOON,
  };
  const keyId = "k1" as KeyId;
  record.attempts.push({
    keyId,
    label: "a secret label",
    fingerprint: "0badcafe",
    outcome: "served",
    rule: "served",
    status: 200,
    ms: 1.26,
  });
  await clock.advance(12);

  record.answered(200);

  assert.deepEqual(await lines(), [{
    time: "2026-11-23T12:00:00.012Z",
    id: "id-1",
    method: "POST",
    operation: "generateContent",
    model: "gemini-2.5-pro",
    status: 200,
    ms: 12,
    token: "t1",
    pool: "p1",
    attempts: [{ key: "k1", fingerprint: "0badcafe", rule: "served", status: 200, ms: 1.3 }],
  }]);
});

Deno.test("RequestRecord writes JSON and no secret, whatever the path and the cause are", async () => {
  const { record, lines } = aRecord();
  record.began("GET", `/a"b\\/${aSecret(5)}\u0000`);
  record.cause = new Error(`"quoted" ${aSecret(5)}`);

  record.answered(404);

  const [line] = await lines();
  assert.ok(!JSON.stringify(line).includes(aSecret(5)));
  assert.match(line.path, /^\/a"b\\\/\[key\]/);
  assert.match(line.cause, /"quoted" \[key\]/);
});
