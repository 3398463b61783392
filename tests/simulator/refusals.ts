/**
 * Refusals for the sake of a key or of the service, in Google's own words.
 *
 * Bodies follow what users pasted in issues and what the SDKs recorded; the ones
 * kept as files are in `tests/fixtures/gemini/errors`.
 *
 * @module
 */

import {
  forbidden,
  type GoogleError,
  help,
  info,
  invalidArgument,
  localized,
  SERVICE,
} from "./google_error.ts";
import { quotaError } from "./quota_error.ts";
import { notAKey } from "./request_errors.ts";
import type { Refusal } from "./ways.ts";

/** What a refusal may need to name. */
export interface Refused {
  /** The key as it was sent. */
  secret: string;
  /** The Google Cloud project of the key. */
  project: string;
  /** The model asked for, without `models/`. */
  model: string;
}

/** Words a refusal for one key and model. */
export function refusalOf(kind: Refusal, { secret, project, model }: Refused): GoogleError {
  const consumer = `projects/${project}`;
  switch (kind) {
    case "invalid":
      return deadKey("API key not valid. Please pass a valid API key.");
    case "expired":
      return deadKey("API key expired. Please renew the API key.");
    case "suspended": {
      // Google really prints the whole key, three times.
      const message = `Permission denied: Consumer 'api_key:${secret}' has been suspended.`;
      return forbidden(message, [
        info("CONSUMER_SUSPENDED", {
          service: SERVICE,
          containerInfo: `api_key:${secret}`,
          consumer,
        }),
        localized(message),
      ]);
    }
    case "leaked":
      return forbidden("Your API key was reported as leaked. Please use another API key.");
    case "serviceDisabled": {
      const url = `https://console.developers.google.com/apis/api/${SERVICE}/overview` +
        `?project=${project}`;
      return forbidden(
        `Generative Language API has not been used in project ${project} before or it is disabled. ` +
          `Enable it by visiting ${url} then retry. If you enabled this API recently, wait a few ` +
          "minutes for the action to propagate to our systems and retry.",
        [
          help("Google developers console API activation", url),
          info("SERVICE_DISABLED", { service: SERVICE, consumer }),
        ],
      );
    }
    case "serviceBlocked": {
      const method = "google.ai.generativelanguage.v1beta.GenerativeService.GenerateContent";
      return forbidden(`Requests to this API ${SERVICE} method ${method} are blocked.`, [
        info("API_KEY_SERVICE_BLOCKED", {
          service: SERVICE,
          consumer,
          apiName: SERVICE,
          methodName: method,
        }),
      ]);
    }
    case "permissionDenied":
      return forbidden("The caller does not have permission");
    case "filePermission":
      return forbidden(
        "You do not have permission to access the File abc123def456 or it may not exist.",
      );
    case "unauthenticated":
      return notAKey();
    case "location":
      return {
        code: 400,
        status: "FAILED_PRECONDITION",
        message: "User location is not supported for the API use.",
      };
    case "limitZero":
      return quotaError({ model, limit: 0, window: "day", retryAfterMs: 38_909 });
    case "bare429":
      return {
        code: 429,
        status: "RESOURCE_EXHAUSTED",
        message: "Resource has been exhausted (e.g. check quota).",
      };
    case "badRequest":
      return invalidArgument("Request contains an invalid argument.");
    case "unavailable":
      return {
        code: 503,
        status: "UNAVAILABLE",
        message: "This model is currently experiencing high demand. " +
          "Spikes in demand are usually temporary. Please try again later.",
      };
    case "internal":
      return {
        code: 500,
        status: "INTERNAL",
        message: "An internal error has occurred. Please retry or report in " +
          "https://developers.generativeai.google/guide/troubleshooting",
      };
  }
}

function deadKey(message: string): GoogleError {
  return {
    ...invalidArgument(message),
    details: [info("API_KEY_INVALID", { service: SERVICE }), localized(message)],
  };
}
