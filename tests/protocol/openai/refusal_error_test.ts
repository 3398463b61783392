import {
  deepStrictEqual as deepEqual,
  doesNotMatch,
  match,
  strictEqual as equal,
} from "node:assert";
import { parseGoogleError } from "../../../lib/protocol/gemini/google_error.ts";
import { openAiRefusalReply } from "../../../lib/protocol/openai/error_reply.ts";
import { errorOfRefusal } from "../../../lib/protocol/openai/refusal_error.ts";
import { googleError } from "../../support/bodies.ts";
import { validateOpenAi } from "../../support/openai_schema.ts";

const FOLDER = new URL("../../fixtures/gemini/", import.meta.url);

/** OPENAI §9, for every error that was seen. */
const SEEN: readonly (readonly [file: string, asked: number, status: number, code: string])[] = [
  ["400-api-key-invalid.json", 400, 503, "no_available_key"],
  ["403-service-disabled.json", 403, 503, "no_available_key"],
  ["404-unknown-model.json", 404, 404, "model_not_found"],
  ["errors/400-api-key-expired.json", 400, 503, "no_available_key"],
  ["errors/400-corrupted-thought-signature.json", 400, 400, "thought_signature_invalid"],
  ["errors/400-location.json", 400, 502, "upstream_location"],
  ["errors/400-missing-thought-signature.json", 400, 400, "thought_signature_missing"],
  ["errors/400-multiple-credentials.json", 400, 503, "no_available_key"],
  ["errors/400-thinking-level-unsupported.json", 400, 400, "invalid_argument"],
  ["errors/403-consumer-suspended-2024.json", 403, 503, "no_available_key"],
  ["errors/403-leaked.json", 403, 503, "no_available_key"],
  ["errors/403-unregistered-caller.json", 403, 503, "no_available_key"],
  ["errors/429-bare.json", 429, 429, "rate_limit_exceeded"],
  ["errors/429-free-tier-day-quota-20.json", 429, 429, "insufficient_quota"],
  ["errors/429-free-tier-three-violations.json", 429, 429, "insufficient_quota"],
  ["errors/500-internal.json", 500, 500, "upstream_error"],
  ["errors/503-high-demand.json", 503, 503, "overloaded"],
  ["errors/cloudflare-401-2009.json", 401, 503, "no_available_key"],
  ["errors/openai-compat-400-unknown-name.json", 400, 400, "invalid_argument"],
  ["errors/openai-compat-503-high-demand.json", 503, 503, "overloaded"],
];

const TYPES: Readonly<Record<string, string>> = {
  no_available_key: "server_error",
  upstream_location: "server_error",
  upstream_error: "server_error",
  overloaded: "server_error",
  rate_limit_exceeded: "rate_limit_error",
  insufficient_quota: "insufficient_quota",
};

for (const [file, asked, status, code] of SEEN) {
  Deno.test(`9 ${file} is ${status} ${code}`, () => {
    const text = Deno.readTextFileSync(new URL(file, FOLDER));

    const reply = openAiRefusalReply({ status: asked, error: parseGoogleError(text) }, {
      attempts: 1,
    });
    const body = JSON.parse(reply.body);

    deepEqual(
      [reply.status, body.error.code, body.error.type],
      [status, code, TYPES[code] ?? "invalid_request_error"],
    );
    deepEqual(validateOpenAi("ErrorResponse", body), []);
    doesNotMatch(
      JSON.stringify([reply.body, reply.headers]),
      /AIza|AQ\.|x-goog-api-key|googleapis\.com\/upload/i,
    );
  });
}

Deno.test("9 every error that was seen has its row", async () => {
  const index: { file: string }[] = JSON.parse(
    await Deno.readTextFile(new URL("errors/index.json", FOLDER)),
  );

  deepEqual(
    index.map(({ file }) => file).sort(),
    SEEN.map(([file]) => file).filter((file) => file.startsWith("errors/")).sort(),
  );
});

for (
  const [what, message, words] of [
    [
      "both numbers",
      "The input token count (1200293) exceeds the maximum number of tokens allowed (1048576).",
      /maximum context length is 1048576 tokens.*resulted in 1200293 tokens/,
    ],
    [
      "the limit alone",
      "The input token count exceeds the maximum number of tokens allowed 1048576.",
      /maximum context length is 1048576 tokens.*resulted in more/,
    ],
  ] as const
) {
  Deno.test(`9 too many tokens are context_length_exceeded in OpenAI's words, with ${what}`, () => {
    const error = errorOf(400, "INVALID_ARGUMENT", message);

    deepEqual(
      [error.status, error.type, error.code, error.param],
      [400, "invalid_request_error", "context_length_exceeded", "messages"],
    );
    match(error.message, words);
  });
}

for (
  const [status, grpc, message, as, code, param] of [
    [400, "INVALID_ARGUMENT", "Invalid thought signature.", 400, "thought_signature_invalid", null],
    [401, "UNAUTHENTICATED", "Request had invalid credentials", 503, "no_available_key", null],
    [403, "PERMISSION_DENIED", "You may not use this model", 404, "model_not_found", "model"],
    [403, "PERMISSION_DENIED", "No permission for File abc", 404, "resource_not_found", null],
    [404, "NOT_FOUND", "CachedContent not found", 404, "resource_not_found", null],
    [404, "NOT_FOUND", "models/gemini-0 is not found", 404, "model_not_found", "model"],
    [413, "INVALID_ARGUMENT", "Request is too large", 413, "request_too_large", null],
    [499, "CANCELLED", "The client went away", 499, "invalid_argument", null],
    [504, "DEADLINE_EXCEEDED", "Deadline expired", 504, "timeout", null],
  ] as const
) {
  Deno.test(`9 ${status} "${message}" is ${as} ${code}`, () => {
    const error = errorOf(status, grpc, message);

    deepEqual([error.status, error.code, error.param], [as, code, param]);
  });
}

Deno.test("9 a refusal without a message has one of ours", () => {
  equal(errorOfRefusal({ status: 502, error: null }).message.startsWith("Gemini failed"), true);
});

for (
  const [field, param] of [
    ["contents[0].parts[1].inline_data.mime_type", "messages"],
    ["GenerateContentRequest.contents", "messages"],
    ["system_instruction.parts[0]", "messages"],
    ["tools[0].function_declarations[0].parameters.properties[temperature]", "tools"],
    ["tool_config.function_calling_config", "tool_choice"],
    ["generation_config.temperature", "temperature"],
    ["generation_config.topP", "top_p"],
    ["generation_config.top_k", "top_k"],
    ["generationConfig.maxOutputTokens", "max_completion_tokens"],
    ["generation_config.stop_sequences", "stop"],
    ["generation_config.candidate_count", "n"],
    ["generation_config.seed", "seed"],
    ["generation_config.presence_penalty", "presence_penalty"],
    ["generation_config.frequency_penalty", "frequency_penalty"],
    ["generation_config.response_logprobs", "logprobs"],
    ["generation_config.logprobs", "top_logprobs"],
    ["generation_config.response_schema.properties[seed]", "response_format"],
    ["generation_config.responseJsonSchema", "response_format"],
    ["generation_config.thinking_config.thinking_budget", "reasoning_effort"],
    ["output_dimensionality", "dimensions"],
    ["something_new", null],
  ] as const
) {
  Deno.test(`9 the field ${field} is the client's ${param}`, () => {
    equal(errorOfViolations([{ field }]).param, param);
  });
}

Deno.test("9 the first field that the client knows is named", () => {
  const error = errorOfViolations([{ description: "No" }, { field: "new" }, { field: "tools[0]" }]);

  equal(error.param, "tools");
});

function errorOf(status: number, grpc: string, message: string) {
  return errorOfRefusal({ status, error: parseGoogleError(googleError(status, grpc, message)) });
}

function errorOfViolations(fieldViolations: readonly object[]) {
  const body = {
    error: {
      code: 400,
      status: "INVALID_ARGUMENT",
      message: "Invalid",
      details: [{ "@type": "type.googleapis.com/google.rpc.BadRequest", fieldViolations }],
    },
  };
  return errorOfRefusal({ status: 400, error: parseGoogleError(JSON.stringify(body)) });
}
