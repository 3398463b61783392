import type { KeyReport } from "../lib/domain/key.ts";
import type { Page } from "../lib/domain/management.ts";
import { CursorLinks } from "./CursorLinks.tsx";
import { KeyActions } from "./KeyActions.tsx";
import { type Edited, KeyTable } from "./KeyTable.tsx";

/** A page of a pool's keys, and what can be done to them. */
export function PoolKeys(
  { keys: { items, cursor: next }, path, here, cursor, edited }: {
    keys: Page<KeyReport>;
    /** The pool's page. */
    path: string;
    /** The same, at these keys. */
    here: string;
    cursor: string | null;
    edited: Edited | null;
  },
) {
  return (
    <section class="stack">
      <h2>{cursor === null ? "Keys" : "Keys, continued"}</h2>
      <ProjectHint keys={items} />
      {items.length === 0 ? <p class="quiet">No keys come after these.</p> : (
        <>
          <KeyTable keys={items} here={here} edited={edited} />
          <KeyActions ids={items.map(({ id }) => id)} here={here} />
        </>
      )}
      <CursorLinks path={path} cursor={cursor} next={next} name="Pages of keys" />
    </section>
  );
}

function ProjectHint({ keys }: { keys: readonly KeyReport[] }) {
  const without = keys.filter(({ project }) => project === null).length;
  if (without === 0) return null;
  return (
    <p class="quiet">
      {without} of the {keys.length} shown {without === 1 ? "has" : "have"}{" "}
      no project set, and each is counted for itself. Keys of one Google project share its quota:
      name the project, and they cool together.
    </p>
  );
}
