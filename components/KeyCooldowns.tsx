import Countdown from "../islands/Countdown.tsx";
import type { Cooldown } from "../lib/domain/key.ts";
import { REASONS } from "./KeyCondition.tsx";

/** How many are seen at once; the rest unfolds. */
const SHOWN = 3;

/** For which models a key pauses, and until when. */
export function KeyCooldowns({ cooldowns }: { cooldowns: readonly Cooldown[] }) {
  if (cooldowns.length === 0) return <span class="quiet">none</span>;
  const more = cooldowns.slice(SHOWN);
  return (
    <>
      <Rows cooldowns={cooldowns.slice(0, SHOWN)} />
      {more.length > 0 && (
        <details>
          <summary>{more.length} more</summary>
          <Rows cooldowns={more} />
        </details>
      )}
    </>
  );
}

function Rows({ cooldowns }: { cooldowns: readonly Cooldown[] }) {
  return (
    <ul class="key-cooldowns">
      {cooldowns.map(({ subject, model, reason, until }) => (
        <li key={`${subject} ${model}`} title={REASONS[reason]}>
          <span class="mono nowrap">{model === "*" ? "all models" : model}</span>{" "}
          <Countdown until={until} />
          {subject.startsWith("project:") && <span class="quiet">, the whole project</span>}
        </li>
      ))}
    </ul>
  );
}
