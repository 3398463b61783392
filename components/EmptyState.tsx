import type { ComponentChildren } from "preact";

/** What stands where nothing is yet, and how to begin. */
export function EmptyState({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}
