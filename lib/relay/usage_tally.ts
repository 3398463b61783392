/**
 * Counts requests in memory, to be stored later and together.
 *
 * A request costs a few additions and no operation of storage. The promise: each request is in exactly
 * one batch, whole.
 *
 * @module
 */

import type { Clock } from "../domain/clock.ts";
import type { FinishedRequest } from "../domain/finished_request.ts";
import type { EpochMs, ModelName } from "../domain/ids.ts";
import { latencyBucket } from "../domain/latency.ts";
import { dayOf, startOf } from "../domain/time_step.ts";
import type { UsageRow, UsageStore, UsageSubject } from "../domain/usage_store.ts";
import { addSums, addTo, TOKEN_COUNTS, type UsageSums } from "../domain/usage_sums.ts";
import { ModelNames } from "./model_names.ts";

/** The most tokens one request is believed to have used: a sum must never come near 2^63. */
const MAX_TOKENS = 1_000_000_000;

/** A row that still grows. */
type OpenRow = { -readonly [Name in keyof UsageRow]: UsageRow[Name] };

/** What has not been stored yet. */
export class UsageTally {
  readonly #clock: Pick<Clock, "now">;
  readonly #names = new ModelNames();
  #rows = new Map<string, OpenRow>();

  /** Has counted nothing yet. */
  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** Counts a request that is over now. */
  note(request: FinishedRequest): void {
    const { token, outcome, attempts, latencyMs } = request;
    const at = this.#clock.now();
    const model = this.#modelOf(request, at);
    const used = usedBy(request);
    const sums: UsageSums = { ...used, [outcome]: 1 };
    if (outcome === "served") {
      sums[`latency${latencyBucket(latencyMs)}`] = 1;
      if (attempts.some((attempt) => attempt.outcome !== "served")) sums.retriesSaved = 1;
    }
    const { id, poolId: pool } = token;
    addSums(this.#sumsOf(`p/${pool}/${model}`, { family: "pool", pool, model }, at), sums);
    addSums(
      this.#sumsOf(`t/${id}/${pool}/${model}`, { family: "token", pool, token: id, model }, at),
      sums,
    );
    this.#noteAttempts(request, { model, used, at });
  }

  /**
   * Stores what was counted until now.
   *
   * Taken is what was counted by the moment of the call; what cannot be stored waits in `store`.
   */
  flush(store: Pick<UsageStore, "add">): Promise<void> {
    const rows = [...this.#rows.values()];
    this.#rows = new Map();
    return store.add(rows);
  }

  /** What Gemini counted belongs to the key that served last; another may have served a part of it. */
  #noteAttempts(
    { token: { poolId: pool }, attempts }: FinishedRequest,
    { model, used, at }: { model: ModelName; used: UsageSums; at: EpochMs },
  ): void {
    const server = attempts.findLast(({ outcome }) => outcome === "served");
    for (const attempt of attempts) {
      const key = attempt.keyId;
      const sums = this.#sumsOf(`k/${key}/${model}`, { family: "key", pool, key, model }, at);
      addTo(sums, attempt.outcome, 1);
      if (attempt === server) addSums(sums, used);
    }
  }

  /** A client's word alone is no proof that there is such a model. */
  #modelOf({ token, model, attempts }: FinishedRequest, at: EpochMs): ModelName {
    const isProven = model !== null && (token.allowedModels?.includes(model) === true ||
      attempts.some(({ outcome }) => outcome === "served" || outcome === "exhausted"));
    return this.#names.nameOf(model, { token: token.id, day: dayOf(at), isProven });
  }

  #sumsOf(name: string, subject: UsageSubject, at: EpochMs): UsageSums {
    const hour = startOf("hour", at);
    const hourly = `${hour}/${name}`;
    let row = this.#rows.get(hourly);
    if (row === undefined) this.#rows.set(hourly, row = { subject, hour, lastAt: at, sums: {} });
    row.lastAt = at;
    return row.sums;
  }
}

function usedBy({ usage }: FinishedRequest): UsageSums {
  const used: UsageSums = {};
  if (usage === null) return used;
  for (const name of TOKEN_COUNTS) addTo(used, name, Math.min(usage[name], MAX_TOKENS));
  return used;
}
