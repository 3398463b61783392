import { deepStrictEqual as deepEqual, strictEqual as equal } from "node:assert";
import {
  type GeminiModel,
  listModelsCall,
  modelBehind,
  modelItems,
  readModelPage,
} from "../../../lib/protocol/openai/models.ts";
import { validateOpenAi } from "../../support/openai_schema.ts";
import { recordedExchanges } from "../../support/recorded.ts";

const EVERYTHING = { allowedModels: null };
const encoder = new TextEncoder();

for (
  const [name, model] of [
    ["gemini-2.5-pro", "gemini-2.5-pro"],
    ["models/gemini-2.5-pro", "gemini-2.5-pro"],
    ["google/gemini-2.5-pro", "gemini-2.5-pro"],
    ["gemini/gemini-2.5-pro", "gemini-2.5-pro"],
    ["tunedModels/mine", "tunedModels/mine"],
    ["gpt-4o", "gemini-2.5-flash"],
    ["constructor", "constructor"],
    ["unknown", "unknown"],
  ] as const
) {
  Deno.test(`1.6 the model behind ${name} is ${model}`, () => {
    equal(modelBehind(name, { "gpt-4o": "gemini-2.5-flash" }), model);
  });
}

Deno.test("10.5 models are asked for a thousand at a time", () => {
  const [first, next] = [null, "a&b"].map((token) => listModelsCall(token));

  deepEqual(
    [first?.method, first?.target, next?.target],
    ["GET", "/v1beta/models?pageSize=1000", "/v1beta/models?pageSize=1000&pageToken=a%26b"],
  );
});

Deno.test("10.5 a page names its models without models/, and the token of the next page", () => {
  const page = readModelPage(encoder.encode(JSON.stringify({
    models: [{
      name: "models/gemini-2.5-pro",
      inputTokenLimit: 1_048_576,
      outputTokenLimit: 65_536,
      supportedGenerationMethods: ["generateContent", 7],
    }, { name: "models/aqa" }],
    nextPageToken: "more",
  })));

  deepEqual(page, {
    models: [
      {
        name: "gemini-2.5-pro",
        inputTokens: 1_048_576,
        outputTokens: 65_536,
        methods: ["generateContent"],
      },
      { name: "aqa", inputTokens: null, outputTokens: null, methods: [] },
    ],
    nextPageToken: "more",
  });
});

for (
  const [what, text] of [
    ["no JSON", "<html>"],
    ["no models", "{}"],
    ["models without names", '{"models":[{},{"name":7},null],"nextPageToken":""}'],
  ] as const
) {
  Deno.test(`10.5 a page with ${what} is an empty last one`, () => {
    deepEqual(readModelPage(encoder.encode(text)), { models: [], nextPageToken: null });
  });
}

Deno.test("11 a model is shown with what Google tells of it", () => {
  deepEqual(modelItems([aModel("gemini-2.5-pro")], { aliases: {}, token: EVERYTHING }), [{
    id: "gemini-2.5-pro",
    object: "model",
    created: 0,
    owned_by: "google",
    context_window: 1_000,
    max_output_tokens: 100,
    supported_methods: ["generateContent"],
  }]);
});

Deno.test("11 every recorded list makes a list of OpenAI's", () => {
  const [page] = recordedExchanges("models-list").map(({ bytes }) => readModelPage(bytes));

  const data = modelItems(page?.models ?? [], { aliases: {}, token: EVERYTHING });

  deepEqual(validateOpenAi("ListModelsResponse", { object: "list", data }), []);
  equal(data.length, page?.models.length);
  equal(data.length > 0, true);
});

Deno.test("11 an alias is listed behind the models, with what is told of its own", () => {
  const ids = idsOf({ aliases: { "gpt-4o": "b", "gpt-5": "unknown" } });

  deepEqual(ids, ["a", "b", "gpt-4o"]);
});

Deno.test("11 an alias with the name of a model is listed once", () => {
  deepEqual(idsOf({ aliases: { a: "b" } }), ["b", "a"]);
});

for (
  const [what, allowedModels, expected] of [
    ["a model", ["a"], ["a", "first"]],
    ["an alias", ["first"], ["first"]],
    ["nothing", [], []],
    ["what there is not", ["c"], []],
  ] as const
) {
  Deno.test(`11 a token that allows ${what} sees no more than that`, () => {
    const ids = idsOf({ aliases: { first: "a", second: "b" }, allowedModels });

    deepEqual(ids, expected);
  });
}

function idsOf(
  { aliases, allowedModels = null }: {
    aliases: Readonly<Record<string, string>>;
    allowedModels?: readonly string[] | null;
  },
): readonly string[] {
  return modelItems([aModel("a"), aModel("b")], { aliases, token: { allowedModels } })
    .map(({ id }) => id);
}

function aModel(name: string): GeminiModel {
  return { name, inputTokens: 1_000, outputTokens: 100, methods: ["generateContent"] };
}
