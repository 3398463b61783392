/**
 * An error as each dialect answers it.
 *
 * @module
 */

/** An error ready to be sent. */
export interface ErrorReply {
  /** HTTP status. */
  readonly status: number;
  /** `content-type`, and what the dialect's clients obey. */
  readonly headers: Readonly<Record<string, string>>;
  /** What they expect. */
  readonly body: string;
}

/** What the answer to an error depends on besides the error. */
export interface ErrorFacts {
  /** How many keys have been tried for it. */
  readonly attempts: number;
}
