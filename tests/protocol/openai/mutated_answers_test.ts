/**
 * Recorded answers with something wrong in them: OPENAI §13.6.
 */

import { deepStrictEqual as deepEqual, ok } from "node:assert";
import fc from "fast-check";
import { validateOpenAi } from "../../support/openai_schema.ts";
import { recordedAnswers } from "../../support/recorded.ts";
import { bytesOfEvent, chunksIn, completionOf, streamOf } from "./answers.ts";

const ANSWERS = recordedAnswers().filter(({ status }) => status === 200)
  .map(({ responses }) => responses);

/** What may stand in the place of anything; undefined takes it away. */
const REPLACEMENTS: readonly unknown[] = [
  undefined,
  null,
  true,
  0,
  -1,
  1.5,
  1e300,
  "",
  "A_WORD_OF_TOMORROW",
  "\ud800",
  [],
  [null],
  {},
  { text: "Hi" },
  { parts: [{}] },
];

const mutations = fc.array(
  fc.tuple(fc.nat(), fc.constantFrom(...REPLACEMENTS)),
  { minLength: 1, maxLength: 6 },
);

const mutatedAnswer = fc.tuple(fc.nat(ANSWERS.length - 1), mutations)
  .map(([which, changes]) => mutated(ANSWERS[which] ?? [], changes));

Deno.test("13.6 an answer in one piece with anything wrong in it is a completion all the same", () => {
  fc.assert(
    fc.property(mutatedAnswer, fc.constantFrom("pcm16", "wav"), ([response], soundAs) => {
      const completion = completionOf(response, { soundAs });

      deepEqual(validateOpenAi("CreateChatCompletionResponse", completion), []);
    }),
    { numRuns: 2_000, seed: 3 },
  );
});

Deno.test("13.6 a stream with anything wrong in it is made of chunks all the same, or ends in an error", async () => {
  await fc.assert(
    fc.asyncProperty(mutatedAnswer, async (responses) => {
      const { beginning, text } = await streamOf(responses.map(bytesOfEvent));
      const events = chunksIn(text);
      const errors = events.filter((event) => "error" in event);

      deepEqual(events.slice(0, events.length - errors.length).flatMap(faultsOfChunk), []);
      deepEqual(errors.flatMap((error) => validateOpenAi("ErrorResponse", error)), []);
      ok(beginning.kind !== "begun" || text.endsWith("[DONE]\n\n") !== (errors.length === 1));
    }),
    { numRuns: 1_000, seed: 3 },
  );
});

function faultsOfChunk(chunk: unknown): readonly string[] {
  return validateOpenAi("CreateChatCompletionStreamResponse", chunk);
}

/** A copy in which some values, each named by its number, are others. */
function mutated(
  responses: readonly unknown[],
  changes: readonly (readonly [number, unknown])[],
): readonly unknown[] {
  const copy = { responses: structuredClone(responses) };
  for (const [number, replacement] of changes) {
    const places = placesIn(copy.responses);
    const [container, name] = places[number % places.length] ?? [{}, ""];
    container[name] = structuredClone(replacement);
  }
  return JSON.parse(JSON.stringify(copy.responses)).filter((response: unknown) =>
    response !== null
  );
}

type Place = readonly [container: Record<string, unknown>, name: string];

/** Every member of every object and every entry of every list, however deep. */
function placesIn(value: unknown): Place[] {
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([name, inner]) => [
      [value as Record<string, unknown>, name] as const,
      ...placesIn(inner),
    ])
    : [];
}
