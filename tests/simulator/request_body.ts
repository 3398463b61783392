/**
 * Reads the body of a request, unless the client leaves.
 *
 * @module
 */

/** The whole body; `undefined` when the client leaves before its end. */
export function bodyOf(request: Request): Promise<Uint8Array<ArrayBuffer> | undefined> {
  // In one process an abort does not reach the body by itself; over HTTP reading just fails.
  return new Promise((resolve) => {
    const gone = () => resolve(undefined);
    request.signal.addEventListener("abort", gone, { once: true });
    request.bytes().then(resolve, gone);
  });
}
