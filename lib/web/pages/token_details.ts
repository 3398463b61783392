/**
 * Everything that a token's page shows besides its form.
 *
 * @module
 */

import type { EpochMs } from "../../domain/ids.ts";
import type { Pool } from "../../domain/pool.ts";
import type { Token } from "../../domain/token.ts";
import type { PageState } from "./page_state.ts";
import {
  exampleModel,
  exampleOrigin,
  type TokenExample,
  tokenExamples,
  UNSEEN_TOKEN,
} from "./token_examples.ts";
import { poolChoices } from "./token_pages.ts";
import { tokenUsageQuery, type TokenUsageRow, tokenUsageRows } from "./token_usage.ts";
import { type TokenState, tokenState } from "./token_view.ts";

/** A token, with what is known of it. */
export interface TokenDetails {
  /** Its record. */
  readonly token: Token;
  /** Whether it lets anyone in. */
  readonly state: TokenState;
  /** Those it could be moved to, its own among them. */
  readonly pools: readonly Pool[];
  /** How its own is called. */
  readonly poolName: string;
  /** Some seconds late; null when it was never used. */
  readonly lastUsedAt: EpochMs | null;
  /** What it has used. */
  readonly usage: readonly TokenUsageRow[];
  /** How to use it, without the token itself. */
  readonly examples: readonly TokenExample[];
}

/** Looks up what the page of a token shows. */
export async function tokenDetails(
  token: Token,
  { state: { admin, setup }, req }: {
    state: Pick<PageState, "admin" | "setup">;
    req: Pick<Request, "url">;
  },
): Promise<TokenDetails> {
  const now = admin.clock.now();
  const [pools, lastUsed, groups] = await Promise.all([
    poolChoices(admin.pools, token.poolId),
    admin.usage.lastUsed([token.id]),
    admin.usage.read(tokenUsageQuery(token, now)),
  ]);
  return {
    token,
    state: tokenState(token, now),
    pools,
    poolName: pools.find(({ id }) => id === token.poolId)?.name ?? token.poolId,
    lastUsedAt: lastUsed.get(token.id) ?? null,
    usage: tokenUsageRows(groups, now),
    examples: tokenExamples({
      origin: exampleOrigin(req, setup),
      token: UNSEEN_TOKEN,
      model: exampleModel(token),
    }),
  };
}
