/**
 * Remembers what became of a schema, by its content.
 *
 * Clients send the same tools with every request. Results are frozen, because every caller gets the
 * same one; the least recently used are forgotten first.
 *
 * @module
 */

import { freezeJson } from "./json.ts";

/** About two hundred tools of usual size. */
const MAX_ENTRIES = 512;
/** Of schemas and results together; some 8 MB of memory. */
const MAX_CHARS = 4_000_000;

/** The same function, which answers a schema it has met with the same frozen result. */
export function memoised<T>(transform: (schema: unknown) => T): (schema: unknown) => T {
  const known = new Map<string, Entry<T>>();
  let chars = 0;

  const forget = (content: string) => {
    chars -= known.get(content)?.chars ?? 0;
    known.delete(content);
  };

  return (schema) => {
    const content = contentOf(schema);
    if (content === null) return freezeJson(transform(schema));
    const entry = known.get(content) ?? entryFor(content, transform(schema));

    forget(content);
    known.set(content, entry);
    chars += entry.chars;
    for (const oldest of known.keys()) {
      if (known.size <= MAX_ENTRIES && chars <= MAX_CHARS) break;
      forget(oldest);
    }
    return entry.result;
  };
}

interface Entry<T> {
  readonly result: T;
  readonly chars: number;
}

function entryFor<T>(content: string, result: T): Entry<T> {
  return { result: freezeJson(result), chars: content.length + JSON.stringify(result).length };
}

/** Null for what JSON cannot say and for what is nested deeper than the stack. */
function contentOf(schema: unknown): string | null {
  try {
    return JSON.stringify(schema) ?? null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
