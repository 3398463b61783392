import type { KeyReport } from "../lib/domain/key.ts";
import { KeyCondition } from "./KeyCondition.tsx";
import { KeyCooldowns } from "./KeyCooldowns.tsx";
import { Moment } from "./Moment.tsx";

/** The form that ticked keys belong to. */
export const TICKED = "ticked-keys";

/** What somebody typed to change a key, and could not. */
export interface Edited {
  readonly key: string;
  readonly label: string;
  readonly project: string;
}

/** A page of keys. Each is ticked for the form below the table, and edited where it stands. */
export function KeyTable(
  { keys, here, edited }: { keys: readonly KeyReport[]; here: string; edited: Edited | null },
) {
  return (
    <div class="table">
      <table class="keys">
        <caption class="sr-only">Keys of this pool</caption>
        <thead>
          <tr>
            <th scope="col">
              <span class="sr-only">Ticked</span>
            </th>
            <th scope="col">Key</th>
            <th scope="col">State</th>
            <th scope="col">Cooldowns</th>
            <th scope="col">Last outcome</th>
            <th scope="col">Project</th>
            <th scope="col">Added</th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => <Row key={key.id} of={key} here={here} edited={edited} />)}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps {
  of: KeyReport;
  here: string;
  edited: Edited | null;
}

function Row({ of, here, edited }: RowProps) {
  const { id, label, lastFour, fingerprint, lastOutcome, project } = of;
  return (
    <tr>
      <td>
        <input
          type="checkbox"
          name="key"
          value={id}
          form={TICKED}
          aria-label={`Tick the key that ends in ${lastFour}`}
        />
      </td>
      <th scope="row" class="key-name">
        {label === "" ? <span class="quiet">no label</span> : label}
        <span class="quiet">
          <span class="mono" title="The end of its secret">…{lastFour}</span>{" "}
          <span class="mono" title="Its fingerprint">{fingerprint}</span>
        </span>
        <EditKey of={of} here={here} edited={edited} />
      </th>
      <td>
        <KeyCondition of={of} />
      </td>
      <td>
        <KeyCooldowns cooldowns={of.cooldowns} />
      </td>
      <td>
        {lastOutcome === null ? <span class="quiet">none yet</span> : (
          <div class="key-condition">
            <span>
              {lastOutcome.outcome}
              {lastOutcome.status !== null && ` (${lastOutcome.status})`}
            </span>
            {lastOutcome.rule !== lastOutcome.outcome && (
              <span class="quiet">{lastOutcome.rule.replaceAll("_", " ")}</span>
            )}
            {lastOutcome.model !== null && <span class="quiet mono">{lastOutcome.model}</span>}
            <span class="quiet nowrap">
              <Moment at={lastOutcome.at} />
            </span>
          </div>
        )}
      </td>
      <td class="key-project">{project ?? <span class="quiet">not set</span>}</td>
      <td class="nowrap">
        <Moment at={of.createdAt} />
      </td>
    </tr>
  );
}

function EditKey({ of: { id, label, project }, here, edited }: RowProps) {
  const typed = edited?.key === id ? edited : { label, project: project ?? "" };
  return (
    <details open={typed === edited}>
      <summary>Edit</summary>
      <form method="post" action={here} class="confirm">
        <input type="hidden" name="action" value="edit" />
        <input type="hidden" name="key" value={id} />
        <label>
          Label
          <input name="label" value={typed.label} maxlength={100} autocomplete="off" />
        </label>
        <label>
          Project
          <input name="project" value={typed.project} maxlength={100} autocomplete="off" />
        </label>
        <button type="submit" class="button small">Save</button>
      </form>
    </details>
  );
}
