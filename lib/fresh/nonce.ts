/**
 * Which nonce the scripts and styles of an answer carry, for whoever writes its policy.
 *
 * It travels beside the answer and not in a header, so it cannot reach the client by mistake. Upstream
 * Fresh does the same, under the same name.
 *
 * @module
 */

const NONCE = Symbol.for("__freshNonce");

/** Notes with which nonce an answer was rendered. */
export function addNonceTo(response: Response, nonce: string): Response {
  Object.defineProperty(response, NONCE, { value: nonce });
  return response;
}

/** The nonce of an answer that was rendered; null for any other, which then needs no script. */
export function nonceOf(response: Response): string | null {
  const nonce: unknown = Reflect.get(response, NONCE);
  return typeof nonce === "string" ? nonce : null;
}
