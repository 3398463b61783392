/**
 * Holds values against the JSON Schema that OpenAI publishes of its own API.
 *
 * It is strict about what OpenAI always sends (`logprobs` and `refusal`, if only as null) and lets pass
 * what it does not know, such as the fields we add.
 *
 * @module
 */

import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

/** What the schema can judge. */
export type OpenAiRoot =
  | "CreateChatCompletionRequest"
  | "CreateChatCompletionResponse"
  | "CreateChatCompletionStreamResponse"
  | "CompletionUsage"
  | "CreateEmbeddingRequest"
  | "CreateEmbeddingResponse"
  | "Embedding"
  | "ListModelsResponse"
  | "Model"
  | "Error"
  | "ErrorResponse";

/** The year 5138 in seconds; the present in milliseconds is beyond it. */
const LATEST_SECOND = 100_000_000_000;

const schema = JSON.parse(Deno.readTextFileSync(
  new URL("../fixtures/openai/chat-embeddings-models.schema.json", import.meta.url),
));
// OpenAI sends null until a choice is finished; its schema has the type of null but forgets the value.
schema.$defs.CreateChatCompletionStreamResponse
  .properties.choices.items.properties.finish_reason.enum.push(null);
const ajv = new Ajv2020({ strict: false, allErrors: true, schemas: [schema] });
addFormats.default(ajv);
ajv.addFormat("unixtime", {
  type: "number",
  validate: (seconds) => Number.isInteger(seconds) && seconds >= 0 && seconds < LATEST_SECOND,
});

/**
 * What is wrong with a value, each fault with the place where it is; none when the value is valid.
 *
 * @throws {RangeError} if the schema does not define the root.
 */
export function validateOpenAi(root: OpenAiRoot, value: unknown): readonly string[] {
  const validate = ajv.getSchema(`${schema.$id}#/$defs/${root}`);
  if (validate === undefined) {
    throw new RangeError(`Cannot validate "${root}": the schema does not define it`);
  }
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
