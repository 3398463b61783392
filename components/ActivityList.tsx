import type { EpochMs } from "../lib/domain/ids.ts";
import { Moment } from "./Moment.tsx";

interface Line {
  readonly id: string;
  readonly at: EpochMs;
  readonly who: string;
  readonly did: string;
  readonly name: string | null;
  readonly href: string | null;
  readonly details: string;
}

/** Changes as sentences, each with its time. */
export function ActivityList({ lines }: { lines: readonly Line[] }) {
  return (
    <ol class="card activity" aria-label="Changes, newest first">
      {lines.map(({ id, at, who, did, name, href, details }) => (
        <li key={id}>
          <span class="quiet nowrap">
            <Moment at={at} />
          </span>
          <div>
            <p>
              <strong>{who}</strong> {did}
              {name !== null && (
                <>{" "}{href === null ? <b>{name}</b> : <a href={href}>{name}</a>}</>
              )}
            </p>
            {details !== "" && <small class="quiet">{details}</small>}
          </div>
        </li>
      ))}
    </ol>
  );
}
