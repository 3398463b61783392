import type { ComponentChildren } from "preact";

/** What is so, name by name. */
export function Facts(
  { facts }: {
    facts: readonly { name: string; value: ComponentChildren; setting?: string | null }[];
  },
) {
  return (
    <dl class="card facts">
      {facts.map(({ name, value, setting }) => (
        <div key={name}>
          <dt>
            {name}
            {setting && <code class="quiet">{setting}</code>}
          </dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
