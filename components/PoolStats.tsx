import type { KeyCounts } from "../lib/domain/management.ts";
import { Stat } from "./Stat.tsx";

/** How many keys a pool has, by what they are doing. */
export function PoolStats({ counts: { ready, cooling, disabled } }: { counts: KeyCounts }) {
  return (
    <dl class="stats card">
      <Stat label="Keys" value={count(ready + cooling + disabled)} />
      <Stat label="Ready" value={<span class={ready > 0 ? "good" : "off"}>{count(ready)}</span>} />
      <Stat
        label="Cooling"
        value={<span class={cooling > 0 ? "waiting" : "off"}>{count(cooling)}</span>}
      />
      <Stat
        label="Disabled"
        value={<span class={disabled > 0 ? "bad" : "off"}>{count(disabled)}</span>}
      />
    </dl>
  );
}

function count(number: number): string {
  return number.toLocaleString("en-US");
}
