import type { ReportOfAdding, Unadded } from "../lib/domain/management.ts";
import { Notice } from "./Notice.tsx";

/** What became of each key that was pasted. */
export function AddedKeys({ report: { added, duplicates, rejected } }: { report: ReportOfAdding }) {
  const sums = [
    `${added.length} added`,
    `${duplicates.length} there already`,
    `${rejected.length} rejected`,
  ];
  return (
    <Notice kind={added.length > 0 ? "done" : "warning"}>
      <div class="stack">
        <strong>{sums.join(", ")}</strong>
        <Entries title="There already" entries={duplicates} />
        <Entries title="Rejected" entries={rejected} />
      </div>
    </Notice>
  );
}

function Entries({ title, entries }: { title: string; entries: readonly Unadded[] }) {
  if (entries.length === 0) return null;
  return (
    <details open={entries.length <= 20}>
      <summary>{title}: {entries.length}</summary>
      <ul class="entries">
        {entries.map(({ entry, secret, reason }) => (
          <li key={entry}>
            Entry {entry}, <span class="mono">{secret}</span>: {reason}
          </li>
        ))}
      </ul>
    </details>
  );
}
