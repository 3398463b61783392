import type { KeyCounts } from "../lib/domain/management.ts";

const STATES = [["ready", "good"], ["cooling", "waiting"], ["disabled", "bad"]] as const;

/** A pool's keys by state: as a bar, and as numbers. */
export function PoolMeter({ counts }: { counts: KeyCounts }) {
  const all = counts.ready + counts.cooling + counts.disabled;
  if (all === 0) return <span class="quiet">no keys yet</span>;
  const widths = STATES.map(([state]) => 100 * counts[state] / all);
  return (
    <div class="pool-meter">
      <svg class="chart" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        {STATES.map(([state, tone], index) => (
          <rect
            key={state}
            class={`bar-${tone}`}
            x={widths.slice(0, index).reduce((sum, width) => sum + width, 0)}
            width={widths[index]}
            height="8"
          />
        ))}
      </svg>
      <ul>
        {STATES.map(([state, tone]) => (
          <li key={state} class={counts[state] > 0 ? tone : "quiet"}>
            {counts[state].toLocaleString("en-US")} {state}
          </li>
        ))}
      </ul>
    </div>
  );
}
