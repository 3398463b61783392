/**
 * What every process holds in memory at the end.
 *
 * @module
 */

import type { Bench } from "../compare.ts";
import { rowOfOne, rowOfPair } from "../rows.ts";
import type { Row } from "../table.ts";
import { residentMegabytes } from "../usage_of_process.ts";

/** Looks at every process. */
export async function measureMemory({ stage }: Bench, when: string): Promise<Row[]> {
  const { bare, service, simulator, client } = stage;
  const [ofBare, ofOurs, ofSimulator, ofClient] = await Promise.all(
    [bare, service, simulator, client].map(({ pid }) => residentMegabytes(pid)),
  );
  return [
    rowOfPair({ measure: `memory ${when}`, unit: "MB" }, { bare: [ofBare!], ours: [ofOurs!] }),
    rowOfOne({ measure: "memory, the simulator's", unit: "MB" }, ofSimulator!),
    rowOfOne({ measure: "memory, the load client's", unit: "MB" }, ofClient!),
  ];
}
