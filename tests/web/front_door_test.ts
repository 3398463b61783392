import assert from "node:assert/strict";
import { Hono } from "hono";
import { createFrontDoor } from "../../lib/web/front_door.ts";
import type { AdminApi } from "../../lib/web/admin_api.ts";
import type { ClientApi } from "../../lib/web/client_api.ts";
import { Log } from "../../lib/web/log.ts";
import { handClock } from "../support/hand_clock.ts";

/** A door with nothing but signs behind it. */
function aDoor({ ping = () => Promise.resolve() }: { ping?: () => Promise<void> } = {}) {
  const written: string[] = [];
  const log = new Log((text) => Promise.resolve(void written.push(text)), handClock());
  const sign = (text: string) => new Hono().all("*", (context) => context.text(text));
  let ids = 0;
  const door = createFrontDoor({
    clientApi: sign("client") as unknown as ClientApi,
    adminApi: sign("admin") as unknown as AdminApi,
    log,
    nowMs: () => 0,
    newRequestId: () => `id-${++ids}`,
    ping,
  });
  const lines = async () => {
    await log.flush();
    return written.join("").split("\n").slice(0, -1).map((line) => JSON.parse(line));
  };
  const ask = async (address: string, init?: RequestInit) =>
    await door.handle(new Request(address.startsWith("/") ? `http://a${address}` : address, init));
  return { door, ask, lines };
}

Deno.test("the front door hands /api to the admin plane, and everything else to clients", async () => {
  const { ask } = aDoor();

  for (const path of ["/api", "/api/", "/api/pools", "/api/pools/x/keys"]) {
    assert.equal(await (await ask(path)).text(), "admin", path);
  }
  for (const path of ["/apis", "/v1/models", "/v1beta/api", "/API", "/healthz/x", "/x"]) {
    assert.equal(await (await ask(path)).text(), "client", path);
  }
});

Deno.test("the front door gives every admin answer an id, and the log its line", async () => {
  const { ask, lines } = aDoor();

  const { headers } = await ask("/api/pools");

  assert.equal(headers.get("x-request-id"), "id-1");
  const [line] = await lines();
  assert.deepEqual([line.id, line.path, line.status], ["id-1", "/api/pools", 200]);
});

Deno.test("the front door refuses an address it cannot read, under an id, without repeating it in the log", async () => {
  const { ask, lines } = aDoor();

  const response = await ask("http://a/v1beta/%2e%2e%2fapi");
  const { error } = await response.json();

  assert.equal(response.status, 400);
  assert.equal(error.status, "INVALID_ARGUMENT");
  assert.equal(response.headers.get("x-request-id"), "id-1");
  assert.deepEqual((await lines()).map(({ id, path, status }) => [id, path, status]), [
    ["id-1", "(unreadable)", 400],
  ]);
});

Deno.test("the front door answers probes without a line in the log", async () => {
  const { ask, lines } = aDoor();

  assert.equal((await ask("/healthz")).status, 200);
  assert.equal((await ask("/readyz")).status, 200);
  assert.equal((await ask("/")).status, 200);
  assert.deepEqual(await lines(), []);
});

Deno.test("the front door is not ready while storage is out of reach, and says why in the log only", async () => {
  const { ask, lines } = aDoor({ ping: () => Promise.reject(new Error("disk on fire")) });

  const response = await ask("/readyz");

  assert.equal(response.status, 503);
  assert.doesNotMatch(await response.text(), /fire/);
  assert.equal((await ask("/healthz")).status, 200);
  assert.match((await lines())[0].cause, /disk on fire/);
});

Deno.test("the front door is not ready once it drains, but goes on serving", async () => {
  const { door, ask } = aDoor();

  door.drain();

  assert.equal((await ask("/readyz")).status, 503);
  assert.equal((await ask("/healthz")).status, 200);
  assert.equal(await (await ask("/v1/models")).text(), "client");
});
