import assert from "node:assert/strict";
import {
  ADMIN_TOKEN,
  type AdminClient,
  type Refusal,
  type Sent,
  withAdmin,
} from "./admin_client.ts";

/** Every call that reads JSON. */
async function callsOf(admin: AdminClient): Promise<(readonly [string, string])[]> {
  const { id, poolId } = await admin.aToken();
  const pool = `/api/pools/${poolId}`;
  const key = await admin.aKey(pool);
  return [
    ["POST", "/api/pools"],
    ["PATCH", pool],
    ["POST", `${pool}/keys`],
    ["PATCH", `${pool}/keys/${key.id}`],
    ["POST", "/api/tokens"],
    ["PATCH", `/api/tokens/${id}`],
  ];
}

async function sendToAll(admin: AdminClient, sent: Sent) {
  const calls = await callsOf(admin);
  return await Promise.all(
    calls.map(async ([method, path]) => ({
      call: `${method} ${path}`,
      ...await admin.send<Refusal>(method, path, sent),
    })),
  );
}

const deep = (levels: number) => '{"name":'.repeat(levels) + "1" + "}".repeat(levels);

for (
  const [what, body, message] of [
    ["no body", null, null],
    ["an empty body", "", null],
    ["white space", " \n", "Cannot read the body: it is empty"],
    ["half of it", '{"name":"x"', "Cannot read the body: it is not valid JSON"],
    ["two values", '{"name":"x"}{}', "Cannot read the body: it is not valid JSON"],
    ["a comment", '{"name":"x"/**/}', "Cannot read the body: it is not valid JSON"],
    ["NaN", '{"name":NaN}', "Cannot read the body: it is not valid JSON"],
    ["a byte order mark", '\ufeff{"name":"x"}', "Cannot read the body: it is not valid JSON"],
    [
      "bytes that are no UTF-8",
      new Uint8Array([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]),
      "Cannot read the body: it is not UTF-8",
    ],
    ["100 levels", deep(100), "Cannot read the body: it is nested deeper than 64 levels"],
    ["10,000 levels", deep(10_000), "Cannot read the body: it is nested deeper than 64 levels"],
    [
      "200,000 brackets",
      "[".repeat(200_000),
      "Cannot read the body: it is nested deeper than 64 levels",
    ],
    [
      "110,000 values",
      `{"name":[${"1,".repeat(110_000)}1]}`,
      "Cannot read the body: it has more than 100000 values",
    ],
    [
      "__proto__",
      '{"__proto__":{"polluted":true},"name":"x"}',
      'Cannot read the body: it has the name "__proto__", which is not taken',
    ],
    [
      "an escaped __proto__",
      '{"\\u005f_proto__":{"polluted":true},"name":"x"}',
      'Cannot read the body: it has the name "__proto__", which is not taken',
    ],
    [
      "constructor.prototype",
      '{"name":"x","constructor":{"prototype":{"polluted":true}}}',
      'Cannot read the body: it has the name "constructor", which is not taken',
    ],
    [
      "a name twice",
      '{"name":"x","name":"y"}',
      "Cannot read the body: an object has the same name twice",
    ],
  ] as const
) {
  Deno.test(
    `every call that reads JSON refuses ${what}`,
    withAdmin(async (admin) => {
      const answers = await sendToAll(admin, { body: body as BodyInit | null });

      assert.equal(answers.length, 6);
      for (const answer of answers) {
        assert.equal(answer.status, 400, answer.call);
        assert.equal(answer.body.error.code, "invalid_request");
        assert.equal(answer.body.error.message, message ?? answer.body.error.message);
      }
      assert.equal(Reflect.get({}, "polluted"), undefined);
      assert.equal((await admin.get("/api/pools")).status, 200);
    }),
  );
}

for (
  const type of [
    "text/html",
    "text/json",
    "application/jsonp",
    "multipart/form-data; boundary=x",
    "application/octet-stream",
    "application/json-patch+json",
  ]
) {
  Deno.test(
    `every call that reads JSON refuses a body of type ${type}`,
    withAdmin(async (admin) => {
      const body = new TextEncoder().encode('{"name":"x"}');

      const answers = await sendToAll(admin, { body, type });

      for (const answer of answers) {
        assert.equal(answer.status, 400, answer.call);
        assert.match(
          answer.body.error.message,
          /^Cannot read request body: send it as application\/json( or text\/plain)?$/,
        );
      }
    }),
  );
}

for (const type of [null, "", "text/plain;charset=UTF-8", "application/x-www-form-urlencoded"]) {
  Deno.test(
    `JSON is taken from who calls it ${type}, as curl and fetch do`,
    withAdmin(async (admin) => {
      const body = ' {"name":"a pool"}';

      const { status } = await admin.send("POST", "/api/pools", { body, type });

      assert.equal(status, 201);
    }),
  );
}

Deno.test(
  "JSON is taken with a charset, in any case",
  withAdmin(async (admin) => {
    const type = "Application/JSON ; charset=UTF-8";

    const { status } = await admin.send("POST", "/api/pools", { body: '{"name":"x"}', type });

    assert.equal(status, 201);
  }),
);

Deno.test(
  "a body may have 256 KiB and not a byte more, a list of keys a mebibyte",
  withAdmin(async (admin) => {
    const padded = (bytes: number) => '{"name":"x"}'.padEnd(bytes);
    const fits = await admin.send("POST", "/api/pools", { body: padded(256 * 1024) });

    const answers = await sendToAll(admin, { body: padded(256 * 1024 + 1) });

    assert.equal(fits.status, 201);
    assert.deepEqual(answers.map(({ status }) => status), [413, 413, 400, 413, 413, 413]);
    assert.deepEqual(answers[0]?.body.error, {
      code: "too_large",
      message: "Cannot take the body: it has more than 262144 bytes",
    });
  }),
);

Deno.test(
  "a body without an announced length is read no further than its limit",
  withAdmin(async (admin) => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 64 * 1024;
        controller.enqueue(new Uint8Array(64 * 1024).fill(0x20));
      },
    });

    const response = await admin.app.request("/api/pools", {
      method: "POST",
      headers: { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" },
      body: endless,
    });

    const { error } = await response.json();
    assert.deepEqual([response.status, error.code], [413, "too_large"]);
    assert.ok(pulled <= 512 * 1024, `${pulled} bytes were read`);
  }),
);

Deno.test(
  "a stranger's body is never read",
  withAdmin(async (admin) => {
    let pulled = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(1024));
      },
    }, { highWaterMark: 0 });

    const response = await admin.app.request("/api/pools", { method: "POST", body });

    await response.body?.cancel();
    assert.deepEqual([response.status, pulled], [401, 0]);
  }),
);

Deno.test(
  "a compressed body is refused",
  withAdmin(async (admin) => {
    const response = await admin.app.request("/api/pools", {
      method: "POST",
      headers: {
        authorization: `Bearer ${ADMIN_TOKEN}`,
        "content-type": "application/json",
        "content-encoding": "gzip",
      },
      body: '{"name":"x"}',
    });

    const { error } = await response.json();
    assert.deepEqual([response.status, error.code], [400, "invalid_request"]);
  }),
);

Deno.test(
  "a field that is none is named when it could be one, and never when it could be a secret",
  withAdmin(async (admin) => {
    const named = await admin.post<Refusal>("/api/pools", { name: "x", admin: true });
    const hidden = await admin.post<Refusal>("/api/pools", { name: "x", ["k".repeat(20)]: 1 });

    assert.equal(
      named.body.error.message,
      'Cannot read request body: "admin" is not a field here',
    );
    assert.equal(hidden.body.error.message, 'Cannot read request body: "…" is not a field here');
  }),
);
