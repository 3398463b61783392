/**
 * Reads a form that a page of ours has sent.
 *
 * @module
 */

import { INVALID_REQUEST, RotatorError } from "../domain/errors.ts";
import { readBody } from "./read_body.ts";

const FORM_TYPE = "application/x-www-form-urlencoded";
const MAX_BYTES = 1024 * 1024;

/**
 * The fields of a form.
 *
 * @throws {RotatorError} `invalid_request`, `too_large`, `request_timeout`
 */
export async function readForm(
  request: Request,
  { maxBytes = MAX_BYTES }: { maxBytes?: number } = {},
): Promise<URLSearchParams> {
  const [type = ""] = (request.headers.get("content-type") ?? "").split(";");
  if (type.trim().toLowerCase() !== FORM_TYPE) {
    throw new RotatorError(INVALID_REQUEST, `Cannot read the form: send it as ${FORM_TYPE}`);
  }
  return new URLSearchParams(new TextDecoder().decode(await readBody(request, { maxBytes })));
}
