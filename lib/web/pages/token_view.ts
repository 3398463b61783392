/**
 * A token as its pages tell of it: what it is doing, and what it may do.
 *
 * @module
 */

import type { EpochMs } from "../../domain/ids.ts";
import type { Token } from "../../domain/token.ts";

/** Whether a token lets anyone in. */
export type TokenState = "active" | "disabled" | "expired";

/** What a token is doing; one that has expired stays so, enabled or not. */
export function tokenState({ enabled, expiresAt }: Token, now: EpochMs): TokenState {
  if (expiresAt !== null && expiresAt <= now) return "expired";
  return enabled ? "active" : "disabled";
}

/** What a token may do at most, in words; none for one that may do everything, for ever. */
export function limitsInWords(token: Token): string[] {
  const { allowedModels, requestsPerMinute, tokensPerDay, expiresAt } = token;
  return [
    ...(allowedModels === null ? [] : [modelsInWords(allowedModels)]),
    ...(requestsPerMinute === null ? [] : [counted(requestsPerMinute, "request") + " a minute"]),
    ...(tokensPerDay === null ? [] : [counted(tokensPerDay, "token") + " a day"]),
    ...(expiresAt === null ? [] : [`until ${momentInWords(expiresAt)}`]),
  ];
}

function modelsInWords(models: readonly string[]): string {
  const [first = "", ...more] = models;
  return more.length === 0 ? `only ${first}` : `only ${first} and ${more.length} more`;
}

function counted(count: number, what: string): string {
  return `${count.toLocaleString("en-US")} ${what}${count === 1 ? "" : "s"}`;
}

function momentInWords(at: EpochMs): string {
  return new Date(at).toISOString().slice(0, 16).replace("T", " ");
}
