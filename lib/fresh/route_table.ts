/**
 * Finds the route of a path: what is written out first, then patterns in the order they were added.
 *
 * @module
 */

import type { Method } from "./handlers.ts";

/** A route that a path was found to be of. */
export interface Match<T> {
  /** The pattern, such as `/pools/:pool`. */
  readonly pattern: string;
  /** What stood for its names, decoded where it can be. */
  readonly params: Record<string, string>;
  /** What answers the method; null when nothing does. */
  readonly found: T | null;
  /** The methods that are answered. */
  readonly methods: readonly string[];
}

interface Entry<T> {
  readonly pattern: string;
  readonly expression: RegExp;
  readonly byMethod: Map<string, T>;
}

const EVERY_METHOD: readonly Method[] = [
  "GET",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "HEAD",
  "OPTIONS",
];

/** The routes of an app. */
export class RouteTable<T> {
  readonly #written = new Map<string, Entry<T>>();
  readonly #patterns = new Map<string, Entry<T>>();

  /** Adds what answers some methods of a path; what was there first stays. */
  add(pattern: string, methods: readonly Method[] | "ALL", item: T): void {
    const entries = /[:*]/.test(pattern) ? this.#patterns : this.#written;
    const entry = entries.get(pattern) ??
      { pattern, expression: expressionOf(pattern), byMethod: new Map() };
    entries.set(pattern, entry);
    for (const method of methods === "ALL" ? EVERY_METHOD : methods) {
      if (!entry.byMethod.has(method)) entry.byMethod.set(method, item);
    }
  }

  /** Finds the route of a path; null when there is none. A slash at the end makes no difference. */
  match(method: string, path: string): Match<T> | null {
    const plain = path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
    const written = this.#written.get(plain);
    if (written !== undefined) return matched(written, method, {});

    for (const entry of this.#patterns.values()) {
      const groups = entry.expression.exec(plain);
      if (groups !== null) return matched(entry, method, groups.groups ?? {});
    }
    return null;
  }
}

function matched<T>(
  { pattern, byMethod }: Entry<T>,
  method: string,
  groups: Readonly<Record<string, string | undefined>>,
): Match<T> {
  const params: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(groups)) params[name] = decoded(value ?? "");
  const found = byMethod.get(method) ?? (method === "HEAD" ? byMethod.get("GET") : undefined);
  return { pattern, params, found: found ?? null, methods: [...byMethod.keys()] };
}

/** `/a/:b` is one segment more than `/a`, `/a/:b*` any number, and `*` anything. */
function expressionOf(pattern: string): RegExp {
  if (pattern === "*" || pattern === "/*") return /^/;
  const source = pattern.split("/").slice(1).map((segment) => {
    const rest = /^:(\w+)\*$/.exec(segment);
    if (rest !== null) return `(?:/(?<${rest[1]}>.*))?`;
    if (segment === "*") return "(?:/.*)?";
    return "/" +
      segment.split(/(:\w+)/).map((part) =>
        part.startsWith(":") ? `(?<${part.slice(1)}>[^/]+?)` : escaped(part)
      ).join("");
  });
  return new RegExp(`^${source.join("")}$`);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function decoded(value: string): string {
  try {
    return decodeURI(value);
  } catch (error) {
    // What is no encoding at all is passed on as it was written.
    if (error instanceof URIError) return value;
    throw error;
  }
}
