import assert from "node:assert/strict";
import { simKey } from "../../simulator/simulator.ts";
import { type Answered, type TestService, withService } from "../../support/service.ts";
import { env, signedIn } from "../../support/signed_in.ts";

const NASTY = "<img src=x onerror=alert(1)>";

async function makePool(t: TestService, name = "mine"): Promise<string> {
  const { status, json } = await t.admin("POST /api/pools", { name });
  assert.equal(status, 201);
  return json.id;
}

async function addKeys(t: TestService, pool: string, secrets: readonly string[]) {
  for (const secret of secrets) t.canaries.add("upstream key", secret);
  const { status, json } = await t.admin(`POST /api/pools/${pool}/keys`, { keys: secrets });
  assert.equal(status, 201);
  return json.added as { id: string; lastFour: string }[];
}

Deno.test("the list of pools says how to begin, and a pool made there opens", () =>
  withService({ env }, async (t) => {
    const me = await signedIn(t);

    const before = await me.get("/admin/pools");
    const made = await me.post("/admin/pools", { name: "research" });
    const opened = await me.get(made.headers.get("location") ?? "");
    const after = await me.get("/admin/pools");

    assert.match(before.text, /No pools yet/);
    assert.equal(made.status, 303);
    assert.match(opened.text, /The pool is made/);
    assert.match(opened.text, /No keys yet/);
    assert.match(after.text, />research<\/a>/);
    assert.doesNotMatch(after.text, /No pools yet/);
  }));

Deno.test("a pool without a name is refused, and what was typed is kept as text", () =>
  withService({ env }, async (t) => {
    const me = await signedIn(t);
    const tooLong = NASTY.padEnd(101, "x");

    const nameless = await me.post("/admin/pools", { name: "  " });
    const long = await me.post("/admin/pools", { name: tooLong });

    assert.equal(nameless.status, 400);
    assert.match(nameless.text, /must not be empty/);
    assert.equal(long.status, 400);
    assert.ok(!long.text.includes("<img"));
    assert.ok(long.text.includes('value="&lt;img src=x onerror=alert(1)>xxx'));
    assert.deepEqual((await t.admin("GET /api/pools")).json.items, []);
  }));

Deno.test("names, labels and projects are shown as text, never as markup", () =>
  withService({ env }, async (t) => {
    const me = await signedIn(t);
    const pool = await makePool(t, NASTY);
    const [key] = await addKeys(t, pool, [simKey("ok", 1)]);
    await t.admin(`PATCH /api/pools/${pool}/keys/${key?.id}`, { label: NASTY, project: NASTY });

    const list = await me.get("/admin/pools");
    const page = await me.get(`/admin/pools/${pool}`);

    assert.ok(list.text.includes("&lt;img src=x"));
    assert.ok(page.text.includes("&lt;img src=x"));
    assert.ok(!list.text.includes("<img"));
    assert.ok(!page.text.includes("<img"));
  }));

Deno.test("pasted keys are added, and each that is not is told with its reason and masked", () =>
  withService({ env }, async (t) => {
    const me = await signedIn(t);
    const pool = await makePool(t);
    const [one, two] = [simKey("ok", 1), simKey("ok", 2)];
    const foreign = "sk-a-key-of-another-provider-0001";
    for (const key of [one, two, foreign]) t.canaries.add("pasted key", key);

    const { status, text } = await me.post(`/admin/pools/${pool}`, {
      action: "add",
      keys: `${one}\n${two}, ${one}\n${foreign}`,
      project: "research",
    });

    assert.equal(status, 200);
    assert.match(text, /2 added, 1 there already, 1 rejected/);
    assert.match(text, /it is entry 1 already/);
    assert.match(text, /it is a key of another provider/);
    assert.match(text, /sk-a…0001/);
    const keys = (await t.admin(`GET /api/pools/${pool}/keys`)).json.items;
    assert.deepEqual(keys.map(({ project }: { project: string }) => project), [
      "research",
      "research",
    ]);
  }));

Deno.test("keys that are refused as a whole are not sent back, and the project is", () =>
  withService({ env }, async (t) => {
    const me = await signedIn(t);
    const pool = await makePool(t);
    const key = simKey("ok", 1);
    t.canaries.add("pasted key", key);
    const project = "p".repeat(101);

    const { status, text } = await me.post(`/admin/pools/${pool}`, {
      action: "add",
      keys: key,
      project,
    });

    assert.equal(status, 400);
    assert.match(text, /must have at most 100 characters/);
    assert.ok(text.includes(`value="${project}"`));
  }));

Deno.test("a pool of a thousand keys shows a hundred, and the way to the next", () =>
  withService({ env }, async (t) => {
    const me = await signedIn(t);
    const pool = await makePool(t);
    const keys = Array.from({ length: 1_000 }, (_, index) => simKey("ok", index + 1));
    const { json } = await t.admin(`POST /api/pools/${pool}/keys`, { keys });
    assert.equal(json.added.length, 1_000);

    const first = await me.get(`/admin/pools/${pool}`);
    const [, next = ""] = /rel="next" href="([^"]+)"/.exec(first.text) ?? [];
    const second = await me.get(next);

    assert.equal(rowsOf(first).size, 100);
    assert.match(first.text, /<dd>1,000<\/dd>/);
    assert.doesNotMatch(first.text, />First<\/a>/);
    assert.equal(rowsOf(second).size, 100);
    assert.equal(rowsOf(first).intersection(rowsOf(second)).size, 0);
    assert.match(second.text, />First<\/a>/);
  }));

Deno.test("ticked keys are disabled, enabled and deleted; the others stay as they are", () =>
  withService({ env }, async (t) => {
    const me = await signedIn(t);
    const pool = await makePool(t);
    const [a, b, c] = await addKeys(t, pool, [1, 2, 3].map((number) => simKey("ok", number)));
    const act = (act: string, ...ids: (string | undefined)[]) =>
      me.post(`/admin/pools/${pool}`, [
        ["action", "keys"],
        ["act", act],
        ...ids.map((id): [string, string] => ["key", id ?? ""]),
      ]);
    const states = async () => (await t.keys(pool)).map(({ state }) => state);

    const disabled = await act("disable", a?.id, b?.id);
    const afterDisabling = await states();
    const shown = await me.get(disabled.headers.get("location") ?? "");
    await act("enable", a?.id);
    const afterEnabling = await states();
    const deleted = await act("delete", b?.id);

    assert.equal(disabled.status, 303);
    assert.deepEqual(afterDisabling, ["disabled", "disabled", "ready"]);
    assert.match(shown.text, /The keys are disabled/);
    assert.match(shown.text, /switched off by hand/);
    assert.deepEqual(afterEnabling, ["ready", "disabled", "ready"]);
    assert.equal(deleted.status, 303);
    assert.deepEqual((await t.keys(pool)).map(({ id }) => id), [a?.id, c?.id]);
  }));

Deno.test("a key that is gone is told, and the others are changed all the same", () =>
  withService({ env }, async (t) => {
    const me = await signedIn(t);
    const pool = await makePool(t);
    const [key] = await addKeys(t, pool, [simKey("ok", 1)]);
    const gone = "0".repeat(26);

    const { status, text } = await me.post(`/admin/pools/${pool}`, {
      action: "keys",
      act: "disable",
      all: `${gone},${key?.id}`,
    });

    assert.equal(status, 404);
    assert.match(text, /Done for 1, not for 1/);
    assert.deepEqual((await t.keys(pool)).map(({ state }) => state), ["disabled"]);
  }));

Deno.test("doing something to no key is refused", () =>
  withService({ env }, async (t) => {
    const me = await signedIn(t);
    const pool = await makePool(t);

    const { status, text } = await me.post(`/admin/pools/${pool}`, { action: "keys", act: "wake" });

    assert.equal(status, 400);
    assert.match(text, /tick at least one/);
  }));

Deno.test("a test of keys tells what Gemini says, and changes nothing", () =>
  withService({ env }, async (t) => {
    const me = await signedIn(t);
    const pool = await makePool(t);
    const keys = await addKeys(t, pool, [simKey("ok", 1), simKey("invalid", 2)]);

    const { status, text } = await me.post(`/admin/pools/${pool}`, {
      action: "keys",
      act: "test",
      all: keys.map(({ id }) => id).join(),
    });

    assert.equal(status, 200);
    assert.match(text, /Tested: 1 good, 1 bad, 0 inconclusive/);
    assert.deepEqual((await t.keys(pool)).map(({ state }) => state), ["ready", "ready"]);
  }));

Deno.test("a cooling key shows its reason in words and its moment in UTC, until it is woken", () =>
  withService({ env }, async (t) => {
    const me = await signedIn(t);
    const { token, poolId } = await t.token([simKey("exhausted-day", 1)]);
    await t.generate({ token });
    const [key] = await t.keys(poolId);
    const until = key?.cooldowns[0]?.until ?? "";

    const cooling = await me.get(`/admin/pools/${poolId}`);
    const woken = await me.post(`/admin/pools/${poolId}`, {
      action: "keys",
      act: "wake",
      key: key?.id ?? "",
    });

    assert.match(cooling.text, /the quota of the day is used up/);
    assert.ok(cooling.text.includes(`until ${until.slice(11, 16)} UTC`));
    assert.equal(woken.status, 303);
    assert.deepEqual((await t.keys(poolId)).map(({ state }) => state), ["ready"]);
  }));

Deno.test("a key's label and project are changed where it stands, on the same page of keys", () =>
  withService({ env }, async (t) => {
    const me = await signedIn(t);
    const pool = await makePool(t);
    const [key] = await addKeys(t, pool, [simKey("ok", 1)]);

    const { status, headers } = await me.post(`/admin/pools/${pool}?cursor=AA`, {
      action: "edit",
      key: key?.id ?? "",
      label: "from Ann",
      project: "research",
    });

    assert.equal(status, 303);
    assert.equal(headers.get("location"), `/admin/pools/${pool}?done=edited&cursor=AA`);
    const { json } = await t.admin(`GET /api/pools/${pool}/keys/${key?.id}`);
    assert.deepEqual([json.label, json.project], ["from Ann", "research"]);
  }));

Deno.test("a label that is refused is kept as typed, beside its key", () =>
  withService({ env }, async (t) => {
    const me = await signedIn(t);
    const pool = await makePool(t);
    const [key] = await addKeys(t, pool, [simKey("ok", 1)]);
    const label = "l".repeat(101);

    const { status, text } = await me.post(`/admin/pools/${pool}`, {
      action: "edit",
      key: key?.id ?? "",
      label,
      project: "",
    });

    assert.equal(status, 400);
    assert.match(text, /label&quot; must have at most 100 characters/);
    assert.ok(text.includes(`value="${label}"`));
    assert.match(text, /<details open/);
  }));

Deno.test("settings are saved; those that cannot be read are refused and kept as typed", () =>
  withService({ env }, async (t) => {
    const me = await signedIn(t);
    const pool = await makePool(t);
    const settings = { action: "settings", name: "ours", aliases: "gpt-4o = gemini-3.6-flash" };

    const saved = await me.post(`/admin/pools/${pool}`, settings);
    const refused = await me.post(`/admin/pools/${pool}`, {
      ...settings,
      name: "theirs",
      aliases: "gpt-4o is gemini",
    });

    assert.equal(saved.status, 303);
    assert.equal(refused.status, 400);
    assert.match(refused.text, /line 1 must look like/);
    assert.match(refused.text, />gpt-4o is gemini<\/textarea>/);
    assert.match(refused.text, /value="theirs"/);
    const { json } = await t.admin(`GET /api/pools/${pool}`);
    assert.deepEqual([json.name, json.metering, json.aliases], ["ours", false, {
      "gpt-4o": "gemini-3.6-flash",
    }]);
  }));

Deno.test("a pool goes once no token uses it, and until then the page says which does", () =>
  withService({ env }, async (t) => {
    const me = await signedIn(t);
    const { id, poolId } = await t.token([simKey("ok", 1)]);

    const refused = await me.post(`/admin/pools/${poolId}`, { action: "delete" });
    await t.admin(`DELETE /api/tokens/${id}`);
    const deleted = await me.post(`/admin/pools/${poolId}`, { action: "delete" });
    const list = await me.get(deleted.headers.get("location") ?? "");

    assert.equal(refused.status, 409);
    assert.match(refused.text, /still uses it/);
    assert.equal(deleted.status, 303);
    assert.match(list.text, /The pool is deleted with its keys/);
    assert.equal((await t.admin(`GET /api/pools/${poolId}`)).status, 404);
  }));

Deno.test("a pool that is not there is not found, and a strange cursor is refused", () =>
  withService({ env }, async (t) => {
    const me = await signedIn(t);
    const pool = await makePool(t);

    assert.equal((await me.get(`/admin/pools/${"0".repeat(26)}`)).status, 404);
    assert.equal((await me.get("/admin/pools/x")).status, 404);
    assert.equal((await me.post("/admin/pools/nothing", { action: "delete" })).status, 404);
    assert.equal((await me.get(`/admin/pools/${pool}?cursor=%3Cb%3E`)).status, 400);
  }));

Deno.test("the sentence of what was done comes from us, never from the address", () =>
  withService({ env }, async (t) => {
    const me = await signedIn(t);

    const { status, text } = await me.get("/admin/pools?done=you+have+won");

    assert.equal(status, 200);
    assert.ok(!text.includes("you have won"));
  }));

/** The keys that a page lets one tick. */
function rowsOf({ text }: Answered): Set<string> {
  return new Set([...text.matchAll(/name="key" value="(\w+)" form=/g)].map(([, id = ""]) => id));
}
