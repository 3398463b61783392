/**
 * The shape of an error of Google's APIs, and the details it may carry.
 *
 * @module
 */

/** One detail; `@type` says what it is. */
export type Detail = Readonly<Record<string, unknown>>;

const TYPE = "type.googleapis.com/google.rpc.";

/** The service that every error names. */
export const SERVICE = "generativelanguage.googleapis.com";

/** An error of Google's APIs, before it becomes a response. */
export interface GoogleError {
  /** The HTTP status. */
  code: number;
  /** The gRPC name of the status. */
  status: string;
  /** The sentence for people. */
  message: string;
  /** The facts for machines; often absent. */
  details?: readonly Detail[];
}

/** The body of an error, indented as Google indents it. */
export function errorBody({ code, message, status, details }: GoogleError): string {
  const error = { code, message, status, ...(details === undefined ? {} : { details }) };
  return JSON.stringify({ error }, null, 2) + "\n";
}

/** A detail of one of the `google.rpc` types. */
export function detail(type: string, fields: Record<string, unknown>): Detail {
  return { "@type": TYPE + type, ...fields };
}

/** An ErrorInfo: the reason as a constant, and what it is about. */
export function info(reason: string, metadata: Record<string, string>): Detail {
  return detail("ErrorInfo", { reason, domain: "googleapis.com", metadata });
}

/** A Help with one link. */
export function help(description: string, url: string): Detail {
  return detail("Help", { links: [{ description, url }] });
}

/** A LocalizedMessage, in American English. */
export function localized(message: string): Detail {
  return detail("LocalizedMessage", { locale: "en-US", message });
}

/** A 403. */
export function forbidden(message: string, details?: readonly Detail[]): GoogleError {
  const error = { code: 403, status: "PERMISSION_DENIED", message };
  return details === undefined ? error : { ...error, details };
}

/** A 400 for a request whose fields are wrong; `field` names the one that is. */
export function invalidArgument(message: string, field?: string): GoogleError {
  const error = { code: 400, status: "INVALID_ARGUMENT", message };
  if (field === undefined) return error;
  return {
    ...error,
    details: [detail("BadRequest", { fieldViolations: [{ field, description: message }] })],
  };
}

/** A 400 for one field of a request, by its path. */
export function badField(request: string, path: string, what: string): GoogleError {
  return invalidArgument(`* ${request}.${path}: ${what}\n`);
}
