import { deepStrictEqual as deepEqual, ok, strictEqual as equal, throws } from "node:assert";
import { RotatorError } from "../../../lib/domain/errors.ts";
import { modelTraits } from "../../../lib/protocol/gemini/generate/model_table.ts";
import {
  type Embedded,
  embeddingCalls,
  embeddingReply,
  readEmbeddingRequest,
  readEmbeddings,
} from "../../../lib/protocol/openai/embeddings.ts";
import { validateOpenAi } from "../../support/openai_schema.ts";
import { recordedExchanges } from "../../support/recorded.ts";

const MODEL = "gemini-embedding-001";
const encoder = new TextEncoder();

Deno.test("10.1 one input is a batch of one, which names its model again", () => {
  const [call, ...others] = callsFor({ input: "Hi" });

  deepEqual(
    { method: call?.method, target: call?.target, framing: call?.framing, others },
    {
      method: "POST",
      target: "/v1beta/models/gemini-embedding-001:batchEmbedContents",
      framing: null,
      others: [],
    },
  );
  deepEqual(bodyOf(call), {
    requests: [{ model: "models/gemini-embedding-001", content: { parts: [{ text: "Hi" }] } }],
  });
});

Deno.test("10.1 more inputs than one batch takes are several, in order", () => {
  const input = Array.from({ length: 250 }, (_, at) => `text ${at}`);

  const batches = callsFor({ input }).map((call) =>
    bodyOf(call).requests.map(({ content }) => content.parts[0]?.text)
  );

  deepEqual(batches.map(({ length }) => length), [100, 100, 50]);
  deepEqual(batches.flat(), input);
});

Deno.test("10.1 the vectors of all batches are numbered in the order of the inputs", () => {
  const { data } = replyTo({ input: ["a", "b", "c"] }, [
    { vectors: [[1], [1]], tokens: 2 },
    { vectors: [[-1]], tokens: 1 },
  ]);

  deepEqual(data, [
    { object: "embedding", index: 0, embedding: [1] },
    { object: "embedding", index: 1, embedding: [1] },
    { object: "embedding", index: 2, embedding: [-1] },
  ]);
});

Deno.test("10.2 dimensions are Gemini's outputDimensionality", () => {
  deepEqual(settingsIn({ input: "Hi", dimensions: 256 }), { outputDimensionality: 256 });
});

Deno.test("10.2 vectors below full size have length one", () => {
  const [first] = replyTo({ input: "Hi" }, [{ vectors: [[3, 4]], tokens: 1 }]).data;

  deepEqual(first?.embedding, [0.6, 0.8]);
});

Deno.test("10.2 vectors of full size stay as they are", () => {
  const vector = Array.from({ length: 3_072 }, () => 2);

  const [first] = replyTo({ input: "Hi" }, [{ vectors: [vector], tokens: 1 }]).data;

  deepEqual(first?.embedding, vector);
});

Deno.test("10.2 a vector of zeros stays one", () => {
  deepEqual(replyTo({ input: "Hi" }, [{ vectors: [[0, 0]], tokens: 1 }]).data[0]?.embedding, [
    0,
    0,
  ]);
});

Deno.test("10.2 base64 is the same numbers as little-endian 32-bit floats", () => {
  const embedded = [{ vectors: [[0.3, -0.4, 1e-3]], tokens: 1 }];
  const [float] = replyTo({ input: "Hi", encoding_format: "float" }, embedded).data;
  const [base64] = replyTo({ input: "Hi", encoding_format: "base64" }, embedded).data;

  const view = new DataView(Uint8Array.fromBase64(String(base64?.embedding)).buffer);

  deepEqual(
    [0, 4, 8].map((at) => view.getFloat32(at, true)),
    (float?.embedding as number[]).map(Math.fround),
  );
  equal(view.byteLength, 12);
});

for (
  const [what, body, param] of [
    ["an empty text", { input: "" }, "input"],
    ["an empty text among others", { input: ["a", ""] }, "input[1]"],
    ["no input", {}, "input"],
    ["an empty list", { input: [] }, "input"],
    ["tokens", { input: [1, 2, 3] }, "input"],
    ["lists of tokens", { input: [[1, 2], [3]] }, "input"],
    ["tokens among texts", { input: ["a", 1] }, "input"],
    ["2,049 inputs", { input: Array.from({ length: 2_049 }, () => "a") }, "input"],
    ["no dimensions at all", { input: "a", dimensions: 0 }, "dimensions"],
    ["half a dimension", { input: "a", dimensions: 1.5 }, "dimensions"],
    ["another encoding", { input: "a", encoding_format: "int8" }, "encoding_format"],
  ] as const
) {
  Deno.test(`10.2 ${what} in a request is a clear error for ${param}`, () => {
    throws(
      () => readEmbeddingRequest({ model: MODEL, ...body }),
      (error) =>
        error instanceof RotatorError && error.code === "invalid_request" && error.param === param,
    );
  });
}

Deno.test("10.3 usage is what Gemini counted for all batches", () => {
  const { usage } = replyTo({ input: ["a", "b"] }, [
    { vectors: [[1]], tokens: 3 },
    { vectors: [[1]], tokens: 4 },
  ]);

  deepEqual(usage, { prompt_tokens: 7, total_tokens: 7 });
});

Deno.test("10.3 usage that Gemini does not tell is a quarter of the characters, and said to be a guess", () => {
  const request = readEmbeddingRequest({ model: MODEL, input: ["12345", "67890"] });

  const { body, isEstimated } = embeddingReply(request, [
    { vectors: [[1]], tokens: 3 },
    { vectors: [[1]], tokens: null },
  ]);

  deepEqual([body.usage, isEstimated], [{ prompt_tokens: 3, total_tokens: 3 }, true]);
});

for (
  const [where, body] of [
    ["at the top", { task_type: "RETRIEVAL_QUERY", title: "T" }],
    ["in google", { google: { task_type: "RETRIEVAL_QUERY", title: "T" } }],
    ["in extra_body", { extra_body: { google: { task_type: "RETRIEVAL_QUERY", title: "T" } } }],
  ] as const
) {
  Deno.test(`10.4 task and title may stand ${where}`, () => {
    deepEqual(settingsIn({ input: "Hi", ...body }), { taskType: "RETRIEVAL_QUERY", title: "T" });
  });
}

Deno.test("10.4 a model that takes neither task nor title does not get them", () => {
  const settings = settingsIn(
    { input: "Hi", dimensions: 8, task_type: "RETRIEVAL_QUERY", title: "T" },
    "gemini-embedding-2-preview",
  );

  deepEqual(settings, { outputDimensionality: 8 });
});

Deno.test("10 every recorded batch makes a list of OpenAI's", () => {
  const faults = recordedExchanges("embed-batch").flatMap(({ bytes, responses }) => {
    const count = (responses[0] as { embeddings: readonly unknown[] }).embeddings.length;
    const reply = replyTo({ input: ["a"] }, [readEmbeddings(bytes, count)]);
    return validateOpenAi("CreateEmbeddingResponse", reply);
  });

  deepEqual(faults, []);
});

Deno.test("10 every recorded vector has length one", () => {
  const vectors = recordedExchanges("embed-batch").flatMap(({ bytes, responses }) => {
    const count = (responses[0] as { embeddings: readonly unknown[] }).embeddings.length;
    return replyTo({ input: ["a"] }, [readEmbeddings(bytes, count)]).data;
  });

  ok(vectors.every(({ embedding }) => {
    const length = Math.hypot(...embedding as number[]);
    return Math.abs(length - 1) < 1e-9;
  }));
  equal(vectors.length, 9);
});

for (
  const [what, text] of [
    ["too few vectors", '{"embeddings":[{"values":[1]}]}'],
    ["a vector without numbers", '{"embeddings":[{"values":[1]},{"values":[]}]}'],
    ["no vectors", "{}"],
    ["no JSON", "<html>"],
  ] as const
) {
  Deno.test(`10 an answer with ${what} is none`, () => {
    throws(
      () => readEmbeddings(encoder.encode(text), 2),
      (error) => error instanceof RotatorError && error.reason === "empty_answer",
    );
  });
}

Deno.test("10 the answer names the model as the client did", () => {
  const request = readEmbeddingRequest({ model: "text-embedding-3-small", input: "Hi" });

  const { body } = embeddingReply(request, [{ vectors: [[1]], tokens: 1 }]);

  equal(body.model, "text-embedding-3-small");
});

interface Reply {
  readonly data: readonly { readonly index: number; readonly embedding: unknown }[];
  readonly usage: unknown;
}

function replyTo(body: object, embedded: readonly Embedded[]): Reply {
  const request = readEmbeddingRequest({ model: MODEL, ...body });
  return JSON.parse(JSON.stringify(embeddingReply(request, embedded).body));
}

function callsFor(body: object, model = MODEL) {
  const request = readEmbeddingRequest({ model, ...body });
  return embeddingCalls(request, { model, traits: modelTraits()(model) });
}

interface Batch {
  readonly requests: readonly {
    readonly content: { readonly parts: readonly { readonly text: string }[] };
  }[];
}

function bodyOf(call: ReturnType<typeof callsFor>[number] | undefined): Batch {
  return JSON.parse(new TextDecoder().decode(call?.body ?? new Uint8Array()));
}

/** What the only request of the only batch says besides its text. */
function settingsIn(body: object, model = MODEL): object {
  const [call] = callsFor(body, model);
  const [request] = bodyOf(call).requests;
  const { content: _content, model: _model, ...settings } = { model: "", ...request };
  return settings;
}
