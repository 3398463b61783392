/**
 * A clock that is moved by hand, so that a test can wait an hour in no time.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import type { Clock } from "../../lib/domain/clock.ts";
import type { EpochMs } from "../../lib/domain/ids.ts";

/** Noon in London on a day without surprises. */
export const NOON = Date.parse("2026-11-23T12:00:00Z") as EpochMs;

/** A clock that stands still until told otherwise. */
export interface HandClock extends Clock {
  /** Lets time pass: what falls due happens in order, each at its moment, before this resolves. */
  advance(ms: number): Promise<void>;
  /** Sets the wall clock forward or back; durations do not notice. */
  step(ms: number): void;
}

interface Alarm {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** A clock at `startsAt`. */
export function handClock(startsAt: number = NOON): HandClock {
  const alarms = new Set<Alarm>();
  let elapsedMs = 0;
  let steppedMs = 0;

  function after(ms: number, callback: () => void): () => void {
    const alarm = { dueMs: elapsedMs + ms, callback };
    alarms.add(alarm);
    return () => alarms.delete(alarm);
  }

  function nextBefore(endMs: number): Alarm | undefined {
    let next: Alarm | undefined;
    for (const alarm of alarms) {
      if (alarm.dueMs <= endMs && (next === undefined || alarm.dueMs < next.dueMs)) next = alarm;
    }
    return next;
  }

  return {
    now: () => (startsAt + elapsedMs + steppedMs) as EpochMs,
    monotonicMs: () => elapsedMs,
    sleep: (ms) => new Promise((resolve) => after(ms, resolve)),
    after,
    step(ms) {
      steppedMs += ms;
    },
    async advance(ms) {
      const endMs = elapsedMs + ms;
      await settled();
      for (let alarm = nextBefore(endMs); alarm !== undefined; alarm = nextBefore(endMs)) {
        alarms.delete(alarm);
        elapsedMs = Math.max(elapsedMs, alarm.dueMs);
        alarm.callback();
        await settled();
      }
      elapsedMs = endMs;
      await settled();
    },
  };
}

/** Resolves when everything that waits for nothing but its turn has run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
