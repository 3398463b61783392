import { Stat } from "./Stat.tsx";

/** What a window of time came to, as far as a card shows it. */
interface WindowSums {
  readonly requests: number;
  readonly successRate: number | null;
  readonly retriesSaved: number;
  readonly latencyMs: { readonly p50: number; readonly p95: number } | null;
  readonly tokens: { readonly total: number };
}

const WHOLE = new Intl.NumberFormat("en");
const SHORT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** Requests, and how they went, over a while. */
export function WindowCard({ title, sums }: { title: string; sums: WindowSums }) {
  const { requests, successRate, retriesSaved, latencyMs, tokens } = sums;
  return (
    <section class="card">
      <h2>{title}</h2>
      <dl class="stats">
        <Stat label="Requests" value={WHOLE.format(requests)} />
        <Stat label="Served" value={successRate === null ? "–" : percent(successRate)} />
        <Stat label="Retries saved" value={WHOLE.format(retriesSaved)} />
        <Stat label="Tokens" value={SHORT.format(tokens.total)} />
        <Stat label="First byte" value={latencyMs === null ? "–" : `${seconds(latencyMs.p50)} s`} />
        <Stat
          label="Slowest 5 %"
          value={latencyMs === null ? "–" : `${seconds(latencyMs.p95)} s`}
        />
      </dl>
      {successRate !== null && <Share good={successRate} />}
    </section>
  );
}

/** Served, and not, as a bar. */
function Share({ good }: { good: number }) {
  return (
    <svg class="chart" viewBox="0 0 100 4" preserveAspectRatio="none" height="8" aria-hidden="true">
      <rect class="bar-bad" width="100" height="4" />
      <rect class="bar-good" width={100 * good} height="4" />
    </svg>
  );
}

/** Never rounded up to 100 %. */
function percent(share: number): string {
  return `${Math.floor(share * 1_000) / 10} %`;
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(ms < 9_950 ? 2 : 0);
}
