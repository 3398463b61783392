/**
 * Parses one answer of Gemini's.
 *
 * @module
 */

import { hasDelicateNumbers, parseExactly } from "../../exact_json.ts";
import { isRecord, type JsonRecord, recordOf, recordsOf } from "../../json.ts";

/**
 * The answer that a text spells. Arguments of function calls keep their numbers as they were written;
 * all other numbers are numbers.
 *
 * @returns null when the text is no JSON object.
 */
export function parseAnswer(text: string): JsonRecord | null {
  try {
    const answer: unknown = JSON.parse(text);
    if (!isRecord(answer)) return null;
    if (text.includes('"functionCall"') && hasDelicateNumbers(text)) {
      keepArguments(answer, parseExactly(text));
    }
    return answer;
  } catch {
    // What is no JSON is no answer; the caller says so to its client.
    return null;
  }
}

/** Puts the arguments of one reading in the place of those of another. */
function keepArguments(answer: unknown, exact: unknown): void {
  const exactParts = partsOf(exact);
  partsOf(answer).forEach((part, at) => {
    const call = recordOf(part.functionCall);
    const exactCall = recordOf(exactParts[at]?.functionCall);
    if (call !== null && exactCall !== null) Object.assign(call, { args: exactCall.args });
  });
}

function partsOf(answer: unknown): readonly JsonRecord[] {
  return recordsOf(recordOf(answer)?.candidates)
    .flatMap(({ content }) => recordsOf(recordOf(content)?.parts));
}
