import type { AddReport, Unadded } from "../lib/domain/management.ts";

/** What became of the keys that a token came with. */
export function KeysReport({ report: { added, duplicates, rejected } }: { report: AddReport }) {
  const unadded = [...duplicates, ...rejected].toSorted((a, b) => a.entry - b.entry);
  return (
    <section class="card" aria-labelledby="keys-report">
      <h2 id="keys-report">Its keys</h2>
      <p>
        {added.length === 1 ? "1 key was added" : `${added.length} keys were added`}
        {unadded.length === 0 ? "." : `; ${unadded.length} not:`}
      </p>
      {unadded.length > 0 && <UnaddedTable unadded={unadded} />}
    </section>
  );
}

function UnaddedTable({ unadded }: { unadded: readonly Unadded[] }) {
  return (
    <div class="table">
      <table>
        <thead>
          <tr>
            <th scope="col" class="number">Entry</th>
            <th scope="col">Key</th>
            <th scope="col">Why not</th>
          </tr>
        </thead>
        <tbody>
          {unadded.map(({ entry, secret, reason }) => (
            <tr key={entry}>
              <td class="number">{entry}</td>
              <td class="mono nowrap">{secret}</td>
              <td>{reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
