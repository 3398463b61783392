/** How something is, as a dot and a word. */
export function StatusBadge(
  { tone, children }: { tone: "good" | "waiting" | "bad" | "off"; children: string },
) {
  return (
    <span class={`badge ${tone}`}>
      <span class="dot" aria-hidden="true" />
      {children}
    </span>
  );
}
