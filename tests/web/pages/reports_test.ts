/** The pages that only tell: usage, activity, failures, settings. */

import assert from "node:assert/strict";
import { simKey } from "../../simulator/simulator.ts";
import { withService } from "../../support/service.ts";
import { env, signedIn } from "../../support/signed_in.ts";

const EVIL = "<img src=x onerror=alert(1)>";
const UNKNOWN = "1b4e28ba-2fa1-4d3b-9c6e-8f0a7c5d2e10";

Deno.test("the usage page says that there is nothing, and how it begins", () =>
  withService({ env }, async (t) => {
    const { get: look } = await signedIn(t);

    const { status, text } = await look("/admin/usage");

    assert.equal(status, 200);
    assert.match(text, /Nothing was asked in this time/);
    assert.doesNotMatch(text, /role="img"/);
  }));

Deno.test("the usage page draws what was asked, calls tokens by name, and links to the same as CSV", () =>
  withService({ env }, async (t) => {
    const { token } = await t.token([simKey("ok", 1)], { name: EVIL });
    await t.generate({ token });
    await t.generate({ token, body: { contents: [] } });
    await t.chores();
    const { get: look } = await signedIn(t);

    const { text } = await look("/admin/usage");
    const [, csv = ""] = /href="(\/api\/usage\.csv[^"]*)"/.exec(text) ?? [];
    const table = await look(csv.replaceAll("&amp;", "&"));

    assert.match(text, /<svg[^>]+role="img"[^>]+1 served, 0 out of quota[^"]+1 refused or broken/);
    assert.match(text, /class="bar-good"/);
    assert.match(text, /&lt;img src=x onerror=alert\(1\)>/);
    assert.ok(!text.includes(EVIL), "a name became markup");
    assert.equal(table.status, 200);
    assert.match(table.text, /^at,token,requests,/);
  }));

Deno.test("the usage page calls keys by their labels and leads to their pool", () =>
  withService({ env }, async (t) => {
    const keys = [{ secret: simKey("ok", 1), label: "first & best" }];
    const { token, poolId } = await t.token([], { keys });
    await t.generate({ token });
    await t.chores();
    const { get: look } = await signedIn(t);

    const { text } = await look("/admin/usage?by=key&step=day&pool=&token=&model=");

    assert.match(text, new RegExp(`href="/admin/pools/${poolId}"[^>]*>first &amp; best<`));
    assert.match(text, />Attempts</);
  }));

Deno.test("the usage page shows the id of a token that is gone", () =>
  withService({ env }, async (t) => {
    const { id, token } = await t.token([simKey("ok", 1)], { name: "gone" });
    await t.generate({ token });
    await t.chores();
    await t.admin(`DELETE /api/tokens/${id}`);
    const { get: look } = await signedIn(t);

    const { text } = await look("/admin/usage");

    assert.match(text, new RegExp(`<span class="mono">${id}</span>`));
  }));

Deno.test("the usage page has words for requests that name no model", () =>
  withService({ env }, async (t) => {
    const { token } = await t.token([simKey("ok", 1)]);
    await t.ask("/v1beta/models", { headers: { "x-goog-api-key": token } });
    await t.chores();
    const { get: look } = await signedIn(t);

    const { text } = await look("/admin/usage?by=model");

    assert.match(text, /model=none"[^>]*>no model named</);
  }));

Deno.test("the usage page says what is wrong with a question, and keeps it in the form", () =>
  withService({ env }, async (t) => {
    const { get: look } = await signedIn(t);

    const { status, text } = await look(
      "/admin/usage?by=model&step=day&from=2026-10-01&to=2026-01-31",
    );

    assert.equal(status, 400);
    assert.match(text, /role="alert">[^<]*must not have/);
    assert.match(text, /value="2026-10-01"/);
    assert.match(text, /<option[^>]*\bselected\b[^>]*>Model</);
  }));

Deno.test("the activity page tells changes as sentences, and one kind of them alone", () =>
  withService({ env }, async (t) => {
    await t.token([simKey("ok", 1), simKey("ok", 2)], { name: EVIL });
    const { get: look } = await signedIn(t);

    const all = await look("/admin/activity");
    const tokens = await look("/admin/activity?kind=token");

    assert.match(plain(all.text), /admin token added 2 keys to pool &lt;img src=x/);
    assert.match(plain(all.text), /admin token signed in/);
    assert.ok(!all.text.includes(EVIL), "a name became markup");
    assert.match(plain(tokens.text), /admin token made token &lt;img/);
    assert.doesNotMatch(plain(tokens.text), /added 2 keys/);
    assert.match(tokens.text, /aria-current="true"[^>]*>Tokens</);
  }));

Deno.test("the activity page goes on to older rows", () =>
  withService({ env }, async (t) => {
    const { json: { id } } = await t.admin("POST /api/pools", { name: "the oldest" });
    for (let n = 0; n < 50; n++) await t.admin(`PATCH /api/pools/${id}`, { name: `number ${n}` });
    const { get: look } = await signedIn(t);

    const { text } = await look("/admin/activity?kind=pool");
    const [, older = ""] = /href="([^"]+cursor=[^"]+)"[^>]*>Older</.exec(text) ?? [];
    const next = await look(older.replaceAll("&amp;", "&"));

    assert.doesNotMatch(plain(text), /made pool the oldest/);
    assert.match(plain(next.text), /made pool the oldest/);
    assert.doesNotMatch(next.text, />Older</);
  }));

Deno.test("the activity page refuses a kind that there is not", () =>
  withService({ env }, async (t) => {
    const { get: look } = await signedIn(t);

    const { status, text } = await look("/admin/activity?kind=planet");

    assert.equal(status, 400);
    assert.match(text, /must be one of pool, key, token, session/);
  }));

Deno.test("the page of failures leads to a request, which shows what was tried with which key", () =>
  withService({ env }, async (t) => {
    const keys = [{ secret: simKey("exhausted-day", 1), label: EVIL }];
    const { token, poolId, keys: { added } } = await t.token([], { name: "batch", keys });
    const failed = await t.generate({ token });
    const id = failed.headers.get("x-request-id") ?? "";
    const { get: look } = await signedIn(t);

    const list = await look("/admin/requests");
    const { status, text } = await look(`/admin/requests/${id}`);

    assert.equal(failed.status, 429);
    assert.match(list.text, new RegExp(`href="/admin/requests/${id}"`));
    assert.equal(status, 200);
    assert.match(plain(text), /Attempt 1: the quota of the day is used up/);
    assert.match(text, new RegExp(`href="/admin/pools/${poolId}">&lt;img`));
    assert.ok(text.includes(added[0]?.fingerprint ?? "none"));
    assert.match(text, /<code>day_quota<\/code>/);
    assert.ok(!(list.text + text).includes(EVIL), "a label became markup");
  }));

Deno.test("the page of failures shows one token's", () =>
  withService({ env }, async (t) => {
    const one = await t.token([simKey("invalid", 1)], { name: "one" });
    const other = await t.token([simKey("invalid", 2)], { name: "other" });
    const [ours, theirs] = [await t.generate(one), await t.generate(other)];
    const { get: look } = await signedIn(t);

    const { text } = await look(`/admin/requests?token=${one.id}`);

    assert.ok(text.includes(`/admin/requests/${ours.headers.get("x-request-id")}`));
    assert.ok(!text.includes(`/admin/requests/${theirs.headers.get("x-request-id")}`));
  }));

Deno.test("the page of failures says how many were left out", () =>
  withService({ env }, async (t) => {
    const made = await t.token([simKey("ok", 1)], { requestsPerMinute: 1 });
    for (let n = 0; n < 124; n++) await t.generate(made);
    const { get: look } = await signedIn(t);

    const { text } = await look("/admin/requests");

    assert.match(text, /role="status">3 more failed and were left out/);
  }));

Deno.test("a request is found by the id that its client saw", () =>
  withService({ env }, async (t) => {
    const { get: look } = await signedIn(t);

    const { status, headers } = await look(`/admin/requests?id=+${UNKNOWN}`);

    assert.equal(status, 303);
    assert.equal(headers.get("location"), `/admin/requests/${UNKNOWN}`);
  }));

Deno.test("what is no request's id is refused, and stays in the field", () =>
  withService({ env }, async (t) => {
    const { get: look } = await signedIn(t);

    const { status, text } = await look(`/admin/requests?id=${encodeURIComponent(`">${EVIL}`)}`);

    assert.equal(status, 400);
    assert.match(text, /role="alert"/);
    assert.match(text, /value="&quot;>&lt;img src=x/);
    assert.ok(!text.includes(EVIL), "what was typed became markup");
  }));

Deno.test("a request that is not remembered has a page that says why", () =>
  withService({ env }, async (t) => {
    const { get: look } = await signedIn(t);

    const { status, text } = await look(`/admin/requests/${UNKNOWN}`);

    assert.equal(status, 404);
    assert.match(text, /for seven days/);
  }));

Deno.test("the settings page shows how things are set up, by the names of the settings", () =>
  withService({ env: { ...env, MEDIA_HOSTS: "images.example.com" } }, async (t) => {
    const { get: look } = await signedIn(t);

    const { text } = await look("/admin/settings");

    assert.match(text, /PUBLIC_URL<\/code><\/dt><dd>https:\/\/rotator\.example</);
    assert.match(text, /MEDIA_HOSTS<\/code><\/dt><dd>images\.example\.com</);
    assert.ok(text.includes(`<dd>${Deno.version.deno}<`));
  }));

Deno.test("the settings page ends every session, this one too", () =>
  withService({ env }, async (t) => {
    const { get: look, post } = await signedIn(t);
    const [, action = ""] = /<form[^>]+action="([^"]+everywhere)"/.exec(
      (await look("/admin/settings")).text,
    ) ?? [];

    await post(action, {});

    const { status, headers } = await look("/admin/settings");
    assert.equal(status, 303);
    assert.match(headers.get("location") ?? "", /^\/admin\/login/);
  }));

/** What stands between the tags. */
function plain(html: string): string {
  return html.replace(/<[a-z/][^>]*>/g, "").replace(/\s+/g, " ");
}
