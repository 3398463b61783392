/**
 * Values in KV are our own bytes: JSON in UTF-8.
 *
 * KV's own serialisation carries a version of V8: what Deno 2.9 writes, 2.5 cannot read. Bytes are
 * bytes everywhere, and the limit of 64 KiB can be checked exactly.
 *
 * @module
 */

/** The largest value KV takes, in bytes. */
export const MAX_VALUE_BYTES = 65_536;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * A value as KV stores it.
 *
 * @throws {RangeError} when it is larger than KV takes.
 */
export function encode(value: unknown): Uint8Array {
  const bytes = encoder.encode(JSON.stringify(value));
  if (bytes.byteLength > MAX_VALUE_BYTES) {
    throw new RangeError(
      `Cannot store value: it has ${bytes.byteLength} bytes, the limit is ${MAX_VALUE_BYTES}`,
    );
  }
  return bytes;
}

/**
 * The value that {@linkcode encode} stored.
 *
 * The type is a promise of the address: only `storage` writes there, and always this shape.
 *
 * @throws {TypeError} when something else stands there.
 */
export function decode<T>(stored: unknown): T {
  if (!(stored instanceof Uint8Array)) {
    throw new TypeError(`Cannot read stored value: expected bytes, found ${typeof stored}`);
  }
  return JSON.parse(decoder.decode(stored)) as T;
}
