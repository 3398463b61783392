/**
 * What is asked of `/api/usage`, from its query.
 *
 * @module
 */

import * as v from "valibot";
import { type EpochMs, later } from "../../domain/ids.ts";
import { STEP_MS, type TimeStep } from "../../domain/time_step.ts";
import type { UsageQuery } from "../../domain/usage_store.ts";
import { check, record, type Schema } from "./check.ts";
import { keyId, model, moment, poolId, tokenId } from "./fields.ts";

/** How far back a query goes unless it says so: one day of hours, thirty days of days. */
const STEPS_UNLESS_SAID: Readonly<Record<TimeStep, number>> = { hour: 24, day: 30 };
/** The most steps of one query: as many as are kept. */
const MAX_STEPS: Readonly<Record<TimeStep, number>> = { hour: 192, day: 400 };

const query = record({
  by: v.picklist(["token", "key", "model", "pool"], "must be token, key, model or pool"),
  step: v.optional(v.picklist(["hour", "day"], "must be hour or day"), "day"),
  from: v.exactOptional(moment),
  to: v.exactOptional(moment),
  pool: v.exactOptional(poolId),
  token: v.exactOptional(tokenId),
  key: v.exactOptional(keyId),
  model: v.exactOptional(model),
});

/**
 * Reads a query.
 *
 * @throws {RotatorError} `invalid_request`
 */
export function readUsageQuery(search: URLSearchParams, now: EpochMs): UsageQuery {
  return check(usageQuery(now), Object.fromEntries(search), "query");
}

function usageQuery(now: EpochMs): Schema<UsageQuery> {
  return v.pipe(
    query,
    v.transform((asked): UsageQuery => {
      const { step } = asked;
      const from = asked.from ??
        later(asked.to ?? now, (1 - STEPS_UNLESS_SAID[step]) * STEP_MS[step]);
      // What begins at this very moment is a part of it.
      const to = asked.to ?? later(now, 1);
      return { ...asked, from, to };
    }),
    v.check(({ from, to }) => from <= to, 'must not have "from" after "to"'),
    v.check(
      ({ step, from, to }) => to - from <= MAX_STEPS[step] * STEP_MS[step],
      "must not span more than 192 hours, or 400 days",
    ),
  );
}
