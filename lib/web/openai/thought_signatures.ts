/**
 * Thought signatures for clients that drop them: found before a chat is sent, kept before its answer is.
 *
 * Storage that is slow or out of reach costs the model some of its thoughts, and the client nothing.
 *
 * @module
 */

import type { TokenId } from "../../domain/ids.ts";
import type { CallRef, SignedCall } from "../../domain/ports.ts";
import type { OpenAiParts } from "./parts.ts";
import { atMost } from "./patience.ts";

/** A client waits so long for signatures to be found, and for them to be kept. */
const FIND_MS = 1_000;
const KEEP_MS = 250;

/** What it takes to find and keep them. */
export type SignatureParts = Pick<OpenAiParts, "signatures" | "clock" | "inBackground">;

/** The signatures of these calls; null where none is known. */
export async function findSignatures(
  calls: readonly CallRef[],
  token: TokenId,
  { signatures, clock, inBackground }: SignatureParts,
): Promise<readonly (string | null)[]> {
  const finding = signatures.find(token, calls);
  inBackground("find thought signatures", finding);
  return await atMost(FIND_MS, finding, { otherwise: calls.map(() => null), clock });
}

/**
 * Keeps the signatures of an answer. The client may ask again at once, maybe another process: so it gets
 * its answer when they are kept.
 */
export function signatureKeeper(
  token: TokenId,
  { signatures, clock, inBackground }: SignatureParts,
): (calls: readonly SignedCall[]) => Promise<void> {
  return async (calls) => {
    const keeping = signatures.keep(token, calls);
    inBackground("keep thought signatures", keeping);
    await atMost(KEEP_MS, keeping, { otherwise: undefined, clock });
  };
}
