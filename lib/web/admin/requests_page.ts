/**
 * A part of the failed requests that are remembered, for the API and for the page alike.
 *
 * @module
 */

import type { FailedRequest } from "../../domain/failed_request.ts";
import type { Page } from "../../domain/management.ts";

/** Which of them. */
export interface RequestsPart {
  /** Only those of this token. */
  readonly token?: string | undefined;
  /** Only those after the one with this id. */
  readonly cursor?: string | undefined;
  /** How many at most. */
  readonly limit: number;
}

/** That part, newest first. A cursor that is gone was the oldest of those that are remembered. */
export function requestsPart(
  all: readonly FailedRequest[],
  { token, cursor, limit }: RequestsPart,
): Page<FailedRequest> {
  const wanted = token === undefined ? all : all.filter((request) => request.token.id === token);
  const after = cursor === undefined ? -1 : wanted.findIndex(({ id }) => id === cursor);
  const left = cursor !== undefined && after === -1 ? [] : wanted.slice(after + 1);
  const items = left.slice(0, limit);
  return { items, cursor: left.length > limit ? items.at(-1)?.id ?? null : null };
}
