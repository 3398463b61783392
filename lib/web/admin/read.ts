/**
 * Reads what came with a call: its body, its query.
 *
 * @module
 */

import { INVALID_REQUEST, RotatorError } from "../../domain/errors.ts";
import type { ActivityRequest } from "../../domain/audit.ts";
import type { KeyCandidate, PageRequest } from "../../domain/management.ts";
import { parseJson } from "../parse_json.ts";
import { readBody } from "../read_body.ts";
import { check, type Schema } from "./check.ts";
import { pastedKeys } from "./fields.ts";
import { newKeys, pageRequest } from "./schemas.ts";
import { activityRequest, type RequestsRequest, requestsRequest } from "./list_schemas.ts";

const MAX_BYTES = 256 * 1024;
const MAX_KEY_LIST_BYTES = 1024 * 1024;
const JSON_TYPE = "application/json";
const TEXT_TYPE = "text/plain";
/**
 * What `curl -d` and `fetch` call a body when nobody says what it is. One that opens a brace is JSON
 * all the same: a caller with a Bearer token cannot be a page that was tricked into sending it.
 */
const UNSAID_TYPES: ReadonlySet<string> = new Set([
  "",
  TEXT_TYPE,
  "application/x-www-form-urlencoded",
]);

/**
 * A JSON body that fits the schema.
 *
 * @throws {RotatorError} `invalid_request`, `too_large`, `request_timeout`
 */
export async function readJson<T>(
  request: Request,
  schema: Schema<T>,
  { maxBytes = MAX_BYTES }: { maxBytes?: number } = {},
): Promise<T> {
  const type = mediaType(request);
  if (type !== JSON_TYPE && !UNSAID_TYPES.has(type)) throw wrongType(JSON_TYPE);
  const bytes = await readBody(request, { maxBytes });
  if (type !== JSON_TYPE && !opensBrace(bytes)) throw wrongType(JSON_TYPE);
  return check(schema, parseJson(bytes), "request body");
}

/**
 * A list of keys: as JSON, or as plain text the way people paste it.
 *
 * @throws {RotatorError} as {@linkcode readJson}
 */
export async function readKeyList(request: Request): Promise<readonly KeyCandidate[]> {
  const type = mediaType(request);
  if (type !== JSON_TYPE && !UNSAID_TYPES.has(type)) {
    throw wrongType(`${JSON_TYPE} or ${TEXT_TYPE}`);
  }
  const bytes = await readBody(request, { maxBytes: MAX_KEY_LIST_BYTES });
  return type === JSON_TYPE || opensBrace(bytes)
    ? check(newKeys, parseJson(bytes), "request body")
    : check(pastedKeys, decode(bytes), "request body");
}

/** Which page of a list the query asks for. @throws {RotatorError} `invalid_request` */
export function readPageRequest(query: URLSearchParams): PageRequest {
  return check(pageRequest, Object.fromEntries(query), "query");
}

/** Which rows of the audit the query asks for. @throws {RotatorError} `invalid_request` */
export function readActivityRequest(query: URLSearchParams): ActivityRequest {
  return check(activityRequest, Object.fromEntries(query), "query");
}

/** Which failed requests the query asks for. @throws {RotatorError} `invalid_request` */
export function readRequestsRequest(query: URLSearchParams): RequestsRequest {
  return check(requestsRequest, Object.fromEntries(query), "query");
}

function mediaType({ headers }: Request): string {
  const [type = ""] = (headers.get("content-type") ?? "").split(";");
  return type.trim().toLowerCase();
}

/** No key begins with a brace, and neither does a form. */
function opensBrace(bytes: Uint8Array): boolean {
  const first = bytes.find((byte) => byte > 0x20);
  return first === 0x7b;
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new RotatorError(INVALID_REQUEST, "Cannot read request body: it is not UTF-8");
  }
}

function wrongType(wanted: string): RotatorError {
  return new RotatorError(INVALID_REQUEST, `Cannot read request body: send it as ${wanted}`);
}
