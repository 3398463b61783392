import type { KeyCounts } from "../lib/domain/management.ts";
import type { Pool } from "../lib/domain/pool.ts";
import { Moment } from "./Moment.tsx";
import { PoolMeter } from "./PoolMeter.tsx";

/** Pools with how their keys are. */
export function PoolTable(
  { pools }: { pools: readonly { readonly pool: Pool; readonly counts: KeyCounts }[] },
) {
  return (
    <div class="table">
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Keys</th>
            <th scope="col">Metering</th>
            <th scope="col">Made</th>
          </tr>
        </thead>
        <tbody>
          {pools.map(({ pool: { id, name, metering, createdAt }, counts }) => (
            <tr key={id}>
              <th scope="row" class="pool-name">
                <a href={`/admin/pools/${id}`}>{name}</a>
              </th>
              <td>
                <PoolMeter counts={counts} />
              </td>
              <td>{metering ? "on" : <span class="quiet">off</span>}</td>
              <td class="nowrap">
                <Moment at={createdAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
