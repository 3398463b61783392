import assert from "node:assert/strict";
import { RotatorError, type RotatorErrorOptions } from "../../lib/domain/errors.ts";
import { adminErrorReply } from "../../lib/web/admin_error.ts";

async function reply(error: unknown, requestId?: string) {
  const response = adminErrorReply(error, requestId);
  return { status: response.status, headers: response.headers, body: await response.json() };
}

function conflict(message: string, options?: RotatorErrorOptions): RotatorError {
  return new RotatorError("conflict", message, options);
}

Deno.test("adminErrorReply() tells code and message of an error that is meant for people", async () => {
  const { status, headers, body } = await reply(conflict("Cannot save: it changed"), "r-1");

  assert.equal(status, 409);
  assert.deepEqual(body, { error: { code: "conflict", message: "Cannot save: it changed" } });
  assert.equal(headers.get("content-type"), "application/json");
  assert.equal(headers.get("cache-control"), "private, no-store");
  assert.equal(headers.get("x-request-id"), "r-1");
  assert.equal(headers.has("retry-after"), false);
  assert.equal(headers.has("www-authenticate"), false);
});

for (
  const error of [new TypeError("kv.sqlite is locked"), "a text", undefined, { code: "conflict" }]
) {
  Deno.test(`adminErrorReply() tells of ${error} only where the log has it`, async () => {
    const { status, body } = await reply(error, "r-1");

    assert.equal(status, 500);
    assert.deepEqual(body.error, {
      code: "internal",
      message: "Cannot serve: something went wrong here; the log has request r-1",
    });
  });
}

Deno.test("adminErrorReply() does without a request id", async () => {
  const { headers, body } = await reply(new Error("secret"));

  assert.equal(body.error.message, "Cannot serve: something went wrong here");
  assert.equal(headers.has("x-request-id"), false);
});

Deno.test("adminErrorReply() never tells the cause", async () => {
  const { body } = await reply(conflict("Cannot save", { cause: new Error("the cause") }));

  assert.deepEqual(body, { error: { code: "conflict", message: "Cannot save" } });
});

for (
  const [ms, seconds] of [[0, "1"], [1, "1"], [1_000, "1"], [1_001, "2"], [60_000, "60"]] as const
) {
  Deno.test(`adminErrorReply() says to wait ${seconds} s for ${ms} ms`, async () => {
    const { headers } = await reply(conflict("Cannot save", { retryAfterMs: ms }));

    assert.equal(headers.get("retry-after"), seconds);
  });
}

Deno.test("adminErrorReply() hides what looks like a credential", async () => {
  const secret = `AIza${"x".repeat(35)}`;

  const { body } = await reply(conflict(`Cannot find "${secret}"`));

  assert.equal(body.error.message, 'Cannot find "[key]"');
});

Deno.test("adminErrorReply() asks for a Bearer token when there is no credential", async () => {
  const { status, headers } = await reply(
    new RotatorError("unauthenticated", "Cannot authenticate"),
  );

  assert.equal(status, 401);
  assert.equal(headers.get("www-authenticate"), "Bearer");
});
