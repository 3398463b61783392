/**
 * One failed request, with every step that led there.
 *
 * @module
 */

import { NOT_FOUND, RotatorError } from "../../domain/errors.ts";
import type { PoolId } from "../../domain/ids.ts";
import type { FailedRequest } from "../../domain/failed_request.ts";
import type { AttemptTrace } from "../../domain/trace.ts";
import type { AdminServices } from "../admin/services.ts";
import { attemptWords, whatWentWrong } from "./request_words.ts";

/** What its page shows. */
export interface FailureView extends FailedRequest {
  /** What went wrong. */
  readonly wrong: string;
  /** What its pool is called; null when it is gone. */
  readonly poolName: string | null;
  /** Oldest first, each with what became of it. */
  readonly attempts: readonly (AttemptTrace & { readonly words: string })[];
}

/** Looks a request up by the id that its client saw; null when it is not remembered. */
export async function readFailure(
  { failedRequests, pools }: Pick<AdminServices, "failedRequests" | "pools">,
  id: string,
): Promise<FailureView | null> {
  const { requests } = await failedRequests.read();
  const found = requests.find((request) => request.id === id);
  if (found === undefined) return null;
  const poolName = await nameOf(pools, found.poolId);
  return {
    ...found,
    wrong: whatWentWrong(found),
    poolName,
    attempts: found.attempts.map((one) => ({ ...one, words: attemptWords(one) })),
  };
}

/** Null when the pool is gone. */
async function nameOf(pools: AdminServices["pools"], id: PoolId): Promise<string | null> {
  try {
    return (await pools.get(id)).name;
  } catch (error) {
    if (!(error instanceof RotatorError) || error.code !== NOT_FOUND) throw error;
    return null;
  }
}
