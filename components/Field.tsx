import type { JSX } from "preact";

/** An input with its name and what to write there. */
export function Field(
  { label, hint, name, ...input }:
    & { label: string; hint?: string; name: string }
    & Omit<
      JSX.IntrinsicElements["input"],
      "name" | "id"
    >,
) {
  return (
    <p class="field">
      <label for={`field-${name}`}>{label}</label>
      <input
        id={`field-${name}`}
        name={name}
        aria-describedby={hint ? `hint-${name}` : undefined}
        {...input}
      />
      {hint && <small id={`hint-${name}`} class="quiet">{hint}</small>}
    </p>
  );
}
