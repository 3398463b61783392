import assert from "node:assert/strict";
import type { Claim } from "../../lib/domain/ports.ts";
import { TurnReserve } from "../../lib/rotation/turn_reserve.ts";
import { type HandClock, handClock } from "../support/hand_clock.ts";

/** One pool's turns as storage keeps them: slow, or out of order, when told so. */
class Turns {
  readonly counts: number[] = [];
  readonly failures: unknown[] = [];
  latencyMs = 0;
  isDown = false;
  #next = 0;

  constructor(readonly clock: HandClock) {}

  readonly claim = async (count: number): Promise<Claim> => {
    this.counts.push(count);
    if (this.latencyMs > 0) await this.clock.sleep(this.latencyMs);
    if (this.isDown) throw new Error("storage is out of order");
    const first = this.#next;
    this.#next += count;
    return { first, count, marks: { roster: null, cooldowns: null } };
  };
  readonly claimed = () => {};
  readonly failed = (cause: unknown) => void this.failures.push(cause);
}

function aReserve({ latencyMs = 0, isDown = false } = {}) {
  const clock = handClock();
  const turns = Object.assign(new Turns(clock), { latencyMs, isDown });
  return { clock, turns, reserve: new TurnReserve(turns, clock) };
}

/** Takes turns and notes when each came, in the order of the callers. */
class Callers {
  readonly waits: number[] = [];
  readonly turns: number[] = [];
  waiting = 0;

  constructor(readonly reserve: TurnReserve, readonly clock: HandClock) {}

  readonly call = (): void => {
    const askedMs = this.clock.monotonicMs();
    const taken = this.reserve.take();
    this.waiting += 1;
    const note = (turn: number) => {
      this.waiting -= 1;
      this.turns.push(turn);
      this.waits.push(this.clock.monotonicMs() - askedMs);
    };
    if (typeof taken === "number") note(taken);
    else taken.then(note);
  };

  /** Calls every `everyMs` for `ms`. */
  async callFor(ms: number, { everyMs }: { everyMs: number }): Promise<void> {
    for (let elapsed = 0; elapsed < ms; elapsed += everyMs) {
      this.call();
      await this.clock.advance(everyMs);
    }
  }
}

Deno.test("TurnReserve gives two callers at once two different turns", async () => {
  const { reserve } = aReserve();

  const turns = await Promise.all([reserve.take(), reserve.take()]);

  assert.deepEqual(turns, [0, 1]);
});

Deno.test("TurnReserve claims for all callers of one moment together", async () => {
  const { reserve, turns } = aReserve();

  const taken = await Promise.all(Array.from({ length: 256 }, () => reserve.take()));

  assert.deepEqual(taken, Array.from({ length: 256 }, (_, turn) => turn));
  assert.deepEqual(turns.counts, [257]);
});

Deno.test("TurnReserve claims once more for those who came while a claim was under way", async () => {
  const { reserve, turns, clock } = aReserve({ latencyMs: 100 });
  const callers = new Callers(reserve, clock);

  callers.call();
  await clock.advance(50);
  for (let caller = 0; caller < 200; caller++) callers.call();
  await clock.advance(150);

  assert.equal(callers.waiting, 0);
  assert.equal(new Set(callers.turns).size, 201);
  assert.equal(turns.counts.length, 2);
});

Deno.test("TurnReserve gives every claimed turn once and in order", async () => {
  const { reserve, clock } = aReserve({ latencyMs: 20 });
  const callers = new Callers(reserve, clock);

  await callers.callFor(5_000, { everyMs: 5 });
  await clock.advance(100);

  assert.deepEqual(callers.turns, Array.from({ length: 1_000 }, (_, turn) => turn));
});

Deno.test("TurnReserve asks storage rarely when demand is steady", async () => {
  const { reserve, turns, clock } = aReserve({ latencyMs: 5 });

  await new Callers(reserve, clock).callFor(60_000, { everyMs: 10 });

  assert.ok(turns.counts.length <= 30, `${turns.counts.length} claims for 6,000 turns`);
});

Deno.test("TurnReserve lets nobody wait at steady demand, though storage takes two seconds", async () => {
  const { reserve, clock } = aReserve({ latencyMs: 2_000 });
  const callers = new Callers(reserve, clock);
  await callers.callFor(30_000, { everyMs: 20 });
  const warm = callers.turns.length;

  await callers.callFor(60_000, { everyMs: 20 });

  assert.deepEqual(new Set(callers.waits.slice(warm)), new Set([0]));
  assert.equal(new Set(callers.turns.slice(warm)).size, 3_000);
});

Deno.test("TurnReserve keeps a single turn in reserve when hardly anyone asks", async () => {
  const { reserve, turns, clock } = aReserve();

  await new Callers(reserve, clock).callFor(600_000, { everyMs: 60_000 });

  assert.deepEqual(new Set(turns.counts.slice(1)), new Set([1]));
});

Deno.test("TurnReserve grows at most fourfold from one claim to the next", async () => {
  const { reserve, turns, clock } = aReserve({ latencyMs: 10 });
  const callers = new Callers(reserve, clock);

  await callers.callFor(3_000, { everyMs: 1 });

  const growth = turns.counts.slice(1).map((count, index) => count / (turns.counts[index] ?? 1));
  // Each claim brings the reserve and one turn for each waiter: ten of them wait at most.
  assert.ok(Math.max(...growth) <= 4 + 10, `grew ${Math.max(...growth)} times`);
});

Deno.test("TurnReserve improvises for whom storage keeps waiting a quarter of a second", async () => {
  const { reserve, clock } = aReserve({ latencyMs: 5_000 });
  const callers = new Callers(reserve, clock);
  callers.call();
  callers.call();

  await clock.advance(249);
  const before = callers.waiting;
  await clock.advance(1);

  assert.equal(before, 2);
  assert.deepEqual(callers.turns, [0, 1]);
});

Deno.test("TurnReserve lets nobody wait while it improvises", async () => {
  const { reserve, clock } = aReserve({ latencyMs: 5_000 });
  const callers = new Callers(reserve, clock);
  callers.call();
  await clock.advance(250);

  for (let caller = 0; caller < 3; caller++) callers.call();

  assert.equal(callers.waiting, 0);
  assert.deepEqual(callers.turns, [0, 1, 2, 3]);
});

Deno.test("TurnReserve improvises at once when a claim fails, and says so", async () => {
  const { reserve, turns, clock } = aReserve({ isDown: true });
  const callers = new Callers(reserve, clock);

  callers.call();
  await clock.advance(0);

  assert.deepEqual(callers.turns, [0]);
  assert.match(String(turns.failures[0]), /out of order/);
});

Deno.test("TurnReserve leaves storage alone for a second after a failure", async () => {
  const { reserve, turns, clock } = aReserve({ isDown: true });
  const callers = new Callers(reserve, clock);

  await callers.callFor(10_000, { everyMs: 10 });

  assert.equal(callers.waiting, 0);
  assert.equal(turns.counts.length, 10);
});

Deno.test("TurnReserve goes back to claimed turns when storage answers again", async () => {
  const { reserve, turns, clock } = aReserve({ isDown: true });
  const callers = new Callers(reserve, clock);
  await callers.callFor(3_000, { everyMs: 10 });
  turns.isDown = false;
  await callers.callFor(1_000, { everyMs: 10 });
  const claimedBefore = callers.turns.length;

  await callers.callFor(3_000, { everyMs: 10 });

  const claimed = callers.turns.slice(claimedBefore);
  assert.deepEqual(claimed, claimed.toSorted((a, b) => a - b));
  assert.equal(new Set(claimed).size, claimed.length);
  assert.equal(callers.waiting, 0);
});

Deno.test("TurnReserve lets callers wait for claims again, once one has held", async () => {
  const { reserve, turns, clock } = aReserve({ isDown: true });
  const callers = new Callers(reserve, clock);
  callers.call();
  await clock.advance(1_000);
  turns.isDown = false;
  callers.call();
  await clock.advance(0);

  for (let caller = 0; caller < 50; caller++) callers.call();
  const waiting = callers.waiting;
  await clock.advance(0);

  assert.ok(waiting > 0, "somebody was improvised for");
  assert.equal(new Set(callers.turns.slice(-50)).size, 50);
});

Deno.test("TurnReserve serves what it has left before it improvises", async () => {
  const { reserve, turns, clock } = aReserve();
  const callers = new Callers(reserve, clock);
  await callers.callFor(2_000, { everyMs: 10 });
  turns.isDown = true;

  for (let caller = 0; caller < 20; caller++) callers.call();
  await clock.advance(0);
  callers.call();

  assert.deepEqual(callers.turns, Array.from({ length: 221 }, (_, turn) => turn));
});

Deno.test("TurnReserve lets no waiter wait on, whom a slow claim left over", async () => {
  const { reserve, turns, clock } = aReserve({ latencyMs: 200 });
  const callers = new Callers(reserve, clock);
  callers.call();
  await clock.advance(100);
  for (let caller = 0; caller < 5; caller++) callers.call();
  turns.latencyMs = 5_000;

  await clock.advance(100 + 250);

  assert.equal(callers.waiting, 0);
});

Deno.test("TurnReserve settles when no claim is under way", async () => {
  const { reserve, turns, clock } = aReserve({ latencyMs: 100 });
  reserve.take();
  let isSettled = false;
  const settling = reserve.settled().then(() => isSettled = true);

  await clock.advance(99);
  const before = isSettled;
  await clock.advance(1);
  await settling;

  assert.equal(before, false);
  assert.equal(turns.counts.length, 1);
});
