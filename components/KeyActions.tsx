import { TICKED } from "./KeyTable.tsx";

const ACTS = [
  ["test", "Test", "Ask Gemini about each key, without spending its quota"],
  ["wake", "Wake", "End every cooldown that concerns them, their projects' too"],
  ["enable", "Enable", "Let them serve again, whatever stopped them"],
  ["disable", "Disable", "Keep them from serving until someone enables them"],
] as const;

/** What can be done to the keys that are ticked, or to all that are shown. */
export function KeyActions({ ids, here }: { ids: readonly string[]; here: string }) {
  return (
    <form id={TICKED} class="key-actions" method="post" action={here}>
      <input type="hidden" name="action" value="keys" />
      <div class="actions">
        <label class="check">
          <input type="checkbox" name="all" value={ids.join(",")} />
          {ids.length === 1 ? "The key shown" : `All ${ids.length} keys shown`}
        </label>
        {ACTS.map(([act, name, title]) => (
          <button key={act} type="submit" class="button" name="act" value={act} title={title}>
            {name}
          </button>
        ))}
      </div>
      <details>
        <summary>Delete keys…</summary>
        <div class="confirm">
          <p>
            The chosen keys leave the pool at once, with everything learnt of them. To have one
            back, paste it again.
          </p>
          <div>
            <button type="submit" class="button danger" name="act" value="delete">
              Delete the chosen keys
            </button>
          </div>
        </div>
      </details>
    </form>
  );
}
