import type { KeyReport } from "../lib/domain/key.ts";
import { Notice } from "./Notice.tsx";
import { StatusBadge } from "./StatusBadge.tsx";

const TONES = { good: "good", bad: "bad", inconclusive: "waiting" } as const;

interface Test {
  readonly key: string;
  readonly verdict: keyof typeof TONES;
  readonly why: string;
}

/** What Gemini said of each key that was tested. */
export function TestedKeys(
  { tests, keys }: { tests: readonly Test[]; keys: readonly KeyReport[] },
) {
  const sums = (Object.keys(TONES) as (keyof typeof TONES)[])
    .map((verdict) => `${tests.filter((test) => test.verdict === verdict).length} ${verdict}`);
  const byId = new Map(keys.map((key) => [key.id as string, key]));
  return (
    <Notice kind={tests.some(({ verdict }) => verdict === "bad") ? "warning" : "done"}>
      <div class="stack">
        <strong>Tested: {sums.join(", ")}</strong>
        <ul class="entries">
          {tests.map(({ key, verdict, why }) => (
            <li key={key}>
              <StatusBadge tone={TONES[verdict]}>{verdict}</StatusBadge> {nameOf(byId.get(key))}:
              {" "}
              {why}
            </li>
          ))}
        </ul>
        <p class="quiet">
          A test changes nothing. Wake or enable a good key that still waits; disable a bad one.
        </p>
      </div>
    </Notice>
  );
}

function nameOf(key: KeyReport | undefined): string {
  if (key === undefined) return "a key that is gone";
  return key.label === "" ? `…${key.lastFour}` : `${key.label} …${key.lastFour}`;
}
