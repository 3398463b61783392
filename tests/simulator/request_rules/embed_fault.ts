/**
 * Finds what Google would refuse in a request to embed.
 *
 * @module
 */

import { badField, type GoogleError } from "../google_error.ts";
import { type Message, readMessage } from "../read_message.ts";
import { missingField } from "../request_errors.ts";
import { firstFault } from "./rule.ts";

const BATCH_LIMIT = 100;
const SMALLEST = 128;
const LARGEST = 3072;

interface EmbedRequest {
  model?: string;
  content?: unknown;
  outputDimensionality?: number | string;
}

/** The fault of a request for one embedding. */
export function embedFault(body: Message): GoogleError | undefined {
  const { message, fault } = readMessage(body, "EmbedContentRequest");
  if (fault !== undefined) return fault;
  const { content, outputDimensionality }: EmbedRequest = message;
  if (content === undefined) return missingField("EmbedContentRequest", "content");
  return faultOfSize(outputDimensionality, {
    request: "EmbedContentRequest",
    path: "output_dimensionality",
  });
}

/** The fault of a request for many: each has to name the model once more. */
export function batchEmbedFault(body: Message, model: string): GoogleError | undefined {
  const { message, fault } = readMessage(body, "BatchEmbedContentsRequest");
  if (fault !== undefined) return fault;
  const { requests = [] } = message as { requests?: readonly EmbedRequest[] };
  const request = "BatchEmbedContentsRequest";

  if (requests.length === 0) return missingField(request, "requests");
  if (requests.length > BATCH_LIMIT) {
    return badField(request, "requests", `at most ${BATCH_LIMIT} requests can be in one batch`);
  }
  const stray = requests.findIndex((one) => one.model !== `models/${model}`);
  if (stray >= 0) {
    return badField(request, `requests[${stray}].model`, `must be the same as models/${model}`);
  }
  return firstFault(
    requests.map(({ content, outputDimensionality: size }, n) =>
      content === undefined
        ? badField(request, `requests[${n}].content`, "content is not specified")
        : faultOfSize(size, { request, path: `requests[${n}].output_dimensionality` })
    ),
  );
}

function faultOfSize(
  size: number | string = LARGEST,
  { request, path }: { request: string; path: string },
): GoogleError | undefined {
  if (Number(size) >= SMALLEST && Number(size) <= LARGEST) return undefined;
  return badField(request, path, `must be between ${SMALLEST} and ${LARGEST}`);
}
