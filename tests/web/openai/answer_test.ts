import assert from "node:assert/strict";
import { jsonAnswer, wholeBody } from "../../../lib/web/openai/answer.ts";

Deno.test("jsonAnswer() is JSON that nothing may keep, with the headers it is given", () => {
  const relayed = jsonAnswer({ a: "café" }, [["x-gkr-usage", "estimated"]]);

  assert.ok(relayed.kind === "answered");
  const { status, headers, body } = relayed.answer;
  assert.equal(status, 200);
  assert.deepEqual(Object.fromEntries(headers), {
    "content-type": "application/json; charset=UTF-8",
    "cache-control": "private, no-store",
    "x-content-type-options": "nosniff",
    "x-gkr-usage": "estimated",
  });
  assert.ok(body instanceof Uint8Array);
  assert.equal(new TextDecoder().decode(body), '{"a":"café"}');
});

Deno.test("wholeBody() gives the bytes that were read", async () => {
  const body = new Uint8Array([1, 2]);

  assert.equal(await wholeBody({ status: 200, headers: [], body }), body);
});

const TOO_LARGE = {
  code: "upstream_unreachable",
  message: "Cannot answer: Gemini's answer is too large",
};

Deno.test("wholeBody() refuses a stream, and ends it", async () => {
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array>({ cancel: () => void (isCancelled = true) });

  await assert.rejects(wholeBody({ status: 200, headers: [], body }), TOO_LARGE);

  assert.ok(isCancelled);
});

Deno.test("wholeBody() refuses no body at all", async () => {
  await assert.rejects(wholeBody({ status: 200, headers: [], body: null }), TOO_LARGE);
});
