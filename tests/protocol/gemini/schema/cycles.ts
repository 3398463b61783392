/** Google's rule on cycles of references, told apart from the code that keeps it. */

import type { Json } from "./schemas.ts";

/** Whether every reference can be followed to an end, if what is not required is left out. */
export function endsEverywhere(root: Json): boolean {
  const defined = Object.entries((root.$defs ?? {}) as Record<string, Json>);
  const targets = new Map([
    ["#", root],
    ...defined.map(([name, each]) => [`#/$defs/${name}`, each] as const),
  ]);
  const ends = (schema: Json, through: readonly string[]): boolean =>
    referencesOf(withoutOptional(schema)).every((reference) =>
      !through.includes(reference) && ends(targets.get(reference)!, [...through, reference])
    );
  return [...targets].every(([reference, schema]) => ends(schema, [reference]));
}

/** The schema with only the properties that are required, at every level, and no definitions. */
function withoutOptional(schema: Json): Json {
  const { properties = {}, required = [], $defs: _, ...others } = schema;
  const kept = Object.entries(properties as Json)
    .filter(([name]) => (required as string[]).includes(name));
  const entries = [...Object.entries(others), ["kept", kept.map(([, each]) => each)] as const];
  return Object.fromEntries(entries.map(([keyword, value]) => [keyword, pruned(value)]));
}

function pruned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pruned);
  return typeof value === "object" && value !== null ? withoutOptional(value as Json) : value;
}

function referencesOf(schema: Json): string[] {
  return [...JSON.stringify(schema).matchAll(/"\$ref":"([^"]*)"/g)].map(([, found = ""]) => found);
}
