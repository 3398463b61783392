/**
 * A name for a credential that is good within this process only.
 *
 * Caches must not hold credentials, nor compare them; the digest by which storage knows a token would
 * do, but costs twice as much on every request. This one is SHA-256 behind a random block that nobody
 * outside knows, so neither a collision nor a credential can be worked out from timing.
 *
 * @module
 */

import { sha256 } from "@noble/hashes/sha2.js";

const BLOCK_BYTES = 64;
/** The grammar of credentials allows 200 characters, all of one byte. */
const LONGEST = 200;

/** Makes a digest with a secret of its own: 128 bits, as a string of eight characters. */
export function createQuickDigest(): (credential: string) => string {
  const secret = crypto.getRandomValues(new Uint8Array(BLOCK_BYTES));
  const begun = sha256.create().update(secret);
  const hasher = sha256.create();
  const encoder = new TextEncoder();
  const text = new Uint8Array(LONGEST);
  const digest = new Uint8Array(32);
  const digits = new Uint16Array(digest.buffer, 0, 8);

  return (credential) => {
    const { read, written } = encoder.encodeInto(credential, text);
    if (read !== credential.length) {
      throw new RangeError("a credential is longer than its grammar allows");
    }
    begun._cloneInto(hasher);
    hasher.update(text.subarray(0, written)).digestInto(digest);
    return String.fromCharCode(...digits);
  };
}
