import assert from "node:assert/strict";
import { simKey } from "../../simulator/simulator.ts";
import { handClock } from "../../support/hand_clock.ts";
import { withService } from "../../support/service.ts";
import { env, signedIn } from "../../support/signed_in.ts";

const NEW = "/admin/tokens/new";
const HOSTILE = "<img src=x onerror=alert(1)>";
const ESCAPED = "&lt;img src=x onerror=alert(1)>";

/** The token that a page shows. */
function tokenIn(html: string): string {
  return /id="token" value="(gkr_[\w-]+)"/.exec(html)?.[1] ?? "none";
}

Deno.test("without a token the list says how to begin", () =>
  withService({ env }, async (t) => {
    const operator = await signedIn(t);

    const { status, text } = await operator.get("/admin/tokens");

    assert.equal(status, 200);
    assert.match(text, /No tokens yet/);
    assert.match(text, /href="\/admin\/tokens\/new"/);
    assert.ok(!text.includes("<table"));
  }));

Deno.test("whoever is not signed in sees no token", () =>
  withService({ env }, async (t) => {
    const { id } = await t.token([simKey("ok", 1)]);

    for (const path of ["/admin/tokens", "/admin/tokens/new", `/admin/tokens/${id}`]) {
      const { status, headers } = await t.ask(path);
      assert.equal(status, 303, path);
      assert.match(headers.get("location") ?? "", /^\/admin\/login\?/);
    }
  }));

Deno.test("a token with keys of its own is shown once, works, and its keys are accounted for", () =>
  withService({ env }, async (t) => {
    const operator = await signedIn(t);
    const key = simKey("ok", 1);
    t.canaries.add("upstream key", key);

    const made = await operator.postToMake(NEW, {
      name: "a laptop",
      source: "keys",
      keys: `${key}\nshort, ${key}`,
      models: "gemini-2.5-flash",
    });

    const token = tokenIn(made.text);
    assert.equal(made.status, 201);
    assert.equal(made.headers.get("cache-control"), "private, no-store");
    assert.match(made.text, /1 key was added; 2 not:/);
    assert.match(made.text, /it has 5 characters, a key has at least 20/);
    assert.match(made.text, /it is entry 1 already/);
    assert.match(made.text, /https:\/\/rotator\.example\/v1beta\/models\/gemini-2\.5-flash:/);
    assert.match(made.text, /<button type="button" class="button small" hidden>/);
    assert.equal((await t.generate({ token })).status, 200);

    const { json } = await t.admin("GET /api/tokens");
    const page = await operator.get(`/admin/tokens/${json.items[0].id}`);
    assert.match(page.text, /x-goog-api-key: gkr_…/);
    assert.ok(!page.text.includes(token));
  }));

Deno.test("a token for a pool that is there gets the limits that were typed", () =>
  withService({ env, clock: handClock() }, async (t) => {
    const operator = await signedIn(t);
    const { poolId } = await t.token([simKey("ok", 1)]);
    const form = await operator.get(`/admin/tokens/new?pool=${poolId}`);

    const made = await operator.postToMake(NEW, {
      name: "a script",
      source: "pool",
      pool: poolId,
      expires: "2999-01-01T00:00",
      requests: "60",
      tokens: "1000",
    });

    assert.match(form.text, new RegExp(`<option value="${poolId}" selected>`));
    assert.equal(made.status, 201);
    const { json } = await t.admin("GET /api/tokens");
    const { id: _id, createdAt: _at, ...rest } = json.items[1];
    assert.deepEqual(rest, {
      name: "a script",
      poolId,
      enabled: true,
      allowedModels: null,
      expiresAt: "2999-01-01T00:00:00.000Z",
      requestsPerMinute: 60,
      tokensPerDay: 1000,
      lastUsedAt: null,
    });
    const { text } = await operator.get("/admin/tokens");
    assert.match(text, /60 requests a minute.*1,000 tokens a day.*until 2999-01-01 00:00/s);
  }));

Deno.test("a refused form says why, keeps what was typed, and sends no key back", () =>
  withService({ env }, async (t) => {
    const operator = await signedIn(t);
    const key = simKey("ok", 1);
    t.canaries.add("upstream key", key);

    const refused = await operator.postToMake(NEW, {
      name: HOSTILE,
      source: "keys",
      keys: key,
      models: "gemini-2.5-pro\n</textarea><script>",
      requests: "many",
    });

    assert.equal(refused.status, 400);
    assert.match(refused.text, /role="alert".*Cannot read model 2/);
    assert.ok(refused.text.includes(`value="${ESCAPED}"`));
    assert.ok(refused.text.includes("gemini-2.5-pro\n&lt;/textarea>&lt;script>"));
    assert.match(refused.text, /value="many"/);
    assert.match(refused.text, /Paste them again/);
    const { json } = await t.admin("GET /api/tokens");
    assert.deepEqual(json.items, []);
  }));

Deno.test("a pool that is not there makes no token", () =>
  withService({ env }, async (t) => {
    const operator = await signedIn(t);

    const { status, text } = await operator.postToMake(NEW, {
      name: "a client",
      source: "pool",
      pool: "01m89rhx1386xy0ym213rg1k6n",
    });

    assert.equal(status, 400);
    assert.match(text, /role="alert"/);
  }));

Deno.test("a token's name, pool and limits are changed on its page, and nothing else", () =>
  withService({ env }, async (t) => {
    const operator = await signedIn(t);
    const { id } = await t.token([simKey("ok", 1)], { requestsPerMinute: 5, tokensPerDay: 7 });
    const { poolId } = await t.token([simKey("ok", 2)]);

    const saved = await operator.post(`/admin/tokens/${id}`, {
      action: "save",
      name: HOSTILE,
      pool: poolId,
      models: "gemini-2.5-pro",
      tokens: "7",
    });

    assert.equal(saved.status, 303);
    assert.equal(saved.headers.get("location"), `/admin/tokens/${id}?done=saved`);
    const { text } = await operator.get(`/admin/tokens/${id}?done=saved`);
    assert.match(text, /Saved\./);
    assert.ok(!text.includes(HOSTILE));
    assert.ok(text.includes(`<h1>${ESCAPED}</h1>`));
    assert.ok(!(await operator.get("/admin/tokens")).text.includes(HOSTILE));
    const { json } = await t.admin("GET /api/activity?kind=token");
    assert.deepEqual(json.items[0].details, {
      name: HOSTILE,
      poolId,
      allowedModels: 1,
      requestsPerMinute: null,
    });
    const changed = await t.admin(`GET /api/tokens/${id}`);
    assert.deepEqual(changed.json.allowedModels, ["gemini-2.5-pro"]);
    assert.equal(changed.json.tokensPerDay, 7);
  }));

Deno.test("a change that is refused keeps what was typed, and the token as it was", () =>
  withService({ env }, async (t) => {
    const operator = await signedIn(t);
    const { id, poolId } = await t.token([simKey("ok", 1)]);

    const refused = await operator.post(`/admin/tokens/${id}`, {
      action: "save",
      name: "another name",
      pool: poolId,
      tokens: "-1",
    });

    assert.equal(refused.status, 400);
    assert.match(refused.text, /Cannot read the tokens per day/);
    assert.match(refused.text, /value="another name"/);
    assert.match(refused.text, /<h1>a client<\/h1>/);
    const { json } = await t.admin(`GET /api/tokens/${id}`);
    assert.equal(json.name, "a client");
  }));

Deno.test("a disabled token is refused until it is enabled, and the pages say so", () =>
  withService({ env }, async (t) => {
    const operator = await signedIn(t);
    const { id, token } = await t.token([simKey("ok", 1)]);
    const path = `/admin/tokens/${id}`;

    await operator.post(path, { action: "disable" });
    const while403 = await t.generate({ token });
    const { text } = await operator.get(`${path}?done=disabled`);
    const enabled = await operator.post(path, { action: "enable" });

    assert.equal(while403.status, 403);
    assert.match(text, /The token is disabled\./);
    assert.match(text, /name="action" value="enable"/);
    assert.equal(enabled.headers.get("location"), `${path}?done=enabled`);
    assert.equal((await t.generate({ token })).status, 200);
  }));

Deno.test("a deleted token is a stranger at once, and its page is gone", () =>
  withService({ env }, async (t) => {
    const operator = await signedIn(t);
    const { id, token } = await t.token([simKey("ok", 1)]);
    assert.equal((await t.generate({ token })).status, 200);
    const before = await operator.get(`/admin/tokens/${id}`);

    const deleted = await operator.post(`/admin/tokens/${id}`, { action: "delete" });

    assert.match(before.text, /<details><summary>Delete this token….*get 401 at once/s);
    assert.equal(deleted.headers.get("location"), "/admin/tokens?done=deleted");
    assert.equal((await t.generate({ token })).status, 401);
    assert.equal((await operator.get(`/admin/tokens/${id}`)).status, 404);
    assert.equal((await operator.post(`/admin/tokens/${id}`, { action: "save" })).status, 404);
    assert.equal((await operator.get("/admin/tokens/nonsense")).status, 404);
  }));

Deno.test("an action that is none changes nothing", () =>
  withService({ env }, async (t) => {
    const operator = await signedIn(t);
    const { id } = await t.token([simKey("ok", 1)]);

    const { status, text } = await operator.post(`/admin/tokens/${id}`, { action: "explode" });

    assert.equal(status, 400);
    assert.match(text, /Cannot read the action/);
    assert.match(text, /value="a client"/);
  }));

Deno.test("a token's page tells what it has used", () =>
  withService({ env }, async (t) => {
    const operator = await signedIn(t);
    const { id, token } = await t.token([simKey("ok", 1)]);
    const unused = await operator.get(`/admin/tokens/${id}`);
    await t.generate({ token });
    await t.generate({ token, body: { contents: 7 } });
    await t.chores();

    const { text } = await operator.get(`/admin/tokens/${id}`);

    assert.match(unused.text, /It has not been used in the last seven days/);
    const cell = (count: number) => `<td class="number">${count}</td>`;
    assert.ok(text.includes(`>Requests</th>${cell(2)}${cell(2)}`));
    assert.ok(text.includes(`>served</th>${cell(1)}${cell(1)}`));
    assert.ok(text.includes(`>refused</th>${cell(1)}${cell(1)}`));
    assert.ok(!text.includes("client left"));
  }));

Deno.test("more than fifty tokens take a second page", () =>
  withService({ env }, async (t) => {
    const operator = await signedIn(t);
    const { poolId } = await t.token([simKey("ok", 1)]);
    for (let n = 1; n <= 50; n++) {
      const { status, json } = await t.admin("POST /api/tokens", { name: `client ${n}`, poolId });
      assert.equal(status, 201);
      t.canaries.add("access token", json.token);
    }

    const first = await operator.get("/admin/tokens");
    const next = /href="(\/admin\/tokens\?cursor=[^"]+)"/.exec(first.text)?.[1] ?? "none";
    const second = await operator.get(next);

    assert.ok(first.text.includes(">client 49<") && !first.text.includes(">client 50<"));
    assert.ok(second.text.includes(">client 50<") && !second.text.includes(">client 49<"));
    assert.match(second.text, />First</);
    assert.ok(first.text.includes('rel="next"') && !second.text.includes('rel="next"'));
    assert.equal((await operator.get("/admin/tokens?cursor=%00")).status, 400);
  }));
