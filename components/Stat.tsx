import type { ComponentChildren } from "preact";

/** A number, and what it counts. */
export function Stat(
  { label, value, hint }: { label: string; value: ComponentChildren; hint?: string },
) {
  return (
    <div class="stat">
      <dt>{label}</dt>
      <dd>{value}</dd>
      {hint && <dd class="quiet">{hint}</dd>}
    </div>
  );
}
