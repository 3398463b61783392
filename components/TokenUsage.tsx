/** One row of the table: what is counted, today and in the last seven days. */
export interface TokenUsageRow {
  readonly name: string;
  readonly today: string;
  readonly week: string;
  /** Whether it is a part of the row above that is not one. */
  readonly isPart: boolean;
}

/** What a token has used. */
export function TokenUsage({ rows }: { rows: readonly TokenUsageRow[] }) {
  return (
    <section class="stack" aria-labelledby="usage">
      <h2 id="usage">Usage</h2>
      {rows.length === 0
        ? <p class="quiet">It has not been used in the last seven days.</p>
        : (
          <div class="table">
            <table>
              <thead>
                <tr>
                  <th scope="col">Counted</th>
                  <th scope="col" class="number">Today (UTC)</th>
                  <th scope="col" class="number">Last 7 days</th>
                </tr>
              </thead>
              <tbody>
                {rows.map(({ name, today, week, isPart }) => (
                  <tr key={name}>
                    <th scope="row" class={isPart ? "part" : "called"}>{name}</th>
                    <td class="number">{today}</td>
                    <td class="number">{week}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
    </section>
  );
}
