interface Row {
  readonly of: string;
  readonly name: string | null;
  readonly href: string | null;
  readonly requests: number;
  readonly outcomes: Readonly<
    Record<"served" | "exhausted" | "limited" | "refused" | "broken" | "left", number>
  >;
  readonly successRate: number | null;
  readonly retriesSaved: number;
  readonly tokens: Readonly<Record<"prompt" | "cached" | "output" | "thoughts", number>>;
  readonly latencyMs: { readonly p50: number } | null;
}

/** The most rows that are shown; the CSV has them all. */
const MAX_ROWS = 200;

const OUTCOMES = [
  ["served", "Served"],
  ["exhausted", "No quota"],
  ["limited", "Over limit"],
  ["refused", "Refused"],
  ["broken", "Broken"],
  ["left", "Left"],
] as const;

const TOKENS = [
  ["prompt", "Prompt"],
  ["cached", "Cached"],
  ["output", "Output"],
  ["thoughts", "Thoughts"],
] as const;

/** What each token, pool, key or model came to. */
export function UsageTable(
  { rows, subject, what }: { rows: readonly Row[]; subject: string; what: string },
) {
  return (
    <div class="stack">
      <div class="table">
        <table class="usage-table">
          <thead>
            <tr>
              <td colspan={2} />
              <th scope="colgroup" colspan={OUTCOMES.length}>What they came to</th>
              <td colspan={2} />
              <th scope="colgroup" colspan={TOKENS.length}>Model tokens</th>
              <td />
            </tr>
            <tr>
              <th scope="col">{subject}</th>
              <th scope="col" class="number">{what}</th>
              {OUTCOMES.map(([outcome, name]) => (
                <th key={outcome} scope="col" class="number">{name}</th>
              ))}
              <th scope="col" class="number">Success</th>
              <th scope="col" class="number">Retries saved</th>
              {TOKENS.map(([count, name]) => <th key={count} scope="col" class="number">{name}
              </th>)}
              <th scope="col" class="number">Median</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, MAX_ROWS).map((row) => (
              <tr key={row.of}>
                <th scope="row">
                  <Subject {...row} />
                </th>
                <td class="number">{shown(row.requests)}</td>
                {OUTCOMES.map(([outcome]) => <Count key={outcome} count={row.outcomes[outcome]} />)}
                <td class="number nowrap">{share(row.successRate)}</td>
                <Count count={row.retriesSaved} />
                {TOKENS.map(([count]) => <Count key={count} count={row.tokens[count]} />)}
                <td class="number nowrap">
                  {row.latencyMs ? `${shown(row.latencyMs.p50)} ms` : "–"}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > MAX_ROWS && (
        <p class="quiet">
          The {MAX_ROWS} busiest of {shown(rows.length)}; the CSV has all of them.
        </p>
      )}
    </div>
  );
}

function Subject({ of, name, href }: Row) {
  const text = name === null ? <span class="mono">{of}</span> : name;
  if (href === null) return text;
  // It is the same page with another question, which is not where the reader is.
  return <a href={href} title={of} aria-current="false">{text}</a>;
}

function Count({ count }: { count: number }) {
  return <td class={count === 0 ? "number quiet" : "number"}>{shown(count)}</td>;
}

function shown(count: number): string {
  return count.toLocaleString("en-US");
}

function share(rate: number | null): string {
  // Never rounded up to 100 %.
  return rate === null ? "–" : `${(Math.floor(1_000 * rate) / 10).toFixed(1)} %`;
}
