/**
 * Doing what a form asks for, where a refusal is something to show beside the form.
 *
 * @module
 */

import { INTERNAL, RotatorError } from "../../domain/errors.ts";
import { statusOf } from "../respond.ts";

/** What came of something that a form asked for. */
export type Attempt<T> =
  /** It is done. */
  | { readonly value: T; readonly error: null; readonly status: 200 }
  /** It is not, and this is what its person should hear. */
  | { readonly value: null; readonly error: string; readonly status: number };

/** Does what a form asks for; what people should hear becomes a value, what is our mistake is thrown. */
export async function attempt<T>(act: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await act(), error: null, status: 200 };
  } catch (error) {
    if (!(error instanceof RotatorError) || error.code === INTERNAL) throw error;
    return { value: null, error: error.message, status: statusOf(error.code) };
  }
}
