import type { KeyCounts } from "../lib/domain/management.ts";

/** Deleting a pool, behind a confirmation that says what goes with it. */
export function DeletePool(
  { here, counts: { ready, cooling, disabled } }: { here: string; counts: KeyCounts },
) {
  const keys = ready + cooling + disabled;
  return (
    <details>
      <summary>Delete the pool…</summary>
      <div class="confirm">
        <p>
          The pool goes with its {keys === 1 ? "one key" : `${keys} keys`}{" "}
          and cannot be brought back. It is refused while tokens use it.
        </p>
        <form method="post" action={here}>
          <input type="hidden" name="action" value="delete" />
          <div>
            <button type="submit" class="button danger">Delete the pool and its keys</button>
          </div>
        </form>
      </div>
    </details>
  );
}
