import assert from "node:assert/strict";
import fc from "fast-check";
import { RotatorError } from "../../../lib/domain/errors.ts";
import { generateFault } from "../../simulator/request_rules/generate_fault.ts";
import { bytesOf, GEMMA, OLDEST } from "./chats.ts";
import { aFullChat, aPlainChat, aSpoiltChat } from "./random_chats.ts";

const MODELS = [
  "gemini-2.5-flash",
  "gemini-2.5-pro",
  "gemini-3.6-flash",
  "gemini-3.8-flash",
  OLDEST,
];
const CHECKS = { numRuns: 300, seed: 20_261_125 };

/** What Google says to a request. */
function faultOf(chat: unknown, model: string): string | undefined {
  const body = JSON.parse(new TextDecoder().decode(bytesOf(chat, { model })));
  return generateFault(body, model)?.message;
}

/** What a request comes to: a call, or an error with this code for its author. */
function outcomeOf(chat: unknown): string {
  try {
    bytesOf(chat);
    return "call";
  } catch (error) {
    if (error instanceof RotatorError) return error.code;
    throw error;
  }
}

for (const model of MODELS) {
  Deno.test(`every request that OpenAI would take is taken by ${model}`, () => {
    fc.assert(
      fc.property(aFullChat, (chat) => assert.equal(faultOf(chat, model), undefined)),
      CHECKS,
    );
  });
}

Deno.test("every request without functions and forms is taken by Gemma", () => {
  fc.assert(
    fc.property(aPlainChat, (chat) => assert.equal(faultOf(chat, GEMMA), undefined)),
    CHECKS,
  );
});

for (
  const [what, anything] of [["any JSON", fc.jsonValue()], [
    "a spoilt request",
    aSpoiltChat,
  ]] as const
) {
  Deno.test(`${what} gives a call, or the error of a wrong request`, () => {
    fc.assert(
      fc.property(anything, (chat) => assert.match(outcomeOf(chat), /^(?:call|invalid_request)$/)),
      CHECKS,
    );
  });
}

Deno.test("no request is changed by being translated", () => {
  fc.assert(
    fc.property(aSpoiltChat, (chat) => {
      const before = structuredClone(chat);

      outcomeOf(chat);

      assert.deepEqual(chat, before);
    }),
    CHECKS,
  );
});

Deno.test("the same request gives the same bytes", () => {
  fc.assert(
    fc.property(aFullChat, (chat) => {
      assert.deepEqual(bytesOf(chat), bytesOf(structuredClone(chat)));
    }),
    CHECKS,
  );
});
