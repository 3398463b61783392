import assert from "node:assert/strict";
import { systemClock } from "../../../lib/domain/clock.ts";
import { Deadlines } from "../../../lib/domain/deadlines.ts";
import { NOT_FOUND, RotatorError } from "../../../lib/domain/errors.ts";
import { modelTraits } from "../../../lib/protocol/gemini/generate/model_table.ts";
import { openAiDialect } from "../../../lib/web/openai/openai_dialect.ts";
import { parseTarget } from "../../../lib/web/target.ts";

const dialect = openAiDialect({
  deadlines: new Deadlines(),
  clock: systemClock,
  newId: () => "id",
  aliasesOf: () => ({}),
  traitsOf: modelTraits(),
  signatures: { keep: () => Promise.resolve(), find: () => Promise.resolve([]) },
  fetchMedia: null,
  mayStore: false,
  inBackground: () => {},
});

const BEARER = { authorization: "Bearer a-token" };
const GOOGLES = { "x-goog-api-key": "a-token" };

/** Whether a request is OpenAI's. */
function speaks(line: string, headers: Record<string, string>): boolean {
  const [method = "GET", path = ""] = line.split(" ");
  const target = parseTarget(new Request(`http://a${path}`, { method }));
  return dialect.speaks(target, new Headers(headers));
}

for (
  const line of [
    "POST /v1/chat/completions",
    "POST /chat/completions",
    "GET /v1/chat/completions",
    "OPTIONS /v1/chat/completions",
    "POST /v1/embeddings",
    "POST /embeddings",
    "POST /v1/responses",
    "POST /v1/images/generations",
    "POST /v1/audio/speech",
    "POST /moderations",
    "GET /models",
    "GET /models/gemini-2.5-flash",
    "GET /models/google/gemini-2.5-flash",
  ]
) {
  Deno.test(`openAiDialect() speaks ${line}, whatever the credential`, () => {
    for (const headers of [BEARER, GOOGLES, {}]) assert.equal(speaks(line, headers), true);
  });
}

for (
  const line of [
    "GET /",
    "GET /v1",
    "POST /v1beta/models/gemini-2.5-flash:generateContent",
    "POST /v1beta/chat/completions",
    "POST /v1beta/openai/chat/completions",
    "GET /v1beta/models",
    "GET /v1alpha/models",
    "POST /v1/models/gemini-2.5-flash:generateContent",
    "POST /v1/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
    "POST /v1/models/tunedModels/a:generateContent",
    "POST /v1/tunedModels/a:generateContent",
    "GET /healthz",
    "GET /v2/chat/completions",
  ]
) {
  Deno.test(`openAiDialect() leaves ${line} to others, whatever the credential`, () => {
    for (const headers of [BEARER, GOOGLES, {}]) assert.equal(speaks(line, headers), false);
  });
}

for (
  const [headers, expected] of [
    [BEARER, true],
    [{ authorization: "bearer  a-token" }, true],
    [{ authorization: "Basic abc" }, false],
    [{ authorization: "Bearer" }, false],
    [GOOGLES, false],
    [{}, false],
  ] as const
) {
  Deno.test(`openAiDialect() reads of ${JSON.stringify(headers)} whether /v1/models is OpenAI's: ${expected}`, () => {
    assert.equal(speaks("GET /v1/models", headers), expected);
    assert.equal(speaks("GET /v1/models/gemini-2.5-flash", headers), expected);
    assert.equal(speaks("GET /v1/models/google/gemini-2.5-flash", headers), expected);
  });
}

Deno.test("openAiDialect() tells errors and refusals in OpenAI's words", () => {
  const ours = dialect.errorReply(new RotatorError(NOT_FOUND, "Cannot find it"), { attempts: 0 });
  const googles = dialect.refusalReply({ status: 418, error: null }, { attempts: 1 });

  for (const { body } of [ours, googles]) {
    assert.deepEqual(Object.keys(JSON.parse(body).error), ["message", "type", "param", "code"]);
  }
  assert.deepEqual([ours.status, googles.status], [404, 418]);
});
