import assert from "node:assert/strict";
import type { EpochMs } from "../../lib/domain/ids.ts";
import { NOON } from "../support/hand_clock.ts";
import { dumpKv } from "../support/kv.ts";
import { aStorage, withStorage } from "../support/storage.ts";

const at = (ms: number) => (NOON + ms) as EpochMs;

Deno.test(
  "SignInLocks tells the latest end of the locks that are shut, and of no other",
  withStorage(async ({ signInLocks }) => {
    await signInLocks.shut("a", at(1_000));
    await signInLocks.shut("b", at(3_000));
    await signInLocks.shut("c", at(9_000));

    assert.equal(await signInLocks.until(["a", "b"]), at(3_000));
    assert.equal(await signInLocks.until(["a"]), at(1_000));
    assert.equal(await signInLocks.until(["d"]), null);
  }),
);

Deno.test("SignInLocks keeps the later end, and none that is over", async () => {
  await using storage = await aStorage();
  const { signInLocks, clock } = storage;
  await signInLocks.shut("a", at(3_000));
  await signInLocks.shut("a", at(1_000));
  assert.equal(await signInLocks.until(["a"]), at(3_000));

  await clock.advance(3_000);

  assert.equal(await signInLocks.until(["a"]), null);
});

Deno.test(
  "GitHubLogins remembers the first account of a login, whoever says another",
  withStorage(async ({ gitHubLogins }) => {
    assert.equal(await gitHubLogins.find("octocat"), null);

    const kept = await Promise.all([
      gitHubLogins.keep("octocat", 1),
      gitHubLogins.keep("octocat", 2),
    ]);

    assert.equal(kept[0], kept[1]);
    assert.equal(await gitHubLogins.keep("octocat", 3), kept[0]);
    assert.equal(await gitHubLogins.find("octocat"), kept[0]);
  }),
);

Deno.test(
  "CookieSeal opens what it sealed, and nothing else",
  withStorage(async ({ cookieSeal, kv }) => {
    const sealed = await cookieSeal.seal("a secret errand");

    assert.match(sealed, /^[\w.-]+$/);
    assert.ok(!sealed.includes(btoa("a secret errand").slice(0, 8)));
    assert.equal(await cookieSeal.open(sealed), "a secret errand");
    const wrapped = /"wrapped":"([^"]+)"/.exec(await dumpKv(kv))?.[1] ?? "";
    for (const other of ["", "x", wrapped, sealed.slice(0, -1), sealed.replace("v1", "v2")]) {
      assert.equal(await cookieSeal.open(other), null, other);
    }
  }),
);

Deno.test("CookieSeal of another installation opens nothing", async () => {
  await using here = await aStorage();
  await using there = await aStorage();

  const sealed = await here.cookieSeal.seal("errand");

  assert.equal(await there.cookieSeal.open(sealed), null);
});

Deno.test(
  "a secret of a key, sealed for its address, is no cookie",
  withStorage(async ({ pools, keys, cookieSeal, kv }) => {
    const { id } = await pools.create({ name: "research", metering: true });
    await keys.add(id, [{ secret: "AIzaSyQ0-_xQ0-_xQ0-_xQ0-_xQ0-_xQ0-_x01" }]);
    const sealed = /"sealed":"([^"]+)"/.exec(await dumpKv(kv))?.[1] ?? "";

    assert.ok(sealed.length > 20);
    assert.equal(await cookieSeal.open(sealed), null);
  }),
);
