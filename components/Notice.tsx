import type { ComponentChildren } from "preact";

/** Something that a person should read now. */
export function Notice(
  { kind, children }: { kind: "error" | "warning" | "done"; children: ComponentChildren },
) {
  return <div class={`notice ${kind}`} role={kind === "error" ? "alert" : "status"}>{children}
  </div>;
}
