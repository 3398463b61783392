/**
 * Makes one response of Gemini's out of those of a stream: the answer that could have come whole.
 *
 * @module
 */

import { type JsonRecord, recordOf, recordsOf } from "../../../lib/protocol/json.ts";

/** One response that says what all of these say. */
export function mergeResponses(responses: readonly unknown[]): JsonRecord {
  const records = recordsOf(responses);
  const candidates = records.flatMap((response) =>
    recordsOf(response.candidates).map((candidate, position) => ({ index: position, ...candidate }))
  );
  const byIndex = Map.groupBy(candidates, ({ index }) => index);
  return {
    ...lastOfEach(records),
    ...(byIndex.size > 0 && { candidates: [...byIndex.values()].map(mergeCandidates) }),
  };
}

function mergeCandidates(pieces: readonly JsonRecord[]): JsonRecord {
  const parts = pieces.flatMap(({ content }) => recordsOf(recordOf(content)?.parts));
  return { ...lastOfEach(pieces), content: { role: "model", parts } };
}

/** The last value of each field that has one; an empty object is none. */
function lastOfEach(records: readonly JsonRecord[]): JsonRecord {
  return Object.fromEntries(
    records.flatMap((record) => Object.entries(record)).filter(([, value]) => !isEmpty(value)),
  );
}

function isEmpty(value: unknown): boolean {
  const record = recordOf(value);
  return record !== null && Object.keys(record).length === 0;
}
