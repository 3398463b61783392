/**
 * Rules for numbers: each has its bounds.
 *
 * @module
 */

import type { GenerationConfig } from "../generate_request.ts";
import { faultAt, firstFault, type Rule } from "./rule.ts";

const BOUNDS: readonly { field: keyof GenerationConfig; path: string; from: number; to: number }[] =
  [
    { field: "temperature", path: "temperature", from: 0, to: 2 },
    { field: "topP", path: "top_p", from: 0, to: 1 },
    { field: "candidateCount", path: "candidate_count", from: 1, to: 8 },
    { field: "logprobs", path: "logprobs", from: 0, to: 20 },
  ];

const MOST_STOPS = 5;

/** Numbers are within their bounds. */
export const staysWithinBounds: Rule = ({ generationConfig: config = {} }) =>
  firstFault(BOUNDS.map(({ field, path, from, to }) => {
    const value = config[field];
    if (value === undefined || (Number(value) >= from && Number(value) <= to)) return undefined;
    return faultAt(`generation_config.${path}`, `${path} must be in the range [${from}, ${to}].`);
  }));

/** There are few enough words to stop at. */
export const hasFewStops: Rule = ({ generationConfig }) =>
  (generationConfig?.stopSequences?.length ?? 0) <= MOST_STOPS ? undefined : faultAt(
    "generation_config.stop_sequences",
    `at most ${MOST_STOPS} stop sequences can be specified.`,
  );

/** How many probabilities is said only when there are to be any. */
export const asksForLogprobs: Rule = ({ generationConfig: config = {} }) =>
  config.logprobs === undefined || config.responseLogprobs === true ? undefined : faultAt(
    "generation_config.logprobs",
    "logprobs can be set only when response_logprobs is true.",
  );
