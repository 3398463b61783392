import { deepStrictEqual as deepEqual, ok, strictEqual as equal } from "node:assert";
import fc from "fast-check";
import { recordOf, recordsOf } from "../../../lib/protocol/json.ts";
import { completionUsage, serviceTier } from "../../../lib/protocol/openai/usage.ts";
import { validateOpenAi } from "../../support/openai_schema.ts";
import { recordedAnswers } from "../../support/recorded.ts";

const METADATA = recordedAnswers().flatMap(({ responses }) => recordsOf(responses))
  .map(({ usageMetadata }) => recordOf(usageMetadata)).filter((metadata) => metadata !== null);
/** Early events of a stream count nothing yet. */
const COUNTED = METADATA.filter(({ totalTokenCount }) => totalTokenCount !== undefined);

Deno.test("7.19 prompt and what tools handed over make the prompt, answer and thoughts the completion", () => {
  const usage = completionUsage({
    promptTokenCount: 100,
    cachedContentTokenCount: 40,
    candidatesTokenCount: 20,
    thoughtsTokenCount: 300,
    toolUsePromptTokenCount: 5,
    totalTokenCount: 425,
    promptTokensDetails: [
      { modality: "TEXT", tokenCount: 70 },
      { modality: "AUDIO", tokenCount: 30 },
    ],
    candidatesTokensDetails: [{ modality: "AUDIO", tokenCount: 8 }],
  });

  deepEqual(usage, {
    prompt_tokens: 105,
    completion_tokens: 320,
    total_tokens: 425,
    prompt_tokens_details: { cached_tokens: 40, audio_tokens: 30 },
    completion_tokens_details: { reasoning_tokens: 300, audio_tokens: 8 },
  });
});

Deno.test("7.19 prompt and completion make Google's own total in every recording", () => {
  const totals = COUNTED.map((metadata) => {
    const { prompt_tokens, completion_tokens, total_tokens } = completionUsage(metadata);
    return [prompt_tokens + completion_tokens, total_tokens, metadata.totalTokenCount];
  });

  ok(COUNTED.length > 300, `${COUNTED.length}`);
  deepEqual(totals.filter(([sum, total, googles]) => sum !== total || total !== googles), []);
});

Deno.test("7.19 prompt and completion make the total, whatever Gemini counts", () => {
  const count = fc.option(
    fc.oneof(fc.nat(2_000_000), fc.nat().map(String), fc.jsonValue({ maxDepth: 1 })),
    { nil: undefined },
  );
  const metadata = fc.record({
    promptTokenCount: count,
    candidatesTokenCount: count,
    thoughtsTokenCount: count,
    toolUsePromptTokenCount: count,
    cachedContentTokenCount: count,
    totalTokenCount: count,
    promptTokensDetails: fc.jsonValue({ maxDepth: 3 }),
    candidatesTokensDetails: fc.array(
      fc.record({ modality: fc.constant("AUDIO"), tokenCount: count }),
    ),
  });

  fc.assert(
    fc.property(metadata, (given) => {
      const usage = completionUsage(given);

      equal(usage.prompt_tokens + usage.completion_tokens, usage.total_tokens);
      deepEqual(validateOpenAi("CompletionUsage", usage), []);
    }),
    { numRuns: 500, seed: 3 },
  );
});

Deno.test("8 without usage from Gemini all counts are zero", () => {
  const { prompt_tokens, completion_tokens, total_tokens } = completionUsage(null);

  deepEqual([prompt_tokens, completion_tokens, total_tokens], [0, 0, 0]);
});

Deno.test("8 without a total it is the sum", () => {
  equal(completionUsage({ promptTokenCount: 3, candidatesTokenCount: 4 }).total_tokens, 7);
});

Deno.test("8 thoughts that were counted among the answer already are not counted twice", () => {
  const usage = completionUsage({
    promptTokenCount: 10,
    candidatesTokenCount: 50,
    thoughtsTokenCount: 30,
    totalTokenCount: 60,
  });

  deepEqual([usage.completion_tokens, usage.total_tokens], [50, 60]);
});

Deno.test("8 there are never more thoughts than completion", () => {
  const usage = completionUsage({
    promptTokenCount: 10,
    thoughtsTokenCount: 30,
    totalTokenCount: 10,
  });

  equal(usage.completion_tokens, 30);
});

for (
  const [google, openai] of [
    ["standard", "default"],
    ["STANDARD", "default"],
    ["flex", "flex"],
    ["priority", "priority"],
    ["a_tier_of_tomorrow", null],
    [undefined, null],
  ] as const
) {
  Deno.test(`1 the service tier ${google} is ${openai}`, () => {
    equal(serviceTier({ serviceTier: google }), openai);
  });
}
