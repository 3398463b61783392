interface Attempt {
  readonly keyId: string;
  readonly label: string;
  readonly fingerprint: string;
  readonly outcome: "served" | "exhausted" | "refused" | "broken";
  readonly rule: string;
  readonly status: number | null;
  readonly ms: number;
  /** What became of it. */
  readonly words: string;
}

const TONES = { served: "good", exhausted: "waiting", refused: "bad", broken: "bad" } as const;

/** What was decided, attempt by attempt. */
export function AttemptList(
  { attempts, poolHref }: { attempts: readonly Attempt[]; poolHref: string },
) {
  return (
    <ol class="attempts">
      {attempts.map((attempt, index) => (
        <li key={index} class="card">
          <h3>
            Attempt {index + 1}: <span class={TONES[attempt.outcome]}>{attempt.words}</span>
          </h3>
          <p>
            with key <a href={poolHref}>{attempt.label || "without a label"}</a>{" "}
            <span class="mono quiet">{attempt.fingerprint}</span>
          </p>
          <p class="quiet">
            {attempt.status === null ? "no status" : `status ${attempt.status}`}
            {" · "}
            {attempt.ms.toLocaleString("en-US")} ms
            {" · rule "}
            <code>{attempt.rule}</code>
          </p>
        </li>
      ))}
    </ol>
  );
}
