import assert from "node:assert/strict";
import { Deadlines } from "../../lib/domain/deadlines.ts";
import { nativeCall, nativeRoute } from "../../lib/web/native_call.ts";
import { parseTarget } from "../../lib/web/target.ts";
import { aSecret } from "../support/builders.ts";

const deadlines = new Deadlines();

async function callOf(method: string, address: string, init: RequestInit = {}) {
  const request = new Request(`http://a${address}`, { method, ...init });
  const target = parseTarget(request);
  return await nativeCall(nativeRoute(target), { request, query: target.query, deadlines });
}

function routeOf(method: string, address: string) {
  return nativeRoute(parseTarget(new Request(`http://a${address}`, { method })));
}

Deno.test("nativeCall() keeps the body as it came, and says what it is about", async () => {
  const call = await callOf("POST", "/v1beta/models/m-1:generateContent?key=x", { body: " {odd " });

  assert.equal(call.target, "/v1beta/models/m-1:generateContent");
  assert.equal(call.method, "POST");
  assert.equal(new TextDecoder().decode(call.body!), " {odd ");
  assert.deepEqual([call.model, call.framing], ["m-1", null]);
});

Deno.test("nativeCall() knows how a stream is framed", async () => {
  const framing = async (query: string) =>
    (await callOf("POST", `/v1beta/models/m:streamGenerateContent${query}`, { body: "{}" }))
      .framing;

  assert.equal(await framing("?alt=sse"), "sse");
  assert.equal(await framing(""), "array");
  assert.equal(await framing("?alt=json"), "array");
});

Deno.test("nativeCall() sends no body and no content type with a GET", async () => {
  const call = await callOf("GET", "/v1/models?pageSize=3&key=x", {
    headers: { "content-type": "a/b" },
  });

  assert.equal(call.target, "/v1/models?pageSize=3");
  assert.equal(call.body, null);
  assert.equal(call.model, null);
  assert.deepEqual(call.headers, []);
});

Deno.test("nativeRoute() says what is wrong with an address", () => {
  const faults:
    readonly (readonly [method: string, address: string, code: string, message: RegExp])[] = [
      ["GET", "/nothing", "not_found", /"\/nothing"/],
      ["GET", `/${"x".repeat(500)}`, "not_found", /x{79}…/],
      ["GET", "/v1beta/files", "not_found", /"files"/],
      ["GET", "/v1beta/models/m:generateContent", "method_not_allowed", /only POST/],
      ["POST", "/v1beta/models/-m:generateContent", "invalid_request", /model/],
    ];
  for (const [method, address, code, message] of faults) {
    assert.throws(() => routeOf(method, address), { code, message });
  }
});

Deno.test("nativeRoute() refuses a secret in the place of a model, and does not repeat it", () => {
  for (const secret of [aSecret(1), `gkr_${"x".repeat(43)}`, "AQ.Ab8RN6Jx", "ya29.a0Ad52N39"]) {
    assert.throws(() => routeOf("GET", `/v1beta/models/${secret}`), (error) => {
      assert.ok(error instanceof Error && !error.message.includes(secret));
      return true;
    });
  }
});
