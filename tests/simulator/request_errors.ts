/**
 * What Google answers to a request that is wrong in itself, whatever its key.
 *
 * @module
 */

import {
  badField,
  detail,
  forbidden,
  type GoogleError,
  info,
  invalidArgument,
  SERVICE,
} from "./google_error.ts";

/** A model that does not exist, or not for this method. */
export function modelNotFound(model: string, version: string, method: string): GoogleError {
  return {
    code: 404,
    status: "NOT_FOUND",
    message: `models/${model} is not found for API version ${version}, or is not supported for ` +
      `${method}. Call ListModels to see the list of available models and their supported methods.`,
  };
}

/** A request without any credential. */
export function unregisteredCaller(): GoogleError {
  return forbidden(
    "Method doesn't allow unregistered callers (callers without established identity). " +
      "Please use API Key or other form of API consumer identity to call this API.",
  );
}

/** A request with more than one credential. */
export function manyCredentials(): GoogleError {
  return invalidArgument(
    "Multiple authentication credentials received. Please pass only one.",
  );
}

/** A credential of a kind that is not taken here, such as an API key sent as a bearer token. */
export function notAKey(): GoogleError {
  return {
    code: 401,
    status: "UNAUTHENTICATED",
    message: "Request had invalid authentication credentials. Expected OAuth 2 access token, " +
      "login cookie or other valid authentication credential. " +
      "See https://developers.google.com/identity/sign-in/web/devconsole-project.",
    details: [
      info("ACCESS_TOKEN_TYPE_UNSUPPORTED", {
        service: SERVICE,
        method: "google.ai.generativelanguage.v1beta.GenerativeService.GenerateContent",
      }),
    ],
  };
}

/** A body that is not JSON; Google quotes the place, we quote the beginning. */
export function malformedJson(text: string): GoogleError {
  const message = `Invalid JSON payload received. Unexpected token.\n${text.slice(0, 40)}\n^`;
  return {
    ...invalidArgument(message),
    details: [detail("BadRequest", { fieldViolations: [{ description: message }] })],
  };
}

/** A field that has to be there. */
export function missingField(request: string, field: string): GoogleError {
  return badField(request, field, `${field} is not specified`);
}
