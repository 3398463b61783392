/**
 * Finds what a `$ref` points to inside one document.
 *
 * Pointers, anchors and ids are understood; nothing is ever fetched. Schemas are looked for where the
 * grammar of JSON Schema has them, so that a property that happens to be called `$id` names nothing.
 *
 * @see https://json-schema.org/draft/2020-12/json-schema-core#section-8
 * @module
 */

import type { JsonRecord } from "./json.ts";
import { isRecord } from "./json.ts";

/** The schema a reference means; undefined if it is remote or dangling. */
export type Resolve = (reference: string) => JsonRecord | undefined;

/** What `true` and other values without content stand for. */
const ANYTHING: JsonRecord = {};

/** Resolves references within `root`; names are collected only when one is asked for. */
export function referencesIn(root: JsonRecord): Resolve {
  const known = new Map<string, JsonRecord | undefined>();
  let names: Names | undefined;

  const find: Resolve = (reference) => {
    const [base = "", fragment = ""] = reference.split("#", 2);
    if (base === "" && fragment.startsWith("/")) return schemaAt(root, fragment);
    names ??= namesIn(root);
    const resource = base === "" ? root : names.ids.get(base);
    if (resource === undefined || fragment === "") return resource;
    return fragment.startsWith("/") ? schemaAt(resource, fragment) : names.anchors.get(fragment);
  };

  return (reference) => {
    if (!known.has(reference)) known.set(reference, find(reference));
    return known.get(reference);
  };
}

/** The last word of a reference, by which people know what it means. */
export function nameOfReference(reference: string): string {
  const [, last = ""] = /([^/#]*)#?$/.exec(decodeUri(reference)) ?? [];
  return unescapeToken(last);
}

/** https://www.rfc-editor.org/rfc/rfc6901 */
function schemaAt(resource: JsonRecord, pointer: string): JsonRecord | undefined {
  let found: unknown = resource;
  for (const token of decodeUri(pointer).split("/").slice(1).map(unescapeToken)) {
    const inside: object = typeof found === "object" && found !== null ? found : ANYTHING;
    if (!Object.hasOwn(inside, token)) return undefined;
    found = Reflect.get(inside, token);
  }
  return found === true ? ANYTHING : isRecord(found) ? found : undefined;
}

function unescapeToken(token: string): string {
  return token.replaceAll("~1", "/").replaceAll("~0", "~");
}

function decodeUri(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A bare % is not encoding: then the text means itself.
    return text;
  }
}

interface Names {
  readonly ids: ReadonlyMap<string, JsonRecord>;
  readonly anchors: ReadonlyMap<string, JsonRecord>;
}

function namesIn(root: JsonRecord): Names {
  const ids = new Map<string, JsonRecord>();
  const anchors = new Map<string, JsonRecord>();
  const waiting = [root];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { $id, $anchor } = next;
    if (typeof $anchor === "string") anchors.set($anchor, next);
    // Until draft 2019-09 an anchor was an id that began with #.
    if (typeof $id === "string" && $id.startsWith("#")) anchors.set($id.slice(1), next);
    else if (typeof $id === "string") ids.set($id.replace(/#$/, ""), next);
    for (const inner of schemasIn(next)) waiting.push(inner);
  }
  return { ids, anchors };
}

const HOLDS_SCHEMAS = new Set(
  ("items additionalItems prefixItems contains unevaluatedItems allOf anyOf oneOf not if then else " +
    "additionalProperties unevaluatedProperties propertyNames").split(" "),
);
const HOLDS_NAMED_SCHEMAS = new Set(
  "properties patternProperties dependentSchemas $defs definitions".split(" "),
);

function schemasIn(schema: JsonRecord): JsonRecord[] {
  return Object.entries(schema).flatMap(([keyword, value]) => {
    if (HOLDS_SCHEMAS.has(keyword)) return Array.isArray(value) ? value : [value];
    return HOLDS_NAMED_SCHEMAS.has(keyword) && isRecord(value) ? Object.values(value) : [];
  }).filter(isRecord);
}
