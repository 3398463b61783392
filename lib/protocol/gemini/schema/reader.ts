/**
 * Reads the schemas of one document, one at a time.
 *
 * A reading has the references followed, `allOf` merged and the keywords sound; schemas inside it
 * wait for their own reading. Promises: it ends for every document, because depth, turns and room
 * are limited; what does not fit is read as its type and a hint.
 *
 * @module
 */

import { hint, hintsOf } from "./hints.ts";
import type { JsonRecord } from "./json.ts";
import { printJson } from "./json.ts";
import type { Keywords, TypeName } from "./keywords.ts";
import { keywordsOf } from "./keywords.ts";
import type { Limits, Room } from "./limits.ts";
import { mergeKeywords } from "./merge.ts";
import type { Resolve } from "./references.ts";
import { nameOfReference, referencesIn } from "./references.ts";
import { typesOf } from "./types.ts";

/** Schemas that are merged into one; more are left out. */
const MAX_PARTS = 64;

/** Where in a document a schema is read. */
export interface Place {
  /** How many schemas are around it. */
  readonly depth: number;
  /** The targets of the references that led here. */
  readonly targets: readonly JsonRecord[];
}

/** One schema by itself: nothing followed, nothing merged. */
export interface Part {
  /** Its sound keywords. */
  readonly keywords: Keywords;
  /** What else it demands. */
  readonly hints: readonly string[];
  /** How much it takes. */
  readonly chars: number;
}

/** One schema with everything that holds for it. */
export interface Reading<P extends Place> {
  /** Merged keywords, without `$ref` and `allOf`. */
  readonly keywords: Omit<Keywords, "$ref" | "allOf">;
  /** What the keywords of Gemini cannot say. */
  readonly hints: readonly string[];
  /** Where to read the schemas inside it. */
  readonly place: P;
}

/** What a reader is made with. */
export interface ReaderOptions {
  /** How deep to go. */
  readonly limits: Limits;
  /** How much to read. */
  readonly room: Room;
  /** Keywords that are told as hints. */
  readonly hinted: ReadonlySet<string>;
}

/** Reads schemas; it lives as long as one writing of one document. */
export class SchemaReader {
  /** Finds the target of a reference. */
  readonly resolve: Resolve;
  readonly #options: ReaderOptions;
  readonly #parts = new Map<JsonRecord, Part>();

  /** A reader of `root`, in which every reference is looked up. */
  constructor(root: JsonRecord, options: ReaderOptions) {
    this.resolve = referencesIn(root);
    this.#options = options;
  }

  /** A schema by itself. */
  part(schema: JsonRecord): Part {
    const known = this.#parts.get(schema);
    if (known !== undefined) return known;
    const keywords = keywordsOf(schema);
    const hints = hintsOf(schema, this.#options.hinted);
    const part = { keywords, hints, chars: charsIn(keywords, hints) };
    this.#parts.set(schema, part);
    return part;
  }

  /** A schema with everything that holds for it. */
  read<P extends Place>(schema: JsonRecord, place: P): Reading<P> {
    const { limits, room } = this.#options;
    const followed: JsonRecord[] = [];
    const parts = place.depth >= limits.depth || room.isUsedUp
      ? [this.#stub(schema, "more detail than fits")]
      : this.#partsOf(schema, place.targets, followed);
    room.take(parts.reduce((sum, part) => sum + part.chars, 0));

    const { $ref: _ref, allOf: _allOf, ...keywords } = mergeKeywords(
      parts.map((part) => part.keywords),
    );
    return {
      keywords,
      hints: parts.flatMap((part) => part.hints),
      place: { ...place, depth: place.depth + 1, targets: [...place.targets, ...followed] },
    };
  }

  #partsOf(schema: JsonRecord, targets: readonly JsonRecord[], followed: JsonRecord[]): Part[] {
    const stubs: Part[] = [];
    const parts = this.#conjoined(schema, (target, reference) => {
      if (target === undefined) {
        stubs.push(stub(["object"], hint("unknown $ref", reference)));
        return false;
      }
      if (targets.filter((each) => each === target).length >= this.#options.limits.turns) {
        stubs.push(
          this.#stub(target, hint("same form as", nameOfReference(reference) || "the root")),
        );
        return false;
      }
      followed.push(target);
      return true;
    });
    return [...parts, ...stubs];
  }

  /** A part that has the type of a schema, and says why no more. */
  #stub(schema: JsonRecord, why: string): Part {
    const types = this.#conjoined(schema, (target) => target !== undefined)
      .map((part) => typesOf(part.keywords)).find((found) => found.length > 0);
    return stub(types, why);
  }

  /** The schema, the target of its reference and what its `allOf` lists, in that order, each once. */
  #conjoined(
    schema: JsonRecord,
    follows: (target: JsonRecord | undefined, reference: string) => boolean,
  ): Part[] {
    const parts = new Map<JsonRecord, Part>();
    const waiting = [schema];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (parts.has(next) || parts.size === MAX_PARTS) continue;
      const part = this.part(next);
      parts.set(next, part);
      const { $ref, allOf = [] } = part.keywords;
      waiting.push(...allOf.slice(0, MAX_PARTS).reverse());
      const target = $ref === undefined ? undefined : this.resolve($ref);
      if ($ref !== undefined && follows(target, $ref) && target !== undefined) waiting.push(target);
    }
    return [...parts.values()];
  }
}

function stub(types: readonly TypeName[] | undefined, why: string): Part {
  return { keywords: types === undefined ? {} : { type: types }, hints: [why], chars: why.length };
}

/** About what a part takes when it is written; the schemas inside it count for themselves. */
function charsIn(keywords: Keywords, hints: readonly string[]): number {
  const own = Object.entries(keywords).filter(([keyword]) => !HOLDS_SCHEMAS.has(keyword));
  return printJson([own, Object.keys(keywords.properties ?? {}), hints]).length;
}

const HOLDS_SCHEMAS = new Set(
  "properties additionalProperties items prefixItems allOf anyOf oneOf".split(" "),
);
