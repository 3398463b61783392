import type { KeyReport } from "../lib/domain/key.ts";
import { Moment } from "./Moment.tsx";
import { StatusBadge } from "./StatusBadge.tsx";

type Reason = NonNullable<KeyReport["reason"]>;

/** Why a key does not serve, for people. */
export const REASONS: Readonly<Record<Reason, string>> = {
  operator: "switched off by hand",
  invalid: "Google does not take it: unknown, deleted or expired",
  suspended: "Google has suspended its project",
  leaked: "Google found it published somewhere",
  misconfigured: "the API is off, or a restriction forbids it",
  day_quota: "the quota of the day is used up",
  minute_quota: "the quota of the minute is used up",
  no_entitlement: "its project has no quota for this",
  billing: "its project has a problem with billing",
  quota: "a quota is used up",
  model_unavailable: "the model is not open to it",
  suspect: "in doubt, until a test has told",
};

/** What a key is doing now, and why. */
export function KeyCondition({ of }: { of: Pick<KeyReport, "state" | "reason" | "disabled"> }) {
  return (
    <div class="key-condition">
      <StatusBadge tone={toneOf(of)}>{of.state}</StatusBadge>
      {of.reason !== null && <span class="quiet">{REASONS[of.reason]}</span>}
      {of.disabled?.by === "evidence" && (
        <span class="quiet">
          tried again at <Moment at={of.disabled.nextProbeAt} />
        </span>
      )}
    </div>
  );
}

function toneOf({ state, disabled }: Pick<KeyReport, "state" | "disabled">) {
  switch (state) {
    case "ready":
      return "good";
    case "cooling":
      return "waiting";
    case "disabled":
      return disabled?.by === "operator" ? "off" : "bad";
  }
}
