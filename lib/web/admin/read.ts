/**
 * Reads what came with a call: its body, its query.
 *
 * @module
 */

import type { KeyCandidate, PageRequest } from "../../domain/management.ts";
import { INVALID_REQUEST, RotatorError } from "../../domain/errors.ts";
import { parseJson } from "../parse_json.ts";
import { readBody } from "../read_body.ts";
import { check, type Schema } from "./check.ts";
import { newKeys, pageRequest, pastedKeys } from "./schemas.ts";

const MAX_BYTES = 256 * 1024;
const MAX_KEY_LIST_BYTES = 1024 * 1024;
const JSON_TYPE = "application/json";
const TEXT_TYPE = "text/plain";

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
  if (mediaType(request) !== JSON_TYPE) throw wrongType(JSON_TYPE);
  return check(schema, parseJson(await readBody(request, { maxBytes })), "request body");
}

/**
 * A list of keys: as JSON, or as plain text the way people paste it.
 *
 * @throws {RotatorError} as {@linkcode readJson}
 */
export async function readKeyList(request: Request): Promise<readonly KeyCandidate[]> {
  const maxBytes = MAX_KEY_LIST_BYTES;
  switch (mediaType(request)) {
    case JSON_TYPE:
      return await readJson(request, newKeys, { maxBytes });
    case TEXT_TYPE:
      return check(pastedKeys, decode(await readBody(request, { maxBytes })), "request body");
    default:
      throw wrongType(`${JSON_TYPE} or ${TEXT_TYPE}`);
  }
}

/** Which page of a list the query asks for. @throws {RotatorError} `invalid_request` */
export function readPageRequest(query: URLSearchParams): PageRequest {
  return check(pageRequest, Object.fromEntries(query), "query");
}

function mediaType({ headers }: Request): string {
  const [type = ""] = (headers.get("content-type") ?? "").split(";");
  return type.trim().toLowerCase();
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
