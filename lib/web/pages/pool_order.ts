/**
 * What a form of a pool's page asks for.
 *
 * @module
 */

import { INVALID_REQUEST, RotatorError } from "../../domain/errors.ts";
import type { KeyId } from "../../domain/ids.ts";
import type { KeyCandidate, KeyChanges, PoolSettings } from "../../domain/management.ts";
import { check } from "../admin/check.ts";
import { keyId, pastedKeys, project } from "../admin/fields.ts";
import { keyChanges, poolChanges } from "../admin/schemas.ts";
import { readAliasLines } from "./pool_aliases.ts";

/** The most keys of one order: those that one page shows. */
export const MAX_KEYS_AT_ONCE = 100;

/** What may be done to several keys at once. */
export type KeyAct = "test" | "wake" | "enable" | "disable" | "delete";

const KEY_ACTS: readonly KeyAct[] = ["test", "wake", "enable", "disable", "delete"];

/** What somebody wants. */
export type PoolOrder =
  /** More keys in the pool. */
  | { readonly kind: "add"; readonly candidates: readonly KeyCandidate[] }
  /** The same for each of these keys. */
  | { readonly kind: "keys"; readonly act: KeyAct; readonly keys: readonly KeyId[] }
  /** Another label or project for one key. */
  | { readonly kind: "edit"; readonly key: KeyId; readonly changes: KeyChanges }
  /** Another name, metering or aliases. */
  | { readonly kind: "settings"; readonly changes: Partial<PoolSettings> }
  /** No pool any more. */
  | { readonly kind: "delete" };

/**
 * Reads a form.
 *
 * @throws {RotatorError} `invalid_request`
 */
export function readPoolOrder(form: URLSearchParams): PoolOrder {
  const text = (name: string) => form.get(name) ?? "";
  switch (text("action")) {
    case "add":
      return { kind: "add", candidates: candidates(text("keys"), text("project")) };
    case "keys":
      return { kind: "keys", act: keyAct(text("act")), keys: chosenKeys(form) };
    case "edit": {
      const changes = { label: text("label"), project: projectOrNull(text("project")) };
      return {
        kind: "edit",
        key: check(keyId, text("key"), "the key"),
        changes: check(keyChanges, changes, "the form"),
      };
    }
    case "settings": {
      const changes = {
        name: text("name"),
        metering: form.has("metering"),
        aliases: readAliasLines(text("aliases")),
      };
      return { kind: "settings", changes: check(poolChanges, changes, "the form") };
    }
    case "delete":
      return { kind: "delete" };
    default:
      throw new RotatorError(INVALID_REQUEST, "Cannot read the form: it asks for nothing we know");
  }
}

function candidates(pasted: string, projectText: string): readonly KeyCandidate[] {
  const of = check(project, projectOrNull(projectText), "the project");
  return check(pastedKeys, pasted, "the keys").map((candidate) => ({ ...candidate, project: of }));
}

function projectOrNull(text: string): string | null {
  return text.trim() === "" ? null : text;
}

function keyAct(text: string): KeyAct {
  const act = KEY_ACTS.find((known) => known === text);
  if (act !== undefined) return act;
  throw new RotatorError(INVALID_REQUEST, "Cannot read the form: it says not what to do");
}

/** Those that are ticked; `all` holds the ids of all that were shown. */
function chosenKeys(form: URLSearchParams): readonly KeyId[] {
  const ids = new Set([
    ...form.getAll("key"),
    ...form.getAll("all").flatMap((ids) => ids.split(",")),
  ]);
  if (ids.size === 0) {
    throw new RotatorError(INVALID_REQUEST, "Cannot do that to no key: tick at least one");
  }
  if (ids.size > MAX_KEYS_AT_ONCE) {
    const state = `${ids.size} are chosen, ${MAX_KEYS_AT_ONCE} are the most`;
    throw new RotatorError(INVALID_REQUEST, `Cannot do that to so many keys: ${state}`);
  }
  return [...ids].map((id) => check(keyId, id, "the keys"));
}
