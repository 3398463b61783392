import { match, strictEqual as equal } from "node:assert";
import type { Message } from "../read_message.ts";
import { batchEmbedFault, embedFault } from "./embed_fault.ts";

const MODEL = "gemini-embedding-001";
const content = { parts: [{ text: "sea" }] };
const one = { model: `models/${MODEL}`, content };

Deno.test("requests to embed in order are taken", () => {
  equal(embedFault({ content, task_type: "RETRIEVAL_DOCUMENT", title: "t" }), undefined);
  equal(embedFault({ content, outputDimensionality: 128 }), undefined);
  equal(
    batchEmbedFault({ requests: [one, { ...one, outputDimensionality: 3072 }] }, MODEL),
    undefined,
  );
});

const single: [string, Message, RegExp][] = [
  ["without content", {}, /EmbedContentRequest\.content: content is not specified\n$/],
  ["with an unknown name", { content, x: 1 }, /Unknown name "x": Cannot find field\.$/],
  ["for too few dimensions", { content, outputDimensionality: 127 }, /between 128 and 3072/],
  ["for too many dimensions", { content, output_dimensionality: 3073 }, /between 128 and 3072/],
];

for (const [fact, body, message] of single) {
  Deno.test(`a request ${fact} is not embedded`, () => {
    match(embedFault(body)?.message ?? "", message);
  });
}

const batches: [string, readonly Message[], RegExp][] = [
  ["of nothing", [], /requests: requests is not specified\n$/],
  ["of 101", Array.from({ length: 101 }, () => one), /at most 100 requests/],
  ["without a model in an item", [one, { content }], /requests\[1\]\.model: must be the same/],
  ["with another model in an item", [{ ...one, model: "models/x" }], /requests\[0\]\.model/],
  ["without content in an item", [{ model: one.model }], /requests\[0\]\.content: content is not/],
  ["for too few dimensions", [{ ...one, outputDimensionality: 8 }], /requests\[0\]\.output_dimen/],
  ["with an unknown name", [{ ...one, x: 1 }], /Unknown name "x" at 'requests\[0\]'/],
];

for (const [fact, requests, message] of batches) {
  Deno.test(`a batch ${fact} is not embedded`, () => {
    match(batchEmbedFault({ requests }, MODEL)?.message ?? "", message);
  });
}
