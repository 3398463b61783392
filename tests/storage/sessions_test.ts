import assert from "node:assert/strict";
import { SESSION_IDLE_MS, SESSION_LIFE_MS } from "../../lib/domain/session.ts";
import { sessionsPrefix } from "../../lib/storage/addresses.ts";
import { SEEN_EVERY_MS } from "../../lib/storage/sessions.ts";
import { SOMEBODY } from "../support/builders.ts";
import { dumpKv, faultyKv } from "../support/kv.ts";
import { aStorage, type TestStorage, withStorage } from "../support/storage.ts";

const CREDENTIAL = "what was shown";
const credentialOf = () => CREDENTIAL;
const NEW = { actor: SOMEBODY, credential: CREDENTIAL };

async function opened({ sessions }: TestStorage, more: object = {}): Promise<string> {
  return await sessions.open({ ...NEW, ...more }) ?? assert.fail("no session was opened");
}

async function isOpen({ sessions }: TestStorage, secret: string): Promise<boolean> {
  return await sessions.find(secret, credentialOf) !== null;
}

async function countOf({ kv }: TestStorage): Promise<number> {
  return (await Array.fromAsync(kv.list({ prefix: sessionsPrefix() }))).length;
}

async function actionsIn({ activity }: TestStorage): Promise<string[]> {
  return (await activity.list({ kind: "session" })).items.map(({ action }) => action);
}

Deno.test(
  "Sessions knows a session by what the browser holds, and stores none of it",
  withStorage(async (storage) => {
    const secret = await opened(storage);

    const session = await storage.sessions.find(secret, credentialOf);

    assert.match(secret, /^[\w-]{43}$/);
    assert.deepEqual(session?.actor, SOMEBODY);
    const stored = await dumpKv(storage.kv);
    assert.ok(!stored.includes(secret) && !stored.includes(CREDENTIAL));
    assert.ok(!JSON.stringify(session).includes(CREDENTIAL));
    assert.equal("credential" in (session ?? {}), false);
  }),
);

Deno.test(
  "Sessions gives each session a secret of its own, and knows no other text",
  withStorage(async (storage) => {
    const [one, other] = [await opened(storage), await opened(storage)];

    assert.notEqual(one, other);
    assert.equal(await isOpen(storage, one.slice(1) + one[0]), false);
    assert.equal(await isOpen(storage, ""), false);
  }),
);

for (
  const [name, aliveMs, everyMs] of [
    ["an hour without use", SESSION_IDLE_MS, SESSION_IDLE_MS],
    ["twelve hours, however much it is used", SESSION_LIFE_MS, SESSION_IDLE_MS / 2],
  ] as const
) {
  Deno.test(`a session is over after ${name}, though KV still has it`, async () => {
    await using storage = await aStorage();
    const secret = await opened(storage);
    for (let ms = everyMs; ms < aliveMs; ms += everyMs) {
      await storage.clock.advance(everyMs);
      assert.equal(await isOpen(storage, secret), true);
    }
    await storage.clock.advance(everyMs - 1);
    // A look without a trace: the credential that opened it is no longer good.
    assert.equal(await storage.sessions.find(secret, () => null), null);
    await storage.clock.advance(1);

    assert.equal(await isOpen(storage, secret), false);
    assert.equal(await countOf(storage), 1);
  });
}

Deno.test("a session is open to the last millisecond of its hour", async () => {
  await using storage = await aStorage();
  const secret = await opened(storage);

  await storage.clock.advance(SESSION_IDLE_MS - 1);

  assert.equal(await isOpen(storage, secret), true);
});

Deno.test("a session from a clock that was far ahead is not open", async () => {
  await using storage = await aStorage();
  const secret = await opened(storage);

  storage.clock.step(-SESSION_LIFE_MS);

  assert.equal(await isOpen(storage, secret), false);
});

Deno.test("using a session costs a write once in five minutes, and not with each request", async () => {
  await using storage = await aStorage();
  const secret = await opened(storage);
  const stamp = async () =>
    (await Array.fromAsync(storage.kv.list({ prefix: sessionsPrefix() })))[0]
      ?.versionstamp;
  const first = await stamp();

  for (let n = 0; n < 20; n++) await isOpen(storage, secret);
  await storage.clock.advance(SEEN_EVERY_MS - 1);
  await isOpen(storage, secret);
  const before = await stamp();
  await storage.clock.advance(1);
  await isOpen(storage, secret);

  assert.equal(before, first);
  assert.notEqual(await stamp(), first);
});

Deno.test(
  "a session ends when what opened it no longer lets in",
  withStorage(async (storage) => {
    const secret = await opened(storage);

    assert.equal(await storage.sessions.find(secret, () => "another token"), null);
    assert.equal(await storage.sessions.find(secret, () => null), null);
    assert.notEqual(await storage.sessions.find(secret, () => Promise.resolve(CREDENTIAL)), null);
  }),
);

Deno.test(
  "a new session ends the one that the browser had",
  withStorage(async (storage) => {
    const old = await opened(storage);

    const secret = await opened(storage, { replaces: old });

    assert.deepEqual([await isOpen(storage, old), await isOpen(storage, secret)], [false, true]);
  }),
);

Deno.test(
  "what lets in once lets in once, also when two come with it at the same time",
  withStorage(async (storage) => {
    const open = () => storage.sessions.open({ ...NEW, once: "state-1" });

    const both = await Promise.all([open(), open()]);
    const later = await open();

    assert.equal(both.filter((secret) => secret !== null).length, 1);
    assert.equal(later, null);
    assert.equal((await actionsIn(storage)).length, 1);
    assert.ok(!(await dumpKv(storage.kv)).includes("state-1"));
  }),
);

Deno.test(
  "closing a session deletes it, has one row, and leaves others alone",
  withStorage(async (storage) => {
    const [mine, other] = [await opened(storage), await opened(storage)];

    await Promise.all([storage.sessions.close(mine), storage.sessions.close(mine)]);
    await storage.sessions.close("unknown");

    assert.deepEqual([await isOpen(storage, mine), await isOpen(storage, other)], [false, true]);
    assert.equal(await countOf(storage), 1);
    assert.deepEqual(await actionsIn(storage), [
      "session.sign_out",
      "session.sign_in",
      "session.sign_in",
    ]);
  }),
);

Deno.test(
  "closing all sessions ends each of them for good, and only those",
  withStorage(async (storage) => {
    const secrets = [await opened(storage), await opened(storage), await opened(storage)];

    await storage.sessions.closeAll(SOMEBODY);

    for (const secret of secrets) assert.equal(await isOpen(storage, secret), false);
    assert.equal(await countOf(storage), 0);
    assert.equal(await isOpen(storage, await opened(storage)), true);
    assert.equal((await actionsIn(storage))[1], "session.sign_out_everywhere");
  }),
);

Deno.test("a session that begins while all are closed begins after that, and is open", async () => {
  await using here = await aStorage();
  const kv = faultyKv(here.kv);
  await using there = await aStorage({ over: kv });
  kv.meddle = async (operation) => {
    if (operation !== "commit") return;
    kv.meddle = () => {};
    await here.sessions.closeAll(SOMEBODY);
  };

  const secret = await opened(there);

  assert.equal(await isOpen(here, secret), true);
  // Of the same millisecond in two processes: either may be listed first.
  const actions = (await actionsIn(here)).sort();
  assert.deepEqual(actions, ["session.sign_in", "session.sign_out_everywhere"]);
});

Deno.test("closing all sessions holds at once, though deleting them fails", async () => {
  await using storage = await aStorage();
  const secret = await opened(storage);
  const kv = faultyKv(storage.kv);
  await using other = await aStorage({ over: kv });
  let commits = 0;
  kv.meddle = (operation) => operation === "commit" && commits++ > 0 ? "error" : null;

  await assert.rejects(other.sessions.closeAll(SOMEBODY));

  assert.equal(await isOpen(storage, secret), false);
});
