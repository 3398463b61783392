/**
 * The list of failed requests: of whom, and which part of it.
 *
 * @module
 */

import type { FailedRequest, FailedRequestStore } from "../../domain/failed_request.ts";
import type { RequestsRequest } from "../admin/list_schemas.ts";
import { readRequestsRequest } from "../admin/read.ts";
import { requestsPart } from "../admin/requests_page.ts";
import { whatWentWrong } from "./request_words.ts";

/** How many stand on one page. */
export const REQUESTS_A_PAGE = 50;

/** What the page of failed requests shows. */
export interface Failures {
  /** What was asked for. */
  readonly asked: Pick<RequestsRequest, "token" | "cursor">;
  /** Newest first, each with what went wrong. */
  readonly rows: readonly (FailedRequest & { readonly wrong: string })[];
  /** Whose requests failed. */
  readonly tokens: readonly FailedRequest["token"][];
  /** Where the next part is; null after the last. */
  readonly older: string | null;
  /** How many failed and were left out. */
  readonly dropped: number;
}

/**
 * Reads what the address of the page asks for.
 *
 * @throws {RotatorError} `invalid_request`
 */
export async function readFailures(
  store: Pick<FailedRequestStore, "read">,
  address: URLSearchParams,
): Promise<Failures> {
  const given = ["token", "cursor"].map((
    name,
  ): [string, string] => [name, address.get(name) ?? ""]);
  const search = new URLSearchParams(given.filter(([, value]) => value !== ""));
  const asked = readRequestsRequest(search);
  const { requests: all, dropped } = await store.read();
  const { requests, older } = requestsPage(all, asked);
  const rows = requests.map((request) => ({ ...request, wrong: whatWentWrong(request) }));
  return { asked, rows, tokens: tokensIn(all), older, dropped };
}

/** A part of the list. */
export interface RequestsPage {
  /** Newest first. */
  readonly requests: readonly FailedRequest[];
  /** Where the next part is; null after the last. */
  readonly older: string | null;
}

/** Those of one token, or all, after the one with the id `cursor`. */
export function requestsPage(
  all: readonly FailedRequest[],
  { token, cursor }: { token?: string | undefined; cursor?: string | undefined },
): RequestsPage {
  const part = requestsPart(all, { token, cursor, limit: REQUESTS_A_PAGE });
  return {
    requests: part.items,
    older: part.cursor === null ? null : requestsHref({ token, cursor: part.cursor }),
  };
}

/** The page of these. */
export function requestsHref(
  { token, cursor }: { token?: string | undefined; cursor?: string | undefined },
): string {
  const search = new URLSearchParams();
  if (token !== undefined) search.set("token", token);
  if (cursor !== undefined) search.set("cursor", cursor);
  return search.size === 0 ? "/admin/requests" : `/admin/requests?${search}`;
}

/** The tokens whose requests failed, by name: what one can choose from. */
export function tokensIn(all: readonly FailedRequest[]): FailedRequest["token"][] {
  const tokens = new Map(all.map(({ token }) => [token.id, token]));
  return [...tokens.values()].sort((a, b) => a.name.localeCompare(b.name, "en"));
}
