import type { EpochMs } from "../lib/domain/ids.ts";
import type { Token } from "../lib/domain/token.ts";
import { Moment } from "./Moment.tsx";
import { Stat } from "./Stat.tsx";
import { TokenBadge } from "./TokenBadge.tsx";

/** How a token is, and whose keys serve it. */
export function TokenFacts(
  { token, state, poolName, lastUsedAt }: {
    token: Token;
    state: "active" | "disabled" | "expired";
    poolName: string;
    lastUsedAt: EpochMs | null;
  },
) {
  return (
    <dl class="card stats token-facts">
      <Stat label="State" value={<TokenBadge state={state} />} />
      <Stat label="Pool" value={<a href={`/admin/pools/${token.poolId}`}>{poolName}</a>} />
      <Stat label="Last used (UTC)" value={<Moment at={lastUsedAt} />} />
      <Stat label="Expires (UTC)" value={<Moment at={token.expiresAt} />} />
      <Stat label="Created (UTC)" value={<Moment at={token.createdAt} />} />
    </dl>
  );
}
