import assert from "node:assert/strict";
import type { KeyId, PoolId } from "../../../lib/domain/ids.ts";
import type { KeyItem } from "../../../lib/web/admin/key_item.ts";
import { aCooldown, aLastOutcome } from "../../support/builders.ts";
import { dumpKv } from "../../support/kv.ts";
import { ADMIN_TOKEN, type AdminClient, withAdmin } from "./admin_client.ts";

const CANARIES = [
  "AIzaSyCanaryCanaryCanaryCanaryCanary001",
  "AQ.Canary-Canary_Canary.Canary-Canary_002",
  "canary-of-a-shape-to-come/Canary+Canary=003",
];

interface Telling {
  /** Sends what the API takes, and remembers every answer, headers too. */
  tell(method: string, path: string, body?: string, type?: string): Promise<string>;
  readonly told: string[];
}

function telling(admin: AdminClient): Telling {
  const told: string[] = [];
  return {
    told,
    async tell(method, path, body, type = "application/json") {
      const response = await admin.app.request(path, {
        method,
        headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": type },
        body: body ?? null,
      });
      const text = await response.text();
      told.push([response.status, ...response.headers].join("\n") + text);
      return text;
    },
  };
}

/** Everything in storage that must stay there: sealed texts, digests, the wrapped data key. */
async function keptInStorage(admin: AdminClient): Promise<string[]> {
  const dump = await dumpKv(admin.storage.kv);
  return [...dump.matchAll(/"(?:sealed|digest|wrapped)":"([^"]{20,})"/g)].map(([, text = ""]) =>
    text
  );
}

Deno.test(
  "no answer tells a secret, a digest or a sealed text, whatever was done with the keys",
  withAdmin(async (admin) => {
    const { tell, told } = telling(admin);
    const poolId = (await admin.aPool()).split("/").at(-1) as PoolId;
    const pool = `/api/pools/${poolId}`;

    await tell("POST", `${pool}/keys`, JSON.stringify({ keys: CANARIES }));
    await tell("POST", `${pool}/keys`, CANARIES.join("\n"), "text/plain");
    await tell("POST", "/api/tokens", JSON.stringify({ name: "x", keys: CANARIES }));
    const made = JSON.parse(
      await tell("POST", "/api/tokens", JSON.stringify({ name: "x", poolId })),
    );
    told.pop();
    const keys = (await admin.get<{ items: KeyItem[] }>(`${pool}/keys`)).body.items;
    for (const [n, { id }] of keys.entries()) {
      const { health } = admin.storage;
      await health.cool(poolId, aCooldown({ subject: `key:${id}` }));
      await health.recordOutcomes([{ poolId, keyId: id as KeyId, last: aLastOutcome() }]);
      admin.probe.says = { verdict: "inconclusive", why: `Gemini dislikes ${CANARIES[n]}` };
      await tell("POST", `${pool}/keys/${id}/test`);
      await tell("POST", `${pool}/keys/${id}/wake`);
      await tell("PATCH", `${pool}/keys/${id}`, '{"enabled":false,"project":"atlas"}');
      await tell("GET", `${pool}/keys/${id}`);
    }
    for (const { path } of admin.app.routes) {
      const key = keys[0]?.id ?? "";
      await tell(
        "GET",
        path.replace(":pool", poolId).replace(":key", key).replace(":token", made.id)
          .replace("*", ""),
      );
    }
    await tell("PATCH", `/api/tokens/${made.id}`, '{"name":"y"}');
    for (const { id } of keys) await tell("DELETE", `${pool}/keys/${id}`);

    const kept = await keptInStorage(admin);
    assert.equal(keys.length, CANARIES.length);
    assert.ok(told.length > 30);
    assert.ok(kept.length >= 2, "there is nothing in storage to look for");
    for (const secret of [...CANARIES, ...kept, made.token, ADMIN_TOKEN]) {
      assert.equal(told.filter((answer) => answer.includes(secret)).length, 0);
    }
  }),
);

Deno.test(
  "sealed texts and digests of keys that are there are in no answer either",
  withAdmin(async (admin) => {
    const { tell, told } = telling(admin);
    const pool = await admin.aPool();
    await admin.post(`${pool}/keys`, { keys: CANARIES });

    const list = await tell("GET", `${pool}/keys`);

    const kept = await keptInStorage(admin);
    assert.equal(JSON.parse(list).items.length, CANARIES.length);
    assert.ok(kept.length >= 2 * CANARIES.length);
    for (const text of kept) assert.ok(!told.join().includes(text));
  }),
);

for (const canary of CANARIES) {
  const name = JSON.stringify(canary);
  const address = encodeURIComponent(canary);
  for (
    const [what, method, path, body, type] of [
      ["the id of a pool", "GET", `/api/pools/${address}`],
      ["the id of a key", "DELETE", `/api/pools/01kaaaaaaaaaaaaaaaaaaaaaaa/keys/${address}`],
      ["the id of a token", "GET", `/api/tokens/${address}`],
      ["an address", "GET", `/api/${address}`],
      ["a limit", "GET", `/api/pools?limit=${address}`],
      ["a cursor", "GET", `/api/pools?cursor=${address}`],
      ["a query", "GET", `/api/pools?${address}=1`],
      ["a dimension", "GET", `/api/usage?by=${address}`],
      ["a token of usage", "GET", `/api/usage.csv?by=model&token=${address}`],
      ["a field", "POST", "/api/pools", `{"name":"x",${name}:1}`],
      ["a field inside a key", "POST", "/api/tokens", `{"name":"x","keys":[{${name}:1}]}`],
      ["a flag", "POST", "/api/pools", `{"name":"x","metering":${name}}`],
      ["a moment", "POST", "/api/tokens", `{"name":"x","keys":["x"],"expiresAt":${name}}`],
      ["a pool of a token", "POST", "/api/tokens", `{"name":"x","poolId":${name}}`],
      ["a model", "POST", "/api/tokens", `{"name":"x","keys":["x"],"allowedModels":[${name},"/"]}`],
      ["an alias", "POST", "/api/pools", `{"name":"x","aliases":{${name}:"/"}}`],
      ["an alias's model", "POST", "/api/pools", `{"name":"x","aliases":{"a":${name},"b":"/"}}`],
      ["JSON that is none", "POST", "/api/pools", `{"name":${canary}}`],
      ["a type", "POST", "/api/pools", "{}", canary],
    ] as const
  ) {
    Deno.test(
      `${canary.slice(0, 6)}… in the place of ${what} is refused and not repeated`,
      withAdmin(async (admin) => {
        const { tell } = telling(admin);

        const answer = await tell(method, path, body, type);

        assert.ok(JSON.parse(answer).error.message.length > 10);
        assert.ok(!answer.includes(canary));
        assert.ok(!answer.includes(address));
      }),
    );
  }
}
