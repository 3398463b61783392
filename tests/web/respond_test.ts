import assert from "node:assert/strict";
import * as errors from "../../lib/domain/errors.ts";
import { googleErrorBody } from "../../lib/protocol/gemini/error_reply.ts";
import { statusOf } from "../../lib/web/respond.ts";

const codes = Object.values(errors).filter((value) => typeof value === "string");

for (const code of codes) {
  Deno.test(`statusOf() answers ${code} with the status that Gemini's clients get`, () => {
    const error = new errors.RotatorError(code, "Cannot serve");

    assert.equal(statusOf(code), googleErrorBody(error).status);
  });
}

Deno.test("statusOf() knows every code", () => {
  assert.equal(codes.length, 16);
  assert.ok(codes.every((code) => statusOf(code) >= 400 && statusOf(code) < 600));
});
