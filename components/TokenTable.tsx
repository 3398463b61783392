import type { EpochMs } from "../lib/domain/ids.ts";
import type { Token } from "../lib/domain/token.ts";
import { Moment } from "./Moment.tsx";
import { TokenBadge } from "./TokenBadge.tsx";

/** A token, with what a list tells of it besides. */
export interface TokenRow {
  readonly token: Token;
  readonly state: "active" | "disabled" | "expired";
  readonly limits: readonly string[];
  readonly poolName: string;
  readonly lastUsedAt: EpochMs | null;
}

/** Tokens, one a row. */
export function TokenTable({ rows }: { rows: readonly TokenRow[] }) {
  return (
    <div class="table">
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">State</th>
            <th scope="col">Pool</th>
            <th scope="col">Limits</th>
            <th scope="col">Last used (UTC)</th>
            <th scope="col">Created (UTC)</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => <Row key={row.token.id} {...row} />)}
        </tbody>
      </table>
    </div>
  );
}

function Row({ token, state, limits, poolName, lastUsedAt }: TokenRow) {
  return (
    <tr>
      <th scope="row" class="called">
        <a href={`/admin/tokens/${token.id}`}>{token.name}</a>
      </th>
      <td>
        <TokenBadge state={state} />
      </td>
      <td class="called">
        <a href={`/admin/pools/${token.poolId}`}>{poolName}</a>
      </td>
      <td class={limits.length === 0 ? "quiet" : "limits"}>
        {limits.length === 0 ? "none" : limits.map((limit) => <div key={limit}>{limit}</div>)}
      </td>
      <td class="nowrap">
        <Moment at={lastUsedAt} />
      </td>
      <td class="nowrap">
        <Moment at={token.createdAt} />
      </td>
    </tr>
  );
}
