import assert from "node:assert/strict";
import fc from "fast-check";
import { AnswerScanner, join } from "../../../lib/protocol/gemini/answer_scanner.ts";
import { seededRandom } from "../../support/builders.ts";
import { bytes, cutAtRandom, text } from "./streams.ts";

/** What a scanner knows once it has read everything; it stops at errors and is sent on. */
function scanned(stream: string, pieces: readonly Uint8Array[] = [bytes(stream)]) {
  const scanner = new AnswerScanner();
  let stops = 0;
  for (const piece of pieces) {
    let at = scanner.scan(piece, 0);
    while (at < piece.length) {
      stops += 1;
      at = scanner.scan(piece, at);
    }
  }
  const { standing, answers, finished, usage, isWhole } = scanner;
  return { standing, answers, finished, isWhole, usage: usage && text([usage]), stops };
}

Deno.test("AnswerScanner counts complete answers, in events and in an array", () => {
  assert.equal(scanned('data: {"a":1}\n\ndata: {"b":{"c":[{}]}}\n\ndata: {"d"').answers, 2);
  assert.equal(scanned('[{"a":1}\n,\n{"b":[[]]}').answers, 2);
  assert.equal(scanned("[]").answers, 0);
  assert.equal(scanned("data: [DONE]\n\n").answers, 0);
});

Deno.test("AnswerScanner does not mistake brackets and quotes inside a text for the stream's own", () => {
  const odd = JSON.stringify({ text: '}]"\\{["data: {\\"error\\"' });

  const { answers, standing } = scanned(`data: ${odd}\n\ndata: ${odd}\n\n`);

  assert.deepEqual({ answers, standing }, { answers: 2, standing: "between" });
});

Deno.test("AnswerScanner knows an error by its first name only", () => {
  assert.equal(scanned('{"error"').standing, "error");
  assert.equal(scanned('{ \n "error"').standing, "error");
  assert.equal(scanned('[{"error" :').standing, "error");
  assert.equal(scanned('{"candidates":[{"error"').standing, "good");
  assert.equal(scanned('{"a":{"error"').standing, "good");
  assert.equal(scanned('{"errors"').standing, "good");
  assert.equal(scanned('{"err').standing, "unknown");
  assert.equal(scanned("{ ").standing, "unknown");
});

Deno.test("AnswerScanner counts no error as an answer, and stops where it begins and ends", () => {
  const { answers, stops, standing } = scanned('data: {"error":{"code":503}}\n\ndata: {"a":1}\n\n');

  assert.deepEqual({ answers, stops, standing }, { answers: 1, stops: 2, standing: "between" });
});

Deno.test("AnswerScanner keeps the last usage of the answers themselves", () => {
  const stream =
    '{"usageMetadata":{"a":1}}\n{"x":{"usageMetadata":{"b":2}}}\n{"usageMetadata": {"c":{"d":3}}}';

  assert.equal(scanned(stream).usage, '{"c":{"d":3}}');
});

Deno.test("AnswerScanner takes no other object for a usage that is null", () => {
  assert.equal(scanned('{"usageMetadata":null,"other":{"a":1}}').usage, null);
  assert.equal(scanned('{"usageMetadata":"none","other":{"a":1}}').usage, null);
  assert.equal(scanned('{"usageMetadata":[{"a":1}]}').usage, null);
});

Deno.test("AnswerScanner is finished by a candidate's reason and by feedback on the prompt", () => {
  assert.ok(scanned('{"candidates":[{"finishReason":"STOP"}]}').finished);
  assert.ok(scanned('{"promptFeedback":{"blockReason":"SAFETY"}}').finished);
  assert.ok(!scanned('{"candidates":[{"content":{"parts":[{"text":"finishReason"}]}}]}').finished);
  assert.ok(!scanned('{"finishReason":"STOP"}').finished);
});

Deno.test("AnswerScanner is whole outside every answer and array only", () => {
  assert.ok(scanned('[{"a":1}]').isWhole);
  assert.ok(scanned('data: {"a":1}').isWhole);
  assert.ok(!scanned('[{"a":1}').isWhole);
  assert.ok(!scanned('data: {"a":1').isWhole);
});

Deno.test("AnswerScanner never throws, ends at the end, and does not care where it is cut", () => {
  const jsonish = fc.array(
    fc.constantFrom(
      '"',
      "\\",
      "{",
      "}",
      "[",
      "]",
      ":",
      ",",
      "\n",
      "x",
      '"error"',
      '"usageMetadata"',
    ),
    { maxLength: 40 },
  ).map((tokens) => tokens.join(""));
  fc.assert(
    fc.property(fc.oneof(jsonish, fc.json(), fc.string()), fc.integer(), (stream, seed) => {
      const { stops: _, ...whole } = scanned(stream);
      const pieces = cutAtRandom(bytes(stream), seededRandom(seed));
      const { stops: __, ...inPieces } = scanned(stream, pieces);

      assert.deepEqual(inPieces, whole);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("AnswerScanner agrees with JSON.parse() on the usage of any answer", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.dictionary(fc.constantFrom("a", "totalTokenCount", "usageMetadata"), fc.jsonValue()),
      (rest, usageMetadata) => {
        const found = scanned(JSON.stringify({ first: 1, ...rest, usageMetadata })).usage;

        assert.equal(found, JSON.stringify(usageMetadata));
      },
    ),
    { numRuns: 300 },
  );
});

Deno.test("join() puts parts together in their order", () => {
  assert.equal(text([join([bytes("a"), bytes(""), bytes("bc")])]), "abc");
  assert.equal(join([]).length, 0);
});
