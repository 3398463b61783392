import assert from "node:assert/strict";
import { isGoogleCallId } from "../../../../lib/protocol/gemini/generate/call_ids.ts";
import { recordedAnswers } from "../../../support/recorded.ts";

interface Answer {
  readonly candidates?: readonly {
    readonly content?: { readonly parts?: readonly { functionCall?: { id?: string } }[] };
  }[];
}

const recorded = recordedAnswers().flatMap(({ responses }) => responses as readonly Answer[])
  .flatMap(({ candidates = [] }) => candidates)
  .flatMap(({ content }) => content?.parts ?? [])
  .flatMap(({ functionCall }) => functionCall?.id ?? []);

Deno.test("3.17 isGoogleCallId() knows every id that Google was recorded to give", () => {
  assert.ok(recorded.length > 5);
  assert.deepEqual(recorded.filter((id) => !isGoogleCallId(id)), []);
});

for (
  const id of [
    "call_Qz3vP0aBcDeFgHiJkLmNoPqR",
    "call_abc",
    "call_1",
    "call_123",
    "call_",
    "chatcmpl-tool-5f1b2c",
    "toolu_01A09q90qw90lq917835lq9",
    "550e8400-e29b-41d4-a716-446655440000",
    "get_weather",
    "c1",
    "",
    "4jh89wlf ",
    "4jh89wlf\n",
  ]
) {
  Deno.test(`3.17 isGoogleCallId() takes ${JSON.stringify(id)} for a client's`, () => {
    assert.ok(!isGoogleCallId(id));
  });
}
