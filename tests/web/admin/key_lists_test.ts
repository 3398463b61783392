import assert from "node:assert/strict";
import type { PoolId } from "../../../lib/domain/ids.ts";
import type { AddedItem } from "../../../lib/web/admin/added_item.ts";
import { aCooldown, aSecret } from "../../support/builders.ts";
import {
  type AdminClient,
  type Answer,
  type Refusal,
  type Sent,
  withAdmin,
} from "./admin_client.ts";

/** Adds to a new pool. */
async function add<T = AddedItem>(admin: AdminClient, sent: Sent): Promise<Answer<T>> {
  return await admin.send<T>("POST", `${await admin.aPool()}/keys`, sent);
}

async function countOfKeys(admin: AdminClient): Promise<number> {
  const pools = await admin.get<{ items: { id: string }[] }>("/api/pools");
  const counts = await Promise.all(
    pools.body.items.map(({ id }) => admin.storage.keys.count(id as PoolId)),
  );
  return counts.reduce((sum, { ready, cooling, disabled }) => sum + ready + cooling + disabled, 0);
}

const secrets = Array.from({ length: 3 }, (_, n) => aSecret(n));
const lastFours = secrets.map((secret) => secret.slice(-4));

for (
  const [how, sent] of [
    ["JSON strings", { body: JSON.stringify({ keys: secrets }) }],
    ["JSON objects", { body: JSON.stringify({ keys: secrets.map((secret) => ({ secret })) }) }],
    ["a text in JSON", { body: JSON.stringify({ text: secrets.join("\n") }) }],
    ["one a line", { body: secrets.join("\n"), type: "text/plain" }],
    ["lines of Windows", { body: secrets.join("\r\n"), type: "text/plain;charset=UTF-8" }],
    ["a line with commas", { body: secrets.join(", "), type: "text/plain" }],
    ["a list as code has it", {
      body: secrets.map((secret) => `  "${secret}",`).join("\n"),
      type: "text/plain",
    }],
    ["lines between blank ones, after a byte order mark", {
      body: `\ufeff\n\n${secrets.join("\n\u00a0\n")}\n \n`,
      type: "TEXT/PLAIN",
    }],
  ] as const
) {
  Deno.test(
    `POST …/keys takes ${how}`,
    withAdmin(async (admin) => {
      const { status, body } = await add(admin, sent);

      assert.equal(status, 201);
      assert.deepEqual(body.added.map(({ lastFour }) => lastFour), lastFours);
      assert.deepEqual([body.duplicates, body.rejected], [[], []]);
    }),
  );
}

Deno.test(
  "POST …/keys takes label and project with a secret, and strings beside objects",
  withAdmin(async (admin) => {
    const keys = [
      { secret: aSecret(0), label: "mine", project: "atlas" },
      aSecret(1),
      { secret: aSecret(2), project: null },
    ];

    const { body } = await add(admin, { body: JSON.stringify({ keys }) });

    assert.deepEqual(body.added.map(({ label, project }) => [label, project]), [
      ["mine", "atlas"],
      ["", null],
      ["", null],
    ]);
  }),
);

Deno.test(
  "POST …/keys tells of each entry what became of it, and why",
  withAdmin(async (admin) => {
    const elsewhere = await admin.aPool("default");
    await admin.aKey(elsewhere, { secret: aSecret(50) });
    const keys = [aSecret(1), "junk", aSecret(50), ` ${aSecret(1)} `, `sk-${"x".repeat(40)}`, ""];

    const { status, body } = await add(admin, { body: JSON.stringify({ keys }) });

    assert.equal(status, 201);
    assert.equal(body.added.length, 1);
    assert.deepEqual(body.duplicates, [
      {
        entry: 3,
        secret: `AIza…${aSecret(50).slice(-4)}`,
        reason: `Cannot add key "AIza…${
          aSecret(50).slice(-4)
        }": it already serves in pool "default"`,
      },
      {
        entry: 4,
        secret: `AIza…${aSecret(1).slice(-4)}`,
        reason: `Cannot add key "AIza…${aSecret(1).slice(-4)}" twice: it is entry 1 already`,
      },
    ]);
    assert.deepEqual(body.rejected.map(({ entry, reason }) => [entry, reason]), [
      [2, 'Cannot add key "ju…": it has 4 characters, a key has at least 20'],
      [5, 'Cannot add key "sk-x…xxxx": it is a key of another provider'],
      [6, 'Cannot add key "…": it has 0 characters, a key has at least 20'],
    ]);
  }),
);

Deno.test(
  "POST …/keys answers 200 when nothing was new",
  withAdmin(async (admin) => {
    const pool = await admin.aPool();
    await admin.aKey(pool, { secret: aSecret(1) });

    const { status, body } = await admin.post<AddedItem>(`${pool}/keys`, { keys: [aSecret(1)] });

    assert.equal(status, 200);
    assert.deepEqual([body.added.length, body.duplicates.length], [0, 1]);
  }),
);

Deno.test(
  "POST …/keys shows a new key as cooling when its project cools already",
  withAdmin(async (admin) => {
    const pool = await admin.aPool();
    await admin.storage.health.cool(
      pool.split("/").at(-1) as PoolId,
      aCooldown({ subject: "project:atlas" }),
    );

    const cooling = await admin.aKey(pool, { project: "atlas" });
    const ready = await admin.aKey(pool, { project: "zephyr" });

    assert.deepEqual([cooling.state, ready.state], ["cooling", "ready"]);
  }),
);

Deno.test(
  "POST …/keys adds a key once although eight ask at the same moment",
  withAdmin(async (admin) => {
    const pools = await Promise.all(Array.from({ length: 8 }, () => admin.aPool()));

    const answers = await Promise.all(
      pools.map((pool) => admin.post<AddedItem>(`${pool}/keys`, { keys: [aSecret(1)] })),
    );

    assert.deepEqual(answers.map(({ status }) => status).sort(), [...Array(7).fill(200), 201]);
    assert.equal(answers.filter(({ body }) => body.added.length === 1).length, 1);
    assert.equal(answers.filter(({ body }) => body.duplicates.length === 1).length, 7);
    assert.equal(await countOfKeys(admin), 1);
  }),
);

Deno.test(
  "POST …/keys takes 5,000 entries, in as many commits as it needs",
  withAdmin(async (admin) => {
    const body = Array.from({ length: 5_000 }, (_, n) => aSecret(n % 4_000)).join("\n");

    const answer = await add(admin, { body, type: "text/plain" });

    assert.equal(answer.status, 201);
    assert.deepEqual([answer.body.added.length, answer.body.duplicates.length], [4_000, 1_000]);
    assert.equal(await countOfKeys(admin), 4_000);
  }),
);

Deno.test(
  "POST …/keys takes a commit's worth of the longest keys, labels and projects",
  withAdmin(async (admin) => {
    const words = "界".repeat(100);
    const keys = Array.from({ length: 450 }, (_, n) => ({
      secret: `AIza${String(n).padStart(508, "q")}`,
      label: words,
      project: words,
    }));

    const { status, body } = await add(admin, { body: JSON.stringify({ keys }) });

    assert.deepEqual([status, body.added.length], [201, 450]);
  }),
);

Deno.test(
  "POST …/keys rejects 5,000 lines of junk one by one",
  withAdmin(async (admin) => {
    const junk = [
      "hello world",
      "ключ",
      "\u0000\u0001",
      "AIza",
      "<b>",
      "ya29.token",
      "👍",
      "\ud800",
    ];
    const lines = Array.from({ length: 5_000 }, (_, n) => `${junk[n % junk.length]}${n}`);

    const { status, body } = await add(admin, { body: lines.join("\n"), type: "text/plain" });

    assert.deepEqual([status, body.added.length, body.rejected.length], [200, 0, 5_000]);
    assert.deepEqual(body.rejected.map(({ entry }) => entry), lines.map((_, index) => index + 1));
    assert.equal(await countOfKeys(admin), 0);
  }),
);

for (
  const [what, sent, field] of [
    ["lines", { body: "junk\n".repeat(10_000), type: "text/plain" }, "it"],
    ["entries of a list", { body: JSON.stringify({ keys: Array(5_001).fill("x") }) }, '"keys"'],
    ["lines of a text", { body: JSON.stringify({ text: "x\n".repeat(5_001) }) }, '"text"'],
  ] as const
) {
  Deno.test(
    `POST …/keys refuses more than 5,000 ${what}`,
    withAdmin(async (admin) => {
      const { status, body } = await add<Refusal>(admin, sent);

      assert.equal(status, 400);
      assert.equal(
        body.error.message,
        `Cannot read request body: ${field} must hold at most 5000 keys`,
      );
    }),
  );
}

for (
  const [json, state] of [
    [{}, 'it must have either "keys" or "text"'],
    [{ keys: [aSecret(1)], text: aSecret(2) }, 'it must have either "keys" or "text"'],
    [{ keys: [] }, '"keys" must hold at least one key'],
    [{ text: " \n,\n" }, '"text" must hold at least one key'],
    [{ keys: aSecret(1) }, '"keys" must be a list'],
    [{ keys: { 0: aSecret(1) } }, '"keys" must be a list'],
    [{ text: [aSecret(1)] }, '"text" must be a string'],
    [{ keys: [aSecret(1), 7] }, '"keys[1]" must be a string or an object'],
    [{ keys: [null] }, '"keys[0]" must be a string or an object'],
    [{ keys: [{}] }, '"keys[0].secret" is missing'],
    [{ keys: [{ secret: 7 }] }, '"keys[0].secret" must be a string'],
    [
      { keys: [{ secret: aSecret(1), label: { type: "b", props: {} } }] },
      '"keys[0].label" must be a string',
    ],
    [
      { keys: [{ secret: aSecret(1), label: "x".repeat(101) }] },
      '"keys[0].label" must have at most 100 characters',
    ],
    [{ keys: [{ secret: aSecret(1), project: "" }] }, '"keys[0].project" must not be empty'],
    [{ keys: [{ secret: aSecret(1), id: "x" }] }, '"keys[0].id" is not a field here'],
    [{ keys: [aSecret(1)], poolId: "x" }, '"poolId" is not a field here'],
    [[aSecret(1)], "it must be an object"],
    [{ keys: [[aSecret(1)]] }, '"keys[0]" must be a string or an object'],
    [aSecret(1), "it must be an object"],
  ] as const
) {
  Deno.test(
    `POST …/keys refuses ${JSON.stringify(json).slice(0, 90)}, and adds nothing`,
    withAdmin(async (admin) => {
      const { status, body } = await add<Refusal>(admin, { body: JSON.stringify(json) });

      assert.equal(status, 400);
      assert.equal(body.error.code, "invalid_request");
      assert.equal(body.error.message, `Cannot read request body: ${state}`);
      assert.equal(await countOfKeys(admin), 0);
    }),
  );
}

for (
  const [what, sent, state] of [
    ["a blank text", { body: " \n ", type: "text/plain" }, "it must hold at least one key"],
    [
      "bytes that are no UTF-8",
      { body: new Uint8Array([0x41, 0xff]), type: "text/plain" },
      "it is not UTF-8",
    ],
    ["HTML", { body: "x", type: "text/html" }, "send it as application/json or text/plain"],
  ] as const
) {
  Deno.test(
    `POST …/keys refuses ${what}`,
    withAdmin(async (admin) => {
      const { status, body } = await add<Refusal>(admin, sent);

      assert.equal(status, 400);
      assert.equal(body.error.message, `Cannot read request body: ${state}`);
    }),
  );
}

Deno.test(
  "POST …/keys takes a mebibyte and not a byte more",
  withAdmin(async (admin) => {
    const filled = (bytes: number) => ({
      body: aSecret(1) + "\n".repeat(bytes - aSecret(1).length),
      type: "text/plain",
    });

    const fits = await add<AddedItem>(admin, filled(1024 * 1024));
    const tooLarge = await add<Refusal>(admin, filled(1024 * 1024 + 1));

    assert.deepEqual([fits.status, fits.body.added.length], [201, 1]);
    assert.deepEqual([tooLarge.status, tooLarge.body.error.code], [413, "too_large"]);
  }),
);

Deno.test(
  "POST …/keys does not find a pool that is not there",
  withAdmin(async (admin) => {
    const { status, body } = await admin.post<Refusal>(
      "/api/pools/01kaaaaaaaaaaaaaaaaaaaaaaa/keys",
      { keys: [aSecret(1)] },
    );

    assert.deepEqual([status, body.error.code], [404, "not_found"]);
  }),
);
