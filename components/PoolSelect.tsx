import type { Pool } from "../lib/domain/pool.ts";
import { Choice } from "./Choice.tsx";

/** A choice of one pool. */
export function PoolSelect({ pools, chosen }: { pools: readonly Pool[]; chosen: string }) {
  const options = pools.map(({ id, name }) => ({ value: id, text: name }));
  return <Choice label="Pool" name="pool" chosen={chosen} options={options} />;
}
