/**
 * An error that is an answer: the page for it is rendered with its status.
 *
 * Runs in browsers too.
 *
 * @module
 */

/** What people read when whoever threw had nothing to add. */
const MEANINGS: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  410: "Gone",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Entity",
  429: "Too Many Requests",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/** Thrown by handlers and middlewares; `_error.tsx` sees it as `error`, and answers with its status. */
export class HttpError extends Error {
  /** Tells it from other errors in logs. */
  override readonly name = "HttpError";
  /** The status of the answer. */
  readonly status: number;

  /** Without a message, the status speaks for itself. */
  constructor(status: number, message?: string, options?: ErrorOptions) {
    super(message ?? MEANINGS[status] ?? `HTTP ${status}`, options);
    this.status = status;
  }
}

/** The status that an answer about this error has; whatever is not an answer itself is our fault. */
export function statusOf(error: unknown): number {
  return error instanceof HttpError ? error.status : 500;
}
