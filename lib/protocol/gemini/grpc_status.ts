/**
 * The names of gRPC's statuses, as Google's errors carry them beside an HTTP code.
 *
 * @see https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto
 * @module
 */

/** The HTTP code Google sends with each status. */
export const HTTP_CODES = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  OUT_OF_RANGE: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ABORTED: 409,
  ALREADY_EXISTS: 409,
  RESOURCE_EXHAUSTED: 429,
  CANCELLED: 499,
  INTERNAL: 500,
  UNKNOWN: 500,
  DATA_LOSS: 500,
  UNIMPLEMENTED: 501,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
} as const;

/** A status by its name. */
export type GrpcStatus = keyof typeof HTTP_CODES;

/** Whether a value from outside is the name of a status; `OK` is none of an error's. */
export function isGrpcStatus(name: unknown): name is GrpcStatus {
  return typeof name === "string" && Object.hasOwn(HTTP_CODES, name);
}

/** The status that says the most usual thing about an HTTP code, 400 to 599. */
export function grpcStatusFor(code: number): GrpcStatus {
  const names = Object.keys(HTTP_CODES) as GrpcStatus[];
  return names.find((name) => HTTP_CODES[name] === code) ??
    (code < 500 ? "INVALID_ARGUMENT" : "UNAVAILABLE");
}
