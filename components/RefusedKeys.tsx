import { Notice } from "./Notice.tsx";

/** Which of several keys could not be changed, and why. */
export function RefusedKeys(
  { changed, refusals }: { changed: number; refusals: readonly string[] },
) {
  return (
    <Notice kind="error">
      <div class="stack">
        <strong>Done for {changed}, not for {refusals.length}</strong>
        <ul class="entries">
          {refusals.map((message) => <li key={message}>{message}</li>)}
        </ul>
      </div>
    </Notice>
  );
}
