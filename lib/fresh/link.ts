/**
 * Marks the links that lead to where the reader is, for styles and for screen readers.
 *
 * @module
 */

/** Marks a link to this page, or to a page above it; other links stay as they are. */
export function markCurrentLink(props: Record<string, unknown>, path: string): void {
  if (typeof props.href !== "string" || !props.href.startsWith("/")) return;
  const target = props.href.replace(/[?#].*$/, "").replace(/(?<=.)\/$/, "");

  if (target === path) {
    props["data-current"] = "true";
    props["aria-current"] ??= "page";
  } else if (target !== "/" && path.startsWith(`${target}/`)) {
    props["data-ancestor"] = "true";
    props["aria-current"] ??= "true";
  }
}
