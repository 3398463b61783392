import assert from "node:assert/strict";
import { parseAnswer } from "../../../../lib/protocol/gemini/generate/parse_answer.ts";
import { recordedAnswers } from "../../../support/recorded.ts";

const answer = (parts: string, rest = "") =>
  `{"candidates":[{"content":{"parts":[${parts}]}}]${rest}}`;
const call = (args: string) => `{"functionCall":{"name":"f","args":${args}}}`;

Deno.test("7.17 parseAnswer() keeps the numbers in arguments as they were written", () => {
  const text = answer(
    `{"text":"1.0"},${call('{"id":12345678901234567890,"x":[1.0,-0,1e3]}')},${call('{"y":2.50}')}`,
  );

  assert.equal(JSON.stringify(parseAnswer(text)), text);
});

Deno.test("7.17 parseAnswer() keeps them for every candidate", () => {
  const candidate = `{"content":{"parts":[${call('{"x":1.0}')}]}}`;
  const text = `{"candidates":[{},${candidate},${candidate}]}`;

  assert.equal(JSON.stringify(parseAnswer(text)), text);
});

Deno.test("parseAnswer() gives all other numbers as numbers", () => {
  const text = answer(call('{"x":1.0}'), ',"usageMetadata":{"totalTokenCount":7.0}');

  assert.deepEqual(parseAnswer(text)?.usageMetadata, { totalTokenCount: 7 });
});

Deno.test("parseAnswer() takes arguments that are no object for what they are", () => {
  for (const args of ["1.0", "[1.0]", '"1.0"', "null"]) {
    assert.equal(JSON.stringify(parseAnswer(answer(call(args)))), answer(call(args)));
  }
});

Deno.test("parseAnswer() makes up no arguments", () => {
  const text = answer('{"functionCall":{"name":"f"},"text":"1.0"}');

  assert.equal(JSON.stringify(parseAnswer(text)), text);
});

Deno.test("parseAnswer() is null for what is no JSON object", () => {
  for (const text of ["", " ", "{", "null", "1", "1.0", '"a"', "[{}]", "[DONE]", "<html>"]) {
    assert.equal(parseAnswer(text), null, text);
  }
});

Deno.test("parseAnswer() takes odd shapes as they are", () => {
  const odd = [
    '{"candidates":{"functionCall":1.0}}',
    '{"candidates":[null,{"content":[]},{"content":{"parts":{"functionCall":1.0}}}]}',
    '{"candidates":[{"content":{"parts":[{"functionCall":null},{"functionCall":1.0}]}}]}',
  ];

  for (const text of odd) assert.deepEqual(parseAnswer(text), JSON.parse(text));
});

Deno.test("parseAnswer() reads every recorded answer", () => {
  for (const { name, responses } of recordedAnswers()) {
    for (const response of responses) {
      const parsed = parseAnswer(JSON.stringify(response));
      assert.deepEqual(JSON.parse(JSON.stringify(parsed)), response, name);
    }
  }
});
