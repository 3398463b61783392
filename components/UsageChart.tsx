type Counts = Readonly<Record<"good" | "waiting" | "bad" | "off", number>>;

interface Bar {
  readonly name: string;
  readonly counts: Counts;
  readonly parts: readonly { tone: keyof Counts; y: number; height: number }[];
}

const LEGEND = [
  ["good", "Served"],
  ["waiting", "Out of quota, or over a limit"],
  ["bad", "Refused or broken"],
  ["off", "Client left"],
] as const;

/** Requests over time as bars, what their colours mean, and the same as numbers. */
export function UsageChart(
  { bars, top, totals, said, what }: {
    bars: readonly Bar[];
    top: number;
    totals: Counts;
    said: string;
    /** `Requests` or `Attempts`. */
    what: string;
  },
) {
  return (
    <figure class="card timeline">
      <ul class="legend">
        {LEGEND.map(([tone, name]) => (
          <li key={tone}>
            <span class={tone}>
              <span class="dot" aria-hidden="true" />
            </span>
            {name} <strong>{totals[tone].toLocaleString("en-US")}</strong>
          </li>
        ))}
      </ul>
      <div class="timeline-top quiet">{top.toLocaleString("en-US")}</div>
      <svg
        class="chart"
        role="img"
        aria-label={`${what}. ${said}`}
        viewBox={`0 0 ${bars.length} 100`}
        preserveAspectRatio="none"
      >
        {bars.map(({ name, counts, parts }, at) => (
          <g key={name}>
            <title>{`${name}: ${sentence(counts)}`}</title>
            <rect class="bar-space" x={at} y={0} width={1} height={100} />
            {parts.map(({ tone, y, height }) => (
              <rect
                key={tone}
                class={`bar-${tone}`}
                x={at + 0.12}
                y={y}
                width={0.76}
                height={height}
              />
            ))}
          </g>
        ))}
      </svg>
      <div class="timeline-ends quiet">
        <span>{bars.at(0)?.name}</span>
        <span>{bars.at(-1)?.name} UTC</span>
      </div>
      <details>
        <summary>The chart as numbers</summary>
        <div class="table timeline-table">
          <table>
            <thead>
              <tr>
                <th scope="col">From, UTC</th>
                {LEGEND.map(([tone, name]) => <th key={tone} scope="col" class="number">{name}
                </th>)}
              </tr>
            </thead>
            <tbody>
              {bars.filter(({ parts }) => parts.length > 0).map(({ name, counts }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  {LEGEND.map(([tone]) => (
                    <td key={tone} class="number">{counts[tone].toLocaleString("en-US")}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

function sentence({ good, waiting, bad, off }: Counts): string {
  return `${good} served, ${waiting} out of quota or over a limit, ${bad} refused or broken, ` +
    `${off} left`;
}
