import assert from "node:assert/strict";
import fc from "fast-check";
import type { FinishedRequest } from "../../lib/domain/finished_request.ts";
import type { UsageRow } from "../../lib/domain/usage_store.ts";
import { addSums, OUTCOMES, requestsIn, type UsageSums } from "../../lib/domain/usage_sums.ts";
import { UsageTally } from "../../lib/relay/usage_tally.ts";
import { anAttempt, aRequest, aToken, aUsage, MODEL } from "../support/builders.ts";
import { handClock, NOON } from "../support/hand_clock.ts";

/** The rows that these requests became. */
async function rowsOf(...requests: readonly FinishedRequest[]): Promise<readonly UsageRow[]> {
  const tally = new UsageTally(handClock());
  requests.forEach((request) => tally.note(request));
  return await flushed(tally);
}

async function flushed(tally: UsageTally): Promise<readonly UsageRow[]> {
  let taken: readonly UsageRow[] = [];
  await tally.flush({ add: (rows) => Promise.resolve(void (taken = rows)) });
  return taken;
}

function sumsOf(rows: readonly UsageRow[], family: UsageRow["subject"]["family"]): UsageSums {
  const sums: UsageSums = {};
  for (const { subject, sums: more } of rows) if (subject.family === family) addSums(sums, more);
  return sums;
}

Deno.test("UsageTally counts a request for its pool, its token and the key that served it", async () => {
  const rows = await rowsOf(aRequest(), aRequest({ latencyMs: 3_000 }));

  const counted = { served: 2, prompt: 6, output: 8 };
  const timed = { ...counted, latency1: 1, latency5: 1 };
  assert.deepEqual(rows.map(({ subject, sums }) => [subject.family, { ...sums }]), [
    ["pool", timed],
    ["token", timed],
    ["key", counted],
  ]);
  assert.ok(
    rows.every(({ hour, lastAt, subject }) =>
      hour === NOON && lastAt === NOON && subject.model === MODEL
    ),
  );
});

Deno.test("UsageTally counts each attempt for its key, tokens for the one that served, and the retry that helped", async () => {
  const attempts = [
    anAttempt({ keyId: "k1", outcome: "exhausted" }),
    anAttempt({ keyId: "k2", outcome: "broken" }),
    anAttempt({ keyId: "k3" }),
  ];

  const rows = await rowsOf(aRequest({ attempts }));

  const keys = rows.flatMap(({ subject, sums }) =>
    subject.family === "key" ? [[subject.key, { ...sums }]] : []
  );
  assert.deepEqual(keys, [
    ["k1", { exhausted: 1 }],
    ["k2", { broken: 1 }],
    ["k3", { served: 1, prompt: 3, output: 4 }],
  ]);
  assert.equal(sumsOf(rows, "token").retriesSaved, 1);
});

Deno.test("UsageTally saves no retry and times nothing when no key helped", async () => {
  const attempts = [anAttempt({ outcome: "exhausted" })];

  const rows = await rowsOf(aRequest({ attempts, outcome: "exhausted", usage: null }));

  assert.deepEqual(sumsOf(rows, "token"), { exhausted: 1 });
});

Deno.test("UsageTally counts a model that only a client knows under its name until there are too many", async () => {
  const guesses = Array.from(
    { length: 10_000 },
    (_, n) => aRequest({ model: `guess-${n}`, outcome: "refused", attempts: [], usage: null }),
  );

  const rows = await rowsOf(...guesses, aRequest());

  assert.ok(rows.filter(({ subject }) => subject.family === "token").length <= 201);
  assert.ok(rows.some(({ subject }) => subject.model === MODEL));
  assert.equal(requestsIn(sumsOf(rows, "token")), 10_001);
});

Deno.test("UsageTally does not believe in more tokens than a model can take", async () => {
  const rows = await rowsOf(aRequest({ usage: aUsage(Number.MAX_SAFE_INTEGER, 1) }));

  assert.equal(sumsOf(rows, "token").prompt, 1_000_000_000);
});

Deno.test("UsageTally has as much to store of two hundred requests as of twenty", async () => {
  const sumsIn = async (requests: number) => {
    const rows = await rowsOf(...Array.from({ length: requests }, () => aRequest()));
    return rows.flatMap(({ sums }) => Object.keys(sums)).length;
  };

  assert.equal(await sumsIn(200), await sumsIn(20));
});

Deno.test("UsageTally counts what ends in another hour there", async () => {
  const clock = handClock();
  const tally = new UsageTally(clock);
  tally.note(aRequest());
  await clock.advance(3_600_000);
  tally.note(aRequest());

  const hours = (await flushed(tally)).map(({ hour }) => hour - NOON);

  assert.deepEqual([...new Set(hours)], [0, 3_600_000]);
});

Deno.test("UsageTally gives each request to one batch, whole, whenever it is flushed", async () => {
  const request = fc.record({
    token: fc.constantFrom("t1", "t2").map((id) => aToken({ id })),
    model: fc.constantFrom(MODEL, "gemini-2.5-flash", null),
    outcome: fc.constantFrom(...OUTCOMES),
    usage: fc.option(fc.tuple(fc.nat(10_000), fc.nat(10_000)).map((counts) => aUsage(...counts))),
    latencyMs: fc.nat(200_000),
    attempts: fc.constant([anAttempt()]),
  });
  const steps = fc.array(fc.oneof(request, fc.constant("flush" as const)));
  await fc.assert(fc.asyncProperty(steps, async (all) => {
    const tally = new UsageTally(handClock());
    const rows: UsageRow[] = [];
    for (const step of all) {
      if (step === "flush") rows.push(...await flushed(tally));
      else tally.note(step);
    }
    rows.push(...await flushed(tally));

    const requests = all.filter((step) => step !== "flush");
    for (const family of ["pool", "token"] as const) {
      const sums = sumsOf(rows, family);
      assert.equal(requestsIn(sums), requests.length);
      const spent = requests.reduce((sum, { usage }) => sum + (usage?.total ?? 0), 0);
      assert.equal((sums.prompt ?? 0) + (sums.output ?? 0), spent);
    }
  }));
});
