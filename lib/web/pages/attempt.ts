/**
 * Doing what a form asks for, where a refusal is something to show beside the form.
 *
 * @module
 */

import { INTERNAL, RotatorError } from "../../domain/errors.ts";
import { statusOf } from "../respond.ts";

/** It is done. */
export interface Done<T> {
  /** What came of it. */
  readonly value: T;
  /** Nothing is wrong. */
  readonly error: null;
  /** The HTTP status that says so. */
  readonly status: 200;
}

/** It is not done. */
export interface Refused {
  /** Nothing came of it. */
  readonly value: null;
  /** What its person should hear. */
  readonly error: string;
  /** The HTTP status that says so. */
  readonly status: number;
}

/** What came of something that a form asked for. */
export type Attempt<T> = Done<T> | Refused;

/** Does what a form asks for; what people should hear becomes a value, what is our mistake is thrown. */
export async function attempt<T>(act: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await act(), error: null, status: 200 };
  } catch (error) {
    if (!(error instanceof RotatorError) || error.code === INTERNAL) throw error;
    return { value: null, error: error.message, status: statusOf(error.code) };
  }
}
