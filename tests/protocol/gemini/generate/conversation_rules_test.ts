import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Conversation,
  ConversationBuilder,
  type ToldCall,
  type ToldResult,
} from "../../../../lib/protocol/gemini/generate/conversation.ts";
import type { Part } from "../../../../lib/protocol/gemini/generate/request.ts";
import {
  replaceSignatures,
  signCalls,
  unsignedCalls,
} from "../../../../lib/protocol/gemini/generate/signed_calls.ts";
import { refusal } from "../../../simulator/request_rules/trying.ts";

/** What both sides say in turn. Each may say nothing, so that any order of turns occurs. */
interface Exchange {
  readonly asked: readonly Part[];
  readonly said: readonly Part[];
  readonly calls: readonly ToldCall[];
  readonly results: readonly ToldResult[];
}

const aCallId = fc.constantFrom("a", "b", "c", "");
const aBlob = fc.constant({ mimeType: "image/png", data: "AA==" });
const aPart: fc.Arbitrary<Part> = fc.oneof(
  fc.string({ minLength: 1 }).map((text) => ({ text })),
  fc.constant({ text: "", thoughtSignature: "c2ln" }),
  aBlob.map((inlineData) => ({ inlineData })),
);
const someParts = fc.array(aPart, { maxLength: 3 });
const aCall: fc.Arbitrary<ToldCall> = fc.record({
  callId: aCallId,
  call: fc.record({
    id: fc.constant("4jh89wlf"),
    name: fc.constantFrom("f", "g"),
    args: fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 2 }),
  }, { requiredKeys: ["name", "args"] }),
  signature: fc.constantFrom(null, "c2ln"),
});
const aResult: fc.Arbitrary<ToldResult> = fc.record({
  callId: aCallId,
  response: fc.record({ result: fc.jsonValue() }),
  files: fc.array(aBlob, { maxLength: 2 }),
});
const aHistory: fc.Arbitrary<Exchange[]> = fc.array(
  fc.record({
    asked: someParts,
    said: someParts,
    calls: fc.array(aCall, { maxLength: 3 }),
    results: fc.array(aResult, { maxLength: 4 }),
  }),
  { maxLength: 8 },
);

function built(history: readonly Exchange[], filesInResults: boolean): Conversation {
  const builder = new ConversationBuilder({ filesInResults });
  for (const { asked, said, calls, results } of history) {
    builder.user(asked);
    builder.model(said, calls, results);
  }
  return builder.build();
}

/** Without what the simulator cannot have signed itself. */
function taken({ contents }: Conversation, model: string): string | undefined {
  return refusal({ contents: replaceSignatures(contents) }, model);
}

Deno.test("2.5–2.9 whatever was said, ConversationBuilder builds what Gemini 2.5 takes", () => {
  fc.assert(
    fc.property(aHistory, (history) => {
      assert.equal(taken(built(history, false), "gemini-2.5-flash"), undefined);
    }),
    { numRuns: 500 },
  );
});

Deno.test("8.5 whatever was said, placeholders make it what Gemini 3 takes", () => {
  fc.assert(
    fc.property(aHistory, (history) => {
      assert.equal(taken(built(history, true), "gemini-3.8-flash"), undefined);
    }),
    { numRuns: 500 },
  );
});

Deno.test("8.2 unsignedCalls() names all calls that Gemini 3 would miss a signature of", () => {
  fc.assert(
    fc.property(aHistory, (history) => {
      const { contents } = built(history.map(unsigned), true);
      const signatures = new Map(unsignedCalls(contents).map((part) => [part, null]));

      assert.equal(refusal({ contents: signCalls(contents, signatures) }), undefined);
    }),
    { numRuns: 500 },
  );
});

Deno.test("nothing that was said is lost in a conversation", () => {
  fc.assert(
    fc.property(aHistory, fc.boolean(), (history, filesInResults) => {
      const { contents } = built(history, filesInResults);
      const all = JSON.stringify(contents);
      const told = history.flatMap(({ asked, said, calls, results }) => [
        ...asked,
        ...said,
        ...calls.map(({ call }) => call),
        ...results.map(({ response }) => response),
      ]);

      assert.deepEqual(told.filter((each) => !holds(all, each)), []);
    }),
    { numRuns: 300 },
  );
});

/** A result that belongs to no call is told as text: its own, or its JSON written once more. */
function holds(all: string, each: object): boolean {
  const written = JSON.stringify(each);
  const own = JSON.stringify({ text: Object.values(each)[0] });
  return [written, JSON.stringify(written), own].some((way) => all.includes(way));
}

function unsigned({ asked, said, calls, results }: Exchange): Exchange {
  return {
    asked: asked.map(bare),
    said: said.map(bare),
    calls: calls.map((call) => ({ ...call, signature: null })),
    results,
  };
}

function bare({ thoughtSignature: _signature, ...part }: Part): Part {
  return part;
}
