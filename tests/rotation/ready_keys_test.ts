import assert from "node:assert/strict";
import fc from "fast-check";
import { type EpochMs, EVERY_MODEL } from "../../lib/domain/ids.ts";
import { type Cooldown, coolingSubjects, type Key } from "../../lib/domain/key.ts";
import { ReadyKeys } from "../../lib/rotation/ready_keys.ts";
import { aCooldown, aKey, keysOf, MODEL } from "../support/builders.ts";
import { NOON } from "../support/hand_clock.ts";

const OTHER_MODEL = "gemini-2.5-flash";
const at = (ms: number) => (NOON + ms) as EpochMs;

function readyKeys(keys: readonly Key[], cooldowns: readonly Cooldown[] = []): ReadyKeys {
  const ready = new ReadyKeys();
  ready.setKeys(keys);
  ready.setCooldowns(cooldowns);
  return ready;
}

function ids(keys: readonly Key[]): string[] {
  return keys.map((key) => key.id);
}

Deno.test("ReadyKeys has every key that is not disabled", () => {
  const disabled = { by: "operator", at: NOON } as const;

  const ready = readyKeys([aKey({ id: "k1" }), aKey({ id: "k2", disabled }), aKey({ id: "k3" })]);

  assert.deepEqual(ids(ready.ready(MODEL, NOON)), ["k1", "k3"]);
  assert.equal(ready.enabledCount, 2);
});

Deno.test("ReadyKeys leaves a key out only for the model that it cools for", () => {
  const ready = readyKeys(keysOf(3), [aCooldown({ subject: "key:k1" })]);

  assert.deepEqual(ids(ready.ready(MODEL, NOON)), ["k0", "k2"]);
  assert.deepEqual(ids(ready.ready(OTHER_MODEL, NOON)), ["k0", "k1", "k2"]);
});

Deno.test("ReadyKeys leaves a key out for all models when it cools for every model", () => {
  const ready = readyKeys(keysOf(2), [aCooldown({ subject: "key:k1", model: EVERY_MODEL })]);

  assert.deepEqual(ids(ready.ready(MODEL, NOON)), ["k0"]);
  assert.deepEqual(ids(ready.ready(OTHER_MODEL, NOON)), ["k0"]);
});

Deno.test("ReadyKeys lets the keys of one project cool together", () => {
  const keys = [
    aKey({ id: "k1", project: "north" }),
    aKey({ id: "k2", project: "south" }),
    aKey({ id: "k3", project: "north" }),
  ];

  const ready = readyKeys(keys, [aCooldown({ subject: "project:north" })]);

  assert.deepEqual(ids(ready.ready(MODEL, NOON)), ["k2"]);
});

Deno.test("ReadyKeys lets one key of a project cool alone", () => {
  const keys = [aKey({ id: "k1", project: "north" }), aKey({ id: "k2", project: "north" })];

  const ready = readyKeys(keys, [aCooldown({ subject: "key:k1" })]);

  assert.deepEqual(ids(ready.ready(MODEL, NOON)), ["k2"]);
});

Deno.test("ReadyKeys has a key again the moment its cooldown ends", () => {
  const ready = readyKeys(keysOf(2), [aCooldown({ subject: "key:k1", until: 60_000 })]);

  assert.deepEqual(ids(ready.ready(MODEL, at(59_999))), ["k0"]);
  assert.deepEqual(ids(ready.ready(MODEL, at(60_000))), ["k0", "k1"]);
});

Deno.test("ReadyKeys keeps the list of a model until something changes", () => {
  const ready = readyKeys(keysOf(4), [aCooldown({ subject: "key:k1", until: 60_000 })]);

  const list = ready.ready(MODEL, NOON);

  assert.equal(ready.ready(MODEL, at(59_999)), list);
  assert.notEqual(ready.ready(MODEL, at(60_000)), list);
});

Deno.test("ReadyKeys drops its lists for a new cooldown of the model, or of every model", () => {
  const ready = readyKeys(keysOf(4), [aCooldown({ subject: "key:k0" })]);
  ready.ready(MODEL, NOON);

  ready.cool(aCooldown({ subject: "key:k1" }));
  const afterModel = ids(ready.ready(MODEL, NOON));
  ready.cool(aCooldown({ subject: "key:k2", model: EVERY_MODEL }));

  assert.deepEqual(afterModel, ["k2", "k3"]);
  assert.deepEqual(ids(ready.ready(MODEL, NOON)), ["k3"]);
});

Deno.test("ReadyKeys notices the first cooldown of a model that it had a list for", () => {
  const ready = readyKeys(keysOf(3), [aCooldown({ subject: "key:k0", model: EVERY_MODEL })]);
  ready.ready(MODEL, NOON);

  ready.cool(aCooldown({ subject: "key:k1" }));

  assert.deepEqual(ids(ready.ready(MODEL, NOON)), ["k2"]);
  assert.deepEqual(ids(ready.ready(OTHER_MODEL, NOON)), ["k1", "k2"]);
});

Deno.test("ReadyKeys shares one list among models that have no cooldown of their own", () => {
  const ready = readyKeys(keysOf(3), [aCooldown({ subject: "key:k0", model: EVERY_MODEL })]);

  const list = ready.ready("a-model-nobody-knows", NOON);

  assert.equal(ready.ready("another-one", NOON), list);
});

Deno.test("ReadyKeys drops its lists when the keys change", () => {
  const ready = readyKeys(keysOf(3), [aCooldown({ subject: "key:k0" })]);
  ready.ready(MODEL, NOON);

  ready.setKeys(keysOf(2));

  assert.deepEqual(ids(ready.ready(MODEL, NOON)), ["k1"]);
});

Deno.test("ReadyKeys keeps the later of two ends, whichever it hears of first", () => {
  const [early, late] = [aCooldown({ until: 1_000 }), aCooldown({ until: 9_000 })];

  const earlyFirst = readyKeys(keysOf(2), [early, late]);
  const lateFirst = readyKeys(keysOf(2), [late, early]);

  assert.deepEqual(ids(earlyFirst.ready(MODEL, at(5_000))), ["k0"]);
  assert.deepEqual(ids(lateFirst.ready(MODEL, at(5_000))), ["k0"]);
});

Deno.test("ReadyKeys forgets cooldowns that a new list does not have", () => {
  const ready = readyKeys(keysOf(2), [aCooldown({ subject: "key:k1" })]);
  ready.ready(MODEL, NOON);

  ready.setCooldowns([]);

  assert.deepEqual(ids(ready.ready(MODEL, NOON)), ["k0", "k1"]);
  assert.equal(ready.cooldownOf("key:k1", MODEL), null);
});

Deno.test("ReadyKeys remembers an ended cooldown for the sake of its streak", () => {
  const cooldown = aCooldown({ subject: "key:k1", until: 1_000, streak: 4 });

  const ready = readyKeys(keysOf(2), [cooldown]);

  assert.deepEqual(ids(ready.ready(MODEL, at(2_000))), ["k0", "k1"]);
  assert.deepEqual(ready.cooldownOf("key:k1", MODEL), cooldown);
});

Deno.test("ReadyKeys ends a suspicion, and no other cooldown", () => {
  const ready = readyKeys(keysOf(3), [
    aCooldown({ subject: "key:k0", model: EVERY_MODEL, reason: "suspect" }),
    aCooldown({ subject: "key:k1", model: EVERY_MODEL, reason: "billing" }),
  ]);
  ready.ready(MODEL, NOON);

  ready.clearSuspicion("key:k0");
  ready.clearSuspicion("key:k1");

  assert.deepEqual(ids(ready.ready(MODEL, NOON)), ["k0", "k2"]);
});

Deno.test("ReadyKeys tells which of the cooling keys is ready first", () => {
  const [first, second] = [
    aCooldown({ subject: "key:k0", until: 5_000 }),
    aCooldown({ subject: "key:k1", until: 3_000, reason: "day_quota" }),
  ];

  const ready = readyKeys(keysOf(2), [first, second]);

  assert.deepEqual(ready.nextReady(MODEL, NOON), { until: at(3_000), cooldown: second });
});

Deno.test("ReadyKeys counts the longest of a key's cooldowns", () => {
  const ready = readyKeys([aKey({ id: "k1", project: "north" })], [
    aCooldown({ subject: "key:k1", until: 1_000 }),
    aCooldown({ subject: "key:k1", until: 2_000, model: EVERY_MODEL }),
    aCooldown({ subject: "project:north", until: 3_000 }),
  ]);

  assert.equal(ready.nextReady(MODEL, NOON)?.until, at(3_000));
});

Deno.test("ReadyKeys promises nothing while a key is ready, or while all are disabled", () => {
  const disabled = { by: "operator", at: NOON } as const;

  const some = readyKeys(keysOf(2), [aCooldown({ subject: "key:k1" })]);
  const none = readyKeys([aKey({ disabled })], [aCooldown()]);

  assert.equal(some.nextReady(MODEL, NOON), null);
  assert.equal(none.nextReady(MODEL, NOON), null);
});

Deno.test("ReadyKeys does not take the end of a suspicion for a promise", () => {
  const quota = aCooldown({ subject: "key:k1", until: 600_000 });

  const ready = readyKeys(keysOf(2), [
    aCooldown({ subject: "key:k0", until: 1_000, model: EVERY_MODEL, reason: "suspect" }),
    quota,
  ]);

  assert.deepEqual(ready.nextReady(MODEL, NOON), { until: at(600_000), cooldown: quota });
});

Deno.test("ReadyKeys names a suspicion when there is nothing else to wait for", () => {
  const suspicion = aCooldown({ subject: "key:k0", model: EVERY_MODEL, reason: "suspect" });

  const ready = readyKeys(keysOf(1), [suspicion]);

  assert.deepEqual(ready.nextReady(MODEL, NOON)?.cooldown, suspicion);
});

Deno.test("ReadyKeys works the list of 10,000 keys out once", () => {
  const ready = readyKeys(keysOf(10_000), [aCooldown({ subject: "key:k5000" })]);

  const list = ready.ready(MODEL, NOON);

  assert.equal(list.length, 9_999);
  assert.equal(ready.ready(MODEL, at(1)), list);
});

Deno.test("ReadyKeys has the keys that no running cooldown concerns, whatever came before", () => {
  const aSubject = fc.constantFrom("key:k0", "key:k1", "key:k2", "project:p0", "project:p1");
  const aModel = fc.constantFrom(MODEL, OTHER_MODEL, EVERY_MODEL);
  const aPause = fc.record({ subject: aSubject, model: aModel, until: fc.nat({ max: 50 }) });
  const keys = ["k0", "k1", "k2", "k3"].map((id, n) => aKey({ id, project: `p${n % 3}` }));
  const asked = fc.array(fc.tuple(fc.nat({ max: 10 }), aModel, aPause), { maxLength: 30 });

  fc.assert(fc.property(asked, (steps) => {
    const ready = readyKeys(keys);
    const known: Cooldown[] = [];
    let now = 0;
    for (const [ms, model, pause] of steps) {
      now += ms;
      const cooldown = aCooldown(pause as Parameters<typeof aCooldown>[0]);
      ready.cool(cooldown);
      known.push(cooldown);

      const cools = (key: Key) =>
        known.some((each) =>
          coolingSubjects(key).includes(each.subject) && each.until > at(now) &&
          [model, EVERY_MODEL].includes(each.model)
        );
      assert.deepEqual(
        ids(ready.ready(model, at(now))),
        ids(keys.filter((key) => !cools(key))),
      );
    }
  }));
});
